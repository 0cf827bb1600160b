"""The case conference: an agenda of what is due, who is asked, what is decided on the spot, and the next date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from portal.accounts.models import User
from portal.cases.models import (
    ActionStatus,
    Case,
    Conference,
    ConferenceStatus,
    Decision,
    Goal,
    GoalStatus,
    Invitee,
)
from portal.cases.service import planning
from portal.cases.service.finding import (
    Seen,
    as_seen,
    case_of,
    changed,
    log,
    seen,
    to_round_off,
    to_stop,
    to_work_on,
)
from portal.cases.service.planning import Todo
from portal.cases.workflow import CONFERENCE, Meeting
from portal.contacts.models import FollowUp, FollowUpKind, FollowUpStatus
from portal.core import clock, db, near
from portal.core.errors import Conflict, Invalid, constraint
from portal.core.i18n import N_
from portal.in_view.models import YouthInView
from portal.privacy.actor import Actor
from portal.privacy.models import Action

constraint("uq_case_conference_planned", "", N_("Er staat al een overleg gepland. Houd dat eerst, of zeg het af."))


@dataclass(frozen=True)
class Guest:
    """Somebody who was asked, by name."""

    invitee: Invitee
    name: str
    organisation: bool


@dataclass(frozen=True)
class Agenda:
    """What there is to talk about: everything that is open, late things first to be seen."""

    goals: Sequence[tuple[Goal, str]]
    actions: Sequence[Todo]
    promises: Sequence[tuple[FollowUp, str]]
    measure_due_on: date | None
    plan_due_on: date | None
    review_on: date | None  # of the view


NOTHING = Agenda((), (), (), None, None, None)


@dataclass(frozen=True)
class Table:
    """One conference as its page shows it."""

    seen: Seen
    conference: Conference
    guests: Sequence[Guest]
    decisions: Sequence[tuple[Decision, str]]
    agreed: Sequence[Todo]  # actions that came out of it
    agenda: Agenda

    @property
    def is_open(self) -> bool:
        """Whether it is still to be held, by somebody who may."""
        return self.conference.status == ConferenceStatus.PLANNED and self.seen.works and not self.seen.stands_still


def of_case(case_id: UUID) -> Sequence[Conference]:
    """All conferences of a case, newest first."""
    return db.session.scalars(
        select(Conference).where(Conference.case_id == case_id).order_by(Conference.starts_at.desc(), Conference.id)
    ).all()


def plan(
    actor: Actor,
    case_id: UUID,
    *,
    starts_at: datetime,
    place: str,
    user_ids: Collection[UUID],
    names: Collection[str],
) -> Conference:
    """Plan a conference and ask people: colleagues by id, organisations by name. One is planned at a time.

    Raises NotFound, Forbidden, Conflict or Invalid.
    """
    found = to_work_on(actor, case_id, lock=True)
    near.ensure_moment("starts_at", starts_at)
    allowed = {user.id for user in planning.colleagues(found.case.team_id)}
    if not set(user_ids) <= allowed:
        raise Invalid(user_ids=N_("Kies een van de mogelijkheden."))
    made = Conference(case_id=case_id, team_id=found.case.team_id, starts_at=starts_at, place=place)
    db.session.add(made)
    db.session.flush()
    _invite(made, user_ids, names)
    changed(actor, found, "conferences")
    return made


def _invite(made: Conference, user_ids: Collection[UUID], names: Collection[str]) -> None:
    of = {"case_id": made.case_id, "team_id": made.team_id, "conference_id": made.id}
    db.session.add_all(Invitee(**of, user_id=user_id) for user_id in dict.fromkeys(user_ids))
    db.session.add_all(Invitee(**of, name=name) for name in dict.fromkeys(filter(None, names)))


def show(actor: Actor, conference_id: UUID, *, action: Action = Action.READ) -> Table:
    """One conference, with its agenda while it is still to come; logged. Raises NotFound."""
    statement = (
        seen(actor)
        .join(Conference, Conference.case_id == Case.id)
        .outerjoin(YouthInView, YouthInView.id == Case.view_id)  # a coordinator does not see the view
        .add_columns(Conference, YouthInView.next_review_on)
        .where(Conference.id == conference_id)
    )
    row = db.the_one(statement)
    found, conference = as_seen(row), row.Conference
    log(actor, action, [found], fields=("conference",))
    todo = planning.tasks(found.case.id)
    agreed = [each for each in todo if each.task.conference_id == conference_id]
    to_come = conference.status == ConferenceStatus.PLANNED
    agenda = _agenda(found, todo, row.next_review_on) if to_come else NOTHING
    return Table(found, conference, guests(conference_id), _decisions(conference_id), agreed, agenda)


def guests(conference_id: UUID) -> list[Guest]:
    """Who was asked, by name, in the order in which they were asked."""
    statement = (
        select(Invitee, func.coalesce(User.name, Invitee.name))
        .outerjoin(User, User.id == Invitee.user_id)
        .where(Invitee.conference_id == conference_id)
        .order_by(Invitee.id)
    )
    return [Guest(row, name, row.user_id is None) for row, name in db.session.execute(statement)]


def _decisions(conference_id: UUID) -> list[tuple[Decision, str]]:
    statement = (
        select(Decision, User.name)
        .join(User, User.id == Decision.by_id)
        .where(Decision.conference_id == conference_id)
        .order_by(Decision.at, Decision.id)
    )
    return [(row, name) for row, name in db.session.execute(statement)]


def _agenda(found: Seen, todo: Sequence[Todo], review_on: date | None) -> Agenda:
    case = found.case
    return Agenda(
        goals=[row for row in planning.goals(case.id) if row[0].status == GoalStatus.OPEN],
        actions=[row for row in todo if row.task.status == ActionStatus.OPEN],
        promises=_promises(case),
        measure_due_on=case.measure_due_on,
        plan_due_on=case.plan_due_on,
        review_on=review_on,
    )


def _promises(case: Case) -> list[tuple[FollowUp, str]]:
    statement = (
        select(FollowUp, User.name)
        .join(User, User.id == FollowUp.assignee_id)
        .where(
            FollowUp.person_id == case.person_id,
            FollowUp.kind == FollowUpKind.PROMISE,
            FollowUp.status == FollowUpStatus.OPEN,
        )
        .order_by(FollowUp.due_on, FollowUp.id)
    )
    return [(row, name) for row, name in db.session.execute(statement)]


def to_hold(actor: Actor, conference_id: UUID) -> tuple[Seen, Conference]:
    """A planned conference that this actor may write in. Raises NotFound, Forbidden, Conflict."""
    return _planned(to_round_off(actor, case_of(Conference, conference_id), lock=True), conference_id)


def _planned(found: Seen, conference_id: UUID) -> tuple[Seen, Conference]:
    conference = db.session.get_one(Conference, conference_id)
    CONFERENCE.choose(Meeting.HOLD, conference.status, None, found.parties)
    return found, conference


def decided(actor: Actor, conference_id: UUID, *, body: str) -> Decision:
    """Write down a decision on the spot. Raises as `to_hold`."""
    found, conference = to_hold(actor, conference_id)
    made = Decision(
        case_id=conference.case_id,
        team_id=conference.team_id,
        conference_id=conference.id,
        body=body,
        by_id=actor.user_id,
        at=clock.now(),
    )
    db.session.add(made)
    changed(actor, found, "conferences")
    return made


def agreed(
    actor: Actor, conference_id: UUID, *, what: str, due_on: date, owner_id: UUID | None, owner_name: str
) -> None:
    """Agree an action on the spot; it stands in the case and on the day of its owner. Raises as `to_hold`, Invalid."""
    _found, conference = to_hold(actor, conference_id)
    planning.add_task(
        actor,
        conference.case_id,
        what=what,
        due_on=due_on,
        owner_id=owner_id,
        owner_name=owner_name,
        conference_id=conference.id,
    )


def hold(
    actor: Actor,
    conference_id: UUID,
    *,
    minutes: str,
    present: Collection[UUID],
    next_at: datetime | None,
    version: int,
) -> Conference:
    """Round it off: who was there (ids of invitees), a few lines, and the next one with the same people.

    Raises as `to_hold`, and Invalid for a next moment that is not to come.
    """
    found, conference = to_hold(actor, conference_id)
    db.ensure_version(conference, version)
    if clock.to_local(conference.starts_at).date() > clock.today():
        raise Invalid(**{"": N_("Dit overleg is nog niet geweest.")})
    if next_at is not None:
        near.ensure_moment("next_at", next_at)
    CONFERENCE.step(Meeting.HOLD, conference.status, None, found.parties)
    conference.status, conference.held_on, conference.minutes = ConferenceStatus.HELD, clock.today(), minutes
    asked = guests(conference_id)
    for guest in asked:
        guest.invitee.present = guest.invitee.id in present
    db.session.flush()
    if next_at is not None:
        _again(conference, next_at, asked)
    changed(actor, found, "conferences")
    return conference


def _again(conference: Conference, next_at: datetime, guests: Sequence[Guest]) -> None:
    following = Conference(
        case_id=conference.case_id, team_id=conference.team_id, starts_at=next_at, place=conference.place
    )
    db.session.add(following)
    db.session.flush()
    ids = [guest.invitee.user_id for guest in guests if guest.invitee.user_id is not None]
    _invite(following, ids, [guest.name for guest in guests if guest.organisation])


def cancel(actor: Actor, conference_id: UUID, *, version: int) -> Conference:
    """It does not take place, also while the case stands still. Raises as `to_hold`."""
    found, conference = _planned(to_stop(actor, case_of(Conference, conference_id), lock=True), conference_id)
    db.ensure_version(conference, version)
    if conference.status != ConferenceStatus.PLANNED:
        raise Conflict
    conference.status = ConferenceStatus.CANCELLED
    changed(actor, found, "conferences")
    return conference
