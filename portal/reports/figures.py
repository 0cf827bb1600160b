"""The figures of the caseload: each one SQL statement and its definition in words (domain §5.1, RPT-02…04, RPT-20).

Every statement gives one row per team and worker: team_id, worker_id (NULL: nobody assigned), value, and for some more
columns that are subsets of value (`part`, or the parts by name). Sums over rows are therefore the totals; nothing is
counted in two rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Subquery, and_, case, cast, func, null, or_, select
from sqlalchemy.orm import aliased

from portal.contacts.models import (
    EFFECTIVE,
    Contact,
    ContactParticipant,
    FollowUp,
    FollowUpKind,
    FollowUpStatus,
    Outcome,
)
from portal.core import db
from portal.core.i18n import N_
from portal.core.registry import Figure
from portal.people import contact_norm
from portal.people.models import Person, PersonAssignment, PersonStatus
from portal.reports.periods import Period
from portal.trajectories.models import Trajectory, TrajectoryStatus

#: team_id, worker_id, value, part.
AnySelect = Select[*tuple[Any, ...]]

#: The assignment of the main worker.
MAIN = aliased(PersonAssignment)

RUNNING = (TrajectoryStatus.ACTIVE, TrajectoryStatus.PAUSED, TrajectoryStatus.ENDING)


@dataclass(frozen=True)
class Scope:
    """What a figure counts: these teams, this period, as things stand today."""

    team_ids: tuple[UUID, ...]
    period: Period
    today: date


class Counted(NamedTuple):
    """What was counted of one worker in a team, or of nobody: per statement the numbers by the names of its columns."""

    team_id: UUID
    worker_id: UUID | None
    numbers: Mapping[str, Mapping[str, Any]]


def counted(figures: Iterable[Figure], scope: Scope) -> list[Counted]:
    """Ask the statements of these figures now."""
    found: defaultdict[tuple[UUID, UUID | None], dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for figure in figures:
        for row in db.session.execute(_statement(figure, scope)):
            found[row.team_id, row.worker_id][figure.query.__name__] = dict(row._mapping)
    return [Counted(*key, numbers) for key, numbers in found.items()]


@lru_cache(maxsize=256)  # who looks at figures looks again: another period, another team, the file
def _statement(figure: Figure, scope: Scope) -> AnySelect:
    return figure.query(scope)


def _per_primary_worker(scope: Scope, of: type[Person] | type[Trajectory] = Person) -> ColumnElement[bool]:
    """Open assignments as main worker: each young person has at most one, so that sums add up.

    The team is in it so that one team is read by its index, and not every assignment of the city.
    """
    return and_(
        MAIN.person_id == (Person.id if of is Person else Trajectory.person_id),
        MAIN.team_id == of.team_id,
        MAIN.team_id.in_(scope.team_ids),
        MAIN.is_primary,
        MAIN.holds_on(scope.today),
    )


def open_people(scope: Scope) -> AnySelect:
    """Open young people per main worker; `part`: those with an overdue follow-up. In the same pass over the table
    `reached`: those named in an effective contact in the period, whoever made it and whether still open, each once."""
    still_open = Person.status == PersonStatus.OPEN
    late, reached = _with_late_follow_up(scope), _reached(scope)
    was_reached = reached.c.person_id.is_not(None)
    return (
        select(
            Person.team_id,
            MAIN.user_id.label("worker_id"),
            func.count().filter(still_open).label("value"),
            func.count().filter(still_open, late.c.person_id.is_not(None)).label("part"),
            func.count().filter(was_reached).label("reached"),
        )
        .outerjoin(MAIN, _per_primary_worker(scope))
        .outerjoin(late, late.c.person_id == Person.id)
        .outerjoin(reached, reached.c.person_id == Person.id)
        .where(Person.team_id.in_(scope.team_ids), or_(still_open, was_reached))
        .group_by(Person.team_id, MAIN.user_id)
    )


def _with_late_follow_up(scope: Scope) -> Subquery:
    """The young people of these teams with an overdue follow-up, each once."""
    open_late = (FollowUp.status == FollowUpStatus.OPEN, FollowUp.due_on < scope.today)
    return select(FollowUp.person_id).where(FollowUp.team_id.in_(scope.team_ids), *open_late).distinct().subquery()


def _reached(scope: Scope) -> Subquery:
    """The young people of these teams who were named in an effective contact in the period, each once."""
    return (
        select(ContactParticipant.person_id)
        .join(Contact, Contact.id == ContactParticipant.contact_id)
        .where(
            ContactParticipant.person_team_id.in_(scope.team_ids),
            ContactParticipant.occurred_at >= scope.period.start,
            ContactParticipant.occurred_at < scope.period.end,
            Contact.result.in_(EFFECTIVE),
        )
        .distinct()
        .subquery()
    )


def active_trajectories(scope: Scope) -> AnySelect:
    """Trajectories that run now, at the main worker of the young person."""
    return (
        select(Trajectory.team_id, MAIN.user_id.label("worker_id"), func.count().label("value"), null().label("part"))
        .select_from(Trajectory)
        .outerjoin(MAIN, _per_primary_worker(scope, Trajectory))
        .where(Trajectory.team_id.in_(scope.team_ids), Trajectory.status.in_(RUNNING))
        .group_by(Trajectory.team_id, MAIN.user_id)
    )


def contacts(scope: Scope) -> AnySelect:
    """Contact moments and attempts in the period at who made them; `part`: the effective ones. In the same pass
    `unnamed`: who was present at those beside who is named."""
    effective = Contact.result.in_(EFFECTIVE)
    named = select(func.count()).where(ContactParticipant.contact_id == Contact.id).correlate(Contact).scalar_subquery()
    others = case(
        (and_(effective, Contact.headcount.is_not(None)), func.greatest(Contact.headcount - named, 0)), else_=0
    )
    return (
        select(
            Contact.team_id,
            Contact.worker_id,
            func.count().label("value"),
            func.count().filter(effective).label("part"),
            func.sum(others).label("unnamed"),
        )
        .where(
            Contact.team_id.in_(scope.team_ids),
            Contact.occurred_at >= scope.period.start,
            Contact.occurred_at < scope.period.end,
        )
        .group_by(Contact.team_id, Contact.worker_id)
    )


def follow_ups(scope: Scope) -> AnySelect:
    """Open follow-ups whose day has passed, at who was to do them. In the same pass over the table the promises due in
    the period: `promises`, in five parts that add up; `told` those of which the young person heard the outcome; `late`
    those untold whose day has passed, whatever the period."""
    late = and_(FollowUp.status == FollowUpStatus.OPEN, FollowUp.due_on < scope.today)
    is_promise = FollowUp.kind == FollowUpKind.PROMISE
    due = and_(is_promise, FollowUp.due_on.between(scope.period.first, scope.period.last))
    parts = {str(outcome): FollowUp.outcome == outcome for outcome in Outcome}
    parts |= {"open": FollowUp.outcome.is_(None), "told": FollowUp.told_on.is_not(None)}
    return (
        select(
            FollowUp.team_id,
            FollowUp.assignee_id.label("worker_id"),
            func.count().filter(late).label("value"),
            func.count().filter(late, is_promise).label("late"),
            func.count().filter(due).label("promises"),
            *(func.count().filter(due, condition).label(name) for name, condition in parts.items()),
        )
        .where(FollowUp.team_id.in_(scope.team_ids), or_(late, due))
        .group_by(FollowUp.team_id, FollowUp.assignee_id)
    )


def longest_silence(scope: Scope) -> AnySelect:
    """Most days without effective contact (since registration) among open young people; `part`: over the norm."""
    last = cast(func.timezone("Europe/Amsterdam", func.coalesce(Person.last_contact_at, Person.created_at)), Date)
    days = func.greatest(scope.today - last, 0)
    counted = (
        select(
            Person.team_id,
            MAIN.user_id.label("worker_id"),
            func.max(days).label("value"),
            func.count().filter(days > contact_norm.days(scope.today)).label("part"),
        )
        .outerjoin(MAIN, _per_primary_worker(scope))
        .where(Person.team_id.in_(scope.team_ids), Person.status == PersonStatus.OPEN)
        .group_by(Person.team_id, MAIN.user_id)
    )
    return contact_norm.joined(counted, scope.today)


OPEN_PEOPLE = Figure(
    "open_people",
    N_("Open jongeren"),
    N_(
        "Jongeren met een open dossier, stand nu. Een jongere telt één keer: bij de eerste begeleider, of bij "
        "‘Niet toegewezen’. De norm is het aantal jongeren per voltijdsbaan, maal de formatie (fte)."
    ),
    open_people,
)
ACTIVE_TRAJECTORIES = Figure(
    "active_trajectories",
    N_("Actieve trajecten"),
    N_(
        "Trajecten met de status actief, gepauzeerd of afronden, stand nu. Een traject telt bij de eerste begeleider "
        "van de jongere."
    ),
    active_trajectories,
)
CONTACTS = Figure(
    "contacts",
    N_("Contacten"),
    N_(
        "Alle vastgelegde contacten en pogingen die in de periode zijn gebeurd, bij wie ze vastlegde. Een contact met "
        "meer jongeren telt één keer. De eerste en de laatste dag tellen mee."
    ),
    contacts,
)
PEOPLE_REACHED = Figure(
    "people_reached",
    N_("Bereikte jongeren"),
    N_(
        "Jongeren met wie in de periode een geslaagd contact was, door wie dan ook. Een jongere telt één keer, ook na "
        "tien contacten: bij de eerste begeleider, of bij ‘Niet toegewezen’."
    ),
    open_people,
)
UNNAMED_PRESENT = Figure(
    "unnamed_present",
    N_("Anderen erbij"),
    N_(
        "Wie bij een geslaagd contact in de periode was en niet bij naam is vastgelegd: het aantal aanwezigen min de "
        "vastgelegde jongeren. Iemand kan hier vaker in zitten, dus tel dit niet op bij de bereikte jongeren."
    ),
    contacts,
)
EFFECTIVE_RATE = Figure(
    "effective_rate",
    N_("Geslaagd"),
    N_(
        "Geslaagde contacten (gesproken, kort gesproken of warm overgedragen) gedeeld door alle contacten en pogingen "
        "in de periode."
    ),
    contacts,
    unit="%",
)
OVERDUE_FOLLOW_UPS = Figure(
    "overdue_follow_ups",
    N_("Vervolg te laat"),
    N_("Open vervolgstappen en beloftes waarvan de dag voorbij is, stand nu, bij wie ze moet doen."),
    follow_ups,
)
PROMISES = Figure(
    "promises",
    N_("Beloftes"),
    N_(
        "Beloftes waarvan de dag in de periode valt, bij wie ze moet nakomen. Nagekomen, deels gelukt, niet gelukt, "
        "ingetrokken en nog open zijn samen alle beloftes van de periode."
    ),
    follow_ups,
)
PROMISES_TOLD = Figure(
    "promises_told",
    N_("Verteld"),
    N_(
        "Van de beloftes van de periode waarvan bekend is wat ervan kwam: het deel waarvan ook de jongere dat heeft "
        "gehoord."
    ),
    follow_ups,
    unit="%",
)
PROMISES_LATE = Figure(
    "promises_late",
    N_("Beloftes te laat"),
    N_("Beloftes waarvan de dag voorbij is en waarvan de jongere nog niet weet wat ervan kwam, stand nu."),
    follow_ups,
)
LONGEST_SILENCE = Figure(
    "longest_silence",
    N_("Langst zonder contact"),
    N_(
        "Het grootste aantal dagen sinds het laatste geslaagde contact met een jongere met een open dossier, stand nu. "
        "Was er nog geen contact, dan telt de dag van registratie. De contactnorm staat bij het team. "
        "Loopt er een casus op een verder niveau, dan geldt de norm van dat niveau als die strenger is."
    ),
    longest_silence,
    unit=N_("dagen"),
)

FIGURES = (
    OPEN_PEOPLE, ACTIVE_TRAJECTORIES, CONTACTS, EFFECTIVE_RATE, OVERDUE_FOLLOW_UPS, LONGEST_SILENCE,
    PROMISES, PROMISES_TOLD, PROMISES_LATE, PEOPLE_REACHED, UNNAMED_PRESENT,
)  # fmt: skip
