"""Taking a step back: the coordinator's own, for some minutes, as long as nothing followed from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import aliased

from portal.contacts.models import Contact
from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.i18n import N_
from portal.messengers import service as messengers
from portal.messengers.models import CredibleMessenger
from portal.people import service as people
from portal.people.models import PersonStatus
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.trajectories import policy
from portal.trajectories.models import EndReason, Match, MatchStatus, Trajectory, TrajectoryEvent
from portal.trajectories.models import TrajectoryStatus as S
from portal.trajectories.service.deciding import Case, open_case
from portal.trajectories.service.finding import Seen, as_seen, find, log, open_match, seen
from portal.trajectories.service.requesting import let_coordinators
from portal.trajectories.service.workload import KNOWS_THE_PERSON, let_know, places_taken
from portal.trajectories.workflow import NEVER_UNDONE, UNDO_WITHIN, Event, Party, can_undo

MOST_RECENT = 3
#: After these the coordinators do not see the young person any more.
ENDED_SIGHT = (Event.REJECT, Event.CLOSE)
LATER = aliased(TrajectoryEvent)


@dataclass(frozen=True)
class Undoable:
    """An own step that can still be taken back, and until when."""

    seen: Seen
    event_id: UUID
    event: Event
    until: datetime


def recent(actor: Actor, trajectory_id: UUID | None = None) -> list[Undoable]:
    """The own steps that can still be taken back, latest first, of one trajectory or of all; the caller logs them."""
    followed = exists().where(
        LATER.trajectory_id == TrajectoryEvent.trajectory_id,
        tuple_(LATER.at, LATER.id) > tuple_(TrajectoryEvent.at, TrajectoryEvent.id),
    )
    statement = (
        seen(actor)
        .join(TrajectoryEvent, TrajectoryEvent.trajectory_id == Trajectory.id)
        .where(
            policy.is_party(actor, Party.COORDINATOR),
            TrajectoryEvent.by_id == actor.user_id,
            TrajectoryEvent.at > clock.now() - UNDO_WITHIN,
            TrajectoryEvent.event.not_in(NEVER_UNDONE),
            TrajectoryEvent.before.is_not(None),
            ~followed,
        )
        .add_columns(TrajectoryEvent)
        .order_by(TrajectoryEvent.at.desc())
        .limit(MOST_RECENT)
    )
    if trajectory_id is not None:
        statement = statement.where(Trajectory.id == trajectory_id)
    rows = [(as_seen(row), row.TrajectoryEvent) for row in db.session.execute(statement)]
    return [Undoable(one, e.id, Event(e.event), e.at + UNDO_WITHIN) for one, e in rows if _may_ever(e)]


def _may_ever(event: TrajectoryEvent) -> bool:
    return event.before is not None and can_undo(Event(event.event), S(event.to_status))


def undoable(actor: Actor, event_id: UUID) -> Undoable:
    """One step of the actor, for the page that asks whether it is meant; logged as read.

    Raises NotFound, Forbidden for a step of somebody else, Conflict when something followed from it.
    """
    event = _event(event_id)
    found = find(actor, event.trajectory_id)
    _check(actor, found, event)
    log(actor, Action.READ, [found])
    return Undoable(found, event.id, Event(event.event), event.at + UNDO_WITHIN)


def undo(actor: Actor, event_id: UUID, *, version: int) -> Trajectory:
    """Take back the latest step of a trajectory, with its traces; who was told of it is told of this as well.

    Raises NotFound, Forbidden (not the own step), Conflict (something followed) or Invalid (too late, no place left).
    """
    event = _event(event_id)
    found = find(actor, event.trajectory_id)
    if event.event in ENDED_SIGHT:
        _see_again(actor, found, event)
    people.hold(found.trajectory.person)
    case = open_case(actor, event.trajectory_id, version, messenger_id=_held_before(event))
    _check(actor, case.seen, event)
    _ensure_in_time(event)
    TAKES_BACK.get(Event(event.event), _nothing)(case, event)
    _restore(case, event)
    log(actor, Action.UPDATE, [case.seen], fields=("status",))
    return case.trajectory


def _see_again(actor: Actor, found: Seen, event: TrajectoryEvent) -> None:
    """First of all: without it not even the lock can be taken that keeps closing the dossier apart from this."""
    _check(actor, found, event)
    _ensure_in_time(event)
    let_coordinators(found.trajectory)
    db.session.flush()
    db.session.refresh(found.trajectory, ["person"])


def _event(event_id: UUID) -> TrajectoryEvent:
    event = db.session.get(TrajectoryEvent, event_id)
    if event is None:
        raise NotFound
    return event


def _held_before(event: TrajectoryEvent) -> UUID | None:
    """The messenger whose place is taken again."""
    value = (event.before or {}).get("messenger_id")
    return UUID(value) if value else None


def _check(actor: Actor, found: Seen, event: TrajectoryEvent) -> None:
    if Party.COORDINATOR not in found.parties or event.by_id != actor.user_id or not _may_ever(event):
        raise Forbidden
    if _followed(event) or found.trajectory.status != event.to_status:
        raise Conflict


def _ensure_in_time(event: TrajectoryEvent) -> None:
    if clock.now() - event.at > UNDO_WITHIN:
        raise Invalid(**{"": N_("Terugdraaien kan tot tien minuten na de stap. Kies zelf de volgende stap.")})


def _followed(event: TrajectoryEvent) -> bool:
    """Whether anybody took a step, or recorded a contact, since."""
    step_since = exists().where(
        TrajectoryEvent.trajectory_id == event.trajectory_id,
        TrajectoryEvent.at > event.at,
        TrajectoryEvent.id != event.id,
    )
    contact_since = exists().where(Contact.trajectory_id == event.trajectory_id, Contact.created_at > event.at)
    return bool(db.session.scalar(select(step_since | contact_since)))


def _restore(case: Case, event: TrajectoryEvent) -> None:
    trajectory, before = case.trajectory, event.before or {}
    db.session.add(
        TrajectoryEvent(
            trajectory_id=trajectory.id,
            team_id=trajectory.team_id,
            at=case.now,
            by_id=case.actor.user_id,
            event=Event.UNDO,
            from_status=event.to_status,
            to_status=event.from_status,
            undoes_id=event.id,
        )
    )
    trajectory.status = event.from_status
    for name, read in READ.items():
        value = before.get(name)
        setattr(trajectory, name, read(value) if value is not None else None)
    db.session.flush()


READ: dict[str, Callable[[str], object]] = {
    "status_since": datetime.fromisoformat,
    "messenger_id": UUID,
    "started_on": date.fromisoformat,
    "ended_on": date.fromisoformat,
    "end_reason": EndReason,
    "searching_since": datetime.fromisoformat,
}


# --- what taking back does besides the columns of the trajectory --------------


def _nothing(_case: Case, _event: TrajectoryEvent) -> None:
    """Some steps only changed the state."""


def _withdraw(case: Case, _event: TrajectoryEvent) -> None:
    match = _open_match(case)
    match.status, match.ended_at = MatchStatus.WITHDRAWN, case.now
    db.session.flush()


def _open_match(case: Case) -> Match:
    match = open_match(case.trajectory.id)
    if match is None:
        raise Conflict
    return match


def _no_youth_ok(case: Case, _event: TrajectoryEvent) -> None:
    _open_match(case).youth_ok_at = None


def _no_messenger_ok(case: Case, _event: TrajectoryEvent) -> None:
    _open_match(case).messenger_ok_at = None


def _reopen(case: Case, event: TrajectoryEvent) -> None:
    """The match that ended by this step goes on, if the messenger still has the place."""
    match = db.session.scalar(
        select(Match).where(Match.trajectory_id == case.trajectory.id, Match.ended_at == event.at).with_for_update()
    )
    if match is None or case.messenger is None:
        raise Conflict
    _ensure_place(case.messenger)
    was_proposed = event.from_status == S.MATCH_PROPOSED
    match.status = MatchStatus.PROPOSED if was_proposed else MatchStatus.ACCEPTED
    match.ended_at, match.end_note = None, ""
    if event.from_status in KNOWS_THE_PERSON and case.messenger.user_id is not None:
        let_know(case.trajectory, case.messenger.user_id)


def _ensure_place(messenger: CredibleMessenger) -> None:
    taken = places_taken(messenger.id)
    if taken >= messenger.max_individual or not messengers.is_available(messenger, clock.today()):
        raise Invalid(**{"": N_("De plaats bij deze messenger is intussen weg. Doe een nieuw voorstel.")})


def _swap_back(case: Case, event: TrajectoryEvent) -> None:
    _withdraw(case, event)
    _reopen(case, event)


def _reject_back(case: Case, _event: TrajectoryEvent) -> None:
    if case.trajectory.person.status != PersonStatus.OPEN:
        raise Invalid(**{"": N_("Dit dossier is gesloten. Heropen het eerst.")})


def _close_back(case: Case, event: TrajectoryEvent) -> None:
    _reject_back(case, event)
    _reopen(case, event)


TAKES_BACK: dict[Event, Callable[[Case, TrajectoryEvent], None]] = {
    Event.REJECT: _reject_back,
    Event.PROPOSE_MATCH: _withdraw,
    Event.YOUTH_OK: _no_youth_ok,
    Event.MESSENGER_OK: _no_messenger_ok,
    Event.DECLINE: _reopen,
    Event.REPLACE_MESSENGER: _reopen,
    Event.SWAP_MESSENGER: _swap_back,
    Event.CLOSE: _close_back,
}
