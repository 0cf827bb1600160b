"""Reminder rule R05 (domain §6.2): young people with whom there was no effective contact within the norm of their team.

The days count from the last effective contact, or from registration when there was none yet, as in the caseload. A
stricter norm takes the place of the team's (`contact_norm`): a silence has one ladder and nobody hears of it twice. The
worker hears of it before the norm has passed, the director when it has, the manager when it passed long ago; a manager
is told that there is somebody, not who.
"""

from __future__ import annotations

from datetime import date
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, exists, func, literal, not_, or_

from portal.accounts import absence, working
from portal.accounts.models import RoleAssignment, User
from portal.core.i18n import N_
from portal.core.registry import Rule, Term
from portal.people import contact_norm
from portal.people.models import Person, PersonAssignment, PersonStatus
from portal.privacy.permissions import Role
from portal.reminders import asking

#: At how much of the norm each hears of it, in percent.
NEAR, OVER, LONG_OVER = 80, 100, 150
OF_NORM = N_("procent van de contactnorm")


class Stage(IntEnum):
    """Who hears of a silence."""

    WORKER = 0
    DIRECTOR = 2
    MANAGER = 3


def silent_to_worker(today: date, *, share: int = NEAR) -> Select[Any]:
    """Silences of `share` percent of the norm, for the workers of the young person who are at work."""
    return (
        _silent(today, share, PersonAssignment.user_id, Stage.WORKER)
        .join(PersonAssignment, _given(today))
        .join(User, User.id == PersonAssignment.user_id)
        .where(_can_act(today), not_(absence.away(PersonAssignment.user_id)))
    )


def silent_to_replacement(today: date, *, share: int = NEAR) -> Select[Any]:
    """The same, for who stands in for a worker who is away."""
    done_by = absence.cover(today)
    stands_in = and_(done_by.c.user_id == PersonAssignment.user_id, done_by.c.team_id == PersonAssignment.team_id)
    return (
        _silent(today, share, done_by.c.replacement_id, Stage.WORKER, after=done_by.c.since)
        .join(PersonAssignment, _given(today))
        .join(done_by, stands_in)
    )


def silent_to_director(today: date, *, share: int = OVER) -> Select[Any]:
    """Silences of `share` percent of the norm, and from the first warning on those nobody can end; for directors."""
    able = exists(literal(1)).where(_given(today), _can_act(today), not_(_left(today)))
    over = _due_on(today, share) <= today
    asked = _silent(today, NEAR, RoleAssignment.user_id, Stage.DIRECTOR).where(or_(over, not_(able)))
    return asking.to_role(asked, Role.JV_DIRECTOR, Person.team_id, today)


def silent_to_manager(today: date, *, share: int = LONG_OVER) -> Select[Any]:
    """Silences of `share` percent of the norm, for the managers of the team; without the name."""
    asked = _silent(today, share, RoleAssignment.user_id, Stage.MANAGER, named=False)
    return asking.to_role(asked, Role.MANAGER, Person.team_id, today)


def _silent(
    today: date, share: int, recipient_id: Any, stage: Stage, *, after: Any = None, named: bool = True
) -> Select[Any]:
    due_on = _due_on(today, share)
    since = asking.midnight(due_on)
    rows = asking.question(
        object_id=Person.id,
        person_id=Person.id if named else None,
        team_id=Person.team_id,
        due_on=due_on,
        recipient_id=recipient_id,
        stage=stage,
        since=since if after is None else func.greatest(since, after),
    )
    return contact_norm.joined(rows, today).where(Person.status == PersonStatus.OPEN, due_on <= today)


def _due_on(today: date, share: int) -> ColumnElement[date]:
    """The civil date on which `share` percent of the norm has passed, rounded up to whole days."""
    heard = asking.civil(func.coalesce(Person.last_contact_at, Person.created_at))
    return heard + cast(func.ceil(contact_norm.days(today) * share / 100.0), Integer)


def _given(today: date) -> ColumnElement[bool]:
    return and_(
        PersonAssignment.person_id == Person.id,
        PersonAssignment.team_id == Person.team_id,
        PersonAssignment.holds_on(today),
    )


def _can_act(today: date) -> ColumnElement[bool]:
    """The worker of this assignment still works in that team, with an open account."""
    worker = PersonAssignment.user_id
    works = working.in_team(worker, PersonAssignment.team_id, today, Role.YOUTH_WORKER)
    return and_(works, working.has_account(worker))


def _left(today: date) -> ColumnElement[bool]:
    return absence.uncovered(PersonAssignment.user_id, PersonAssignment.team_id, today)


def dossier_link(person_id: UUID) -> str:
    """The dossier, from where a contact is recorded."""
    return f"/jongeren/{person_id}"


def caseload_link(_person_id: UUID) -> str:
    """The figures, which name nobody."""
    return "/caseload"


def _term(standard: int, low: int, high: int) -> tuple[Term, ...]:
    return (Term("share", N_("Vanaf"), standard, low, high, OF_NORM),)


RULES = (
    Rule(
        code="R05",
        label=N_("Je krijgt dit omdat je deze jongere begeleidt en het lang stil is."),
        object_type="person",
        due=silent_to_worker,
        link=dossier_link,
        terms=_term(NEAR, 50, 100),
        audience=N_("Wie de jongere begeleidt"),
        stages={Stage.WORKER: N_("Het is lang stil bij een jongere")},
    ),
    Rule(
        code="R05-waarneming",
        label=N_("Je krijgt dit omdat je waarneemt voor een collega die afwezig is."),
        object_type="person",
        due=silent_to_replacement,
        link=dossier_link,
        terms=_term(NEAR, 50, 100),
        audience=N_("Wie waarneemt"),
        stages={Stage.WORKER: N_("Het is lang stil bij een jongere van een collega")},
    ),
    Rule(
        code="R05-regie",
        label=N_("Je krijgt dit omdat er bij een jongere in je team langer dan de contactnorm geen contact was."),
        object_type="person",
        due=silent_to_director,
        link=dossier_link,
        terms=_term(OVER, 100, 150),
        audience=N_("Regisseurs van het team"),
        stages={Stage.DIRECTOR: N_("Bij een jongere in je team is de contactnorm voorbij")},
    ),
    Rule(
        code="R05-manager",
        label=N_("Je krijgt dit omdat er in je team veel langer dan de contactnorm geen contact was met een jongere."),
        object_type="person",
        due=silent_to_manager,
        link=caseload_link,
        terms=_term(LONG_OVER, 120, 300),
        audience=N_("Managers van het team"),
        stages={Stage.MANAGER: N_("In je team is het bij een jongere veel te lang stil")},
    ),
)
