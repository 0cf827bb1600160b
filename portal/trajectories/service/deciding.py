"""Every step of a trajectory: under the row lock, by the machine in workflow.py, with its traces and its access."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.core.i18n import N_
from portal.messengers import service as messengers
from portal.messengers.models import CredibleMessenger
from portal.privacy import grants
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.trajectories.models import (
    EndReason,
    Match,
    MatchStatus,
    Trajectory,
    TrajectoryEvent,
    TrajectoryStatus,
)
from portal.trajectories.service.finding import Seen, find, log, open_match
from portal.trajectories.service.matching import impossible
from portal.trajectories.service.workload import let_know, places_taken
from portal.trajectories.workflow import MACHINE, Event, Facts, Party, Transition


@dataclass(frozen=True)
class Decision:
    """What somebody fills in with a step; which parts are needed depends on the event."""

    note: str = ""
    on: date | None = None  # day of the first or of the last meeting
    end_reason: EndReason | None = None


@dataclass
class Case:
    """A trajectory under its lock, with everything a step needs."""

    actor: Actor
    seen: Seen
    match: Match | None
    messenger: CredibleMessenger | None
    facts: Facts
    now: datetime  # one moment for everything a step writes
    before: dict[str, Any]  # the columns a step may change, as they were

    @property
    def trajectory(self) -> Trajectory:
        """The record itself."""
        return self.seen.trajectory


def decide(actor: Actor, trajectory_id: UUID, event: Event, *, version: int, decision: Decision) -> Trajectory:
    """Take one step other than a proposal.

    Raises NotFound, Forbidden (not this actor's to decide), Conflict (moved on in the meantime) or Invalid.
    """
    case = open_case(actor, trajectory_id, version)
    row = MACHINE.step(event, case.trajectory.status, case.facts, case.seen.parties)
    if row.event not in EFFECTS:
        raise Forbidden
    if event in MACHINE.needs_reason and not decision.note:
        raise Invalid(note=N_("Schrijf in een paar woorden waarom."))
    EFFECTS[event](case, row, decision)
    move(case, row, decision.note)
    return case.trajectory


def propose(actor: Actor, trajectory_id: UUID, *, version: int, messenger_id: UUID, motivation: str) -> Trajectory:
    """Propose a messenger. The messenger's row is locked while the places are counted (domain I-10).

    Raises Conflict when the last place or the messenger was taken in the meantime, else as `decide`.
    """
    case = open_case(actor, trajectory_id, version, messenger_id=messenger_id)
    _offer(case, Event.PROPOSE_MATCH, motivation, note="")
    return case.trajectory


def swap(
    actor: Actor, trajectory_id: UUID, *, version: int, messenger_id: UUID, motivation: str, note: str
) -> Trajectory:
    """Another messenger in one step: the old match ends for the reason in `note`, the new one is proposed.

    The old messenger loses sight of the young person, the place of the new one is held. Raises as `propose`, and
    Invalid when it is the same messenger or the reason is missing.
    """
    case = open_case(actor, trajectory_id, version, messenger_id=messenger_id)
    if messenger_id == case.before["messenger_id"]:
        raise Invalid(messenger_id=N_("Dit is de messenger van nu. Kies een andere."))
    if not note:
        raise Invalid(note=N_("Schrijf in een paar woorden waarom."))
    _offer(case, Event.SWAP_MESSENGER, motivation, note=note)
    return case.trajectory


def _offer(case: Case, event: Event, motivation: str, *, note: str) -> None:
    messenger = case.messenger
    if messenger is None or messenger.team_id != case.trajectory.coordination_team_id:
        raise Invalid(messenger_id=N_("Kies een van de mogelijkheden."))
    if messenger.id in impossible(case.trajectory.person_id):
        raise Invalid(messenger_id=N_("Deze messenger is hier niet mogelijk."))
    row = MACHINE.choose(event, case.trajectory.status, case.facts, case.seen.parties)
    if not (case.facts.messenger_active and case.facts.within_capacity):
        raise Conflict
    row = MACHINE.step(event, case.trajectory.status, case.facts, case.seen.parties)
    if event is Event.SWAP_MESSENGER:
        _leave(case, note)
    case.trajectory.messenger_id = messenger.id
    db.session.add(_new_match(case, messenger, motivation))
    move(case, row, note)


def _leave(case: Case, note: str) -> None:
    """The match of now ends before the next one is made: there is one at a time."""
    running = case.trajectory.status in (TrajectoryStatus.ACTIVE, TrajectoryStatus.PAUSED)
    _end_match(case, MatchStatus.ENDED if running else MatchStatus.WITHDRAWN, note)
    if running:
        case.trajectory.searching_since = case.now
    db.session.flush()


def open_case(actor: Actor, trajectory_id: UUID, version: int, *, messenger_id: UUID | None = None) -> Case:
    """A trajectory under its lock, then `messenger_id` or its own messenger under theirs, with the facts.

    Raises NotFound, or Conflict for an older version.
    """
    found = find(actor, trajectory_id, lock=True)
    db.ensure_version(found.trajectory, version)
    match = open_match(trajectory_id)
    wanted = messenger_id or found.trajectory.messenger_id
    messenger = messengers.lock(wanted) if wanted else None
    facts = _facts(found.trajectory, match, messenger)
    return Case(actor, found, match, messenger, facts, clock.now(), snapshot(found.trajectory))


#: What steps change besides the state.
KEPT = ("status_since", "messenger_id", "started_on", "ended_on", "end_reason", "searching_since")


def snapshot(trajectory: Trajectory) -> dict[str, Any]:
    """The columns a step may change, as they are."""
    return {name: getattr(trajectory, name) for name in KEPT}


def _facts(trajectory: Trajectory, match: Match | None, messenger: CredibleMessenger | None) -> Facts:
    if messenger is None:
        return Facts(youth_agreed=trajectory.youth_agreed_on is not None)
    others = places_taken(messenger.id) - (trajectory.messenger_id == messenger.id)
    return Facts(
        youth_agreed=trajectory.youth_agreed_on is not None,
        youth_ok=match is not None and match.youth_ok_at is not None,
        messenger_ok=match is not None and match.messenger_ok_at is not None,
        messenger_active=messengers.is_available(messenger, clock.today()),
        within_capacity=others < messenger.max_individual,
    )


def _new_match(case: Case, messenger: CredibleMessenger, motivation: str) -> Match:
    return Match(
        trajectory_id=case.trajectory.id,
        team_id=case.trajectory.team_id,
        messenger_id=messenger.id,
        motivation=motivation,
        proposed_by=case.actor.user_id,
        proposed_at=case.now,
    )


def move(case: Case, row: Transition, note: str) -> None:
    """Write the state, its trace and the access-log row."""
    trajectory = case.trajectory
    db.session.add(
        TrajectoryEvent(
            trajectory_id=trajectory.id,
            team_id=trajectory.team_id,
            at=case.now,
            by_id=case.actor.user_id,
            event=row.event,
            from_status=row.source,
            to_status=row.target,
            note=note,
            before={name: value if value is None else str(value) for name, value in case.before.items()},
        )
    )
    if row.target != row.source:
        trajectory.status, trajectory.status_since = row.target, case.now
    db.session.flush()
    log(case.actor, Action.UPDATE, [case.seen], fields=("status",))


# --- what a step does besides moving on --------------------------------------


def _nothing(_case: Case, _row: Transition, _decision: Decision) -> None:
    """Some steps only change the state."""


def _reject(case: Case, _row: Transition, _decision: Decision) -> None:
    grants.end(case.trajectory.id)


def _youth_ok(case: Case, row: Transition, _decision: Decision) -> None:
    _the_match(case).youth_ok_at = case.now
    _agreed(case, row)


def _messenger_ok(case: Case, row: Transition, _decision: Decision) -> None:
    _the_match(case).messenger_ok_at = case.now
    _agreed(case, row)


def _agreed(case: Case, row: Transition) -> None:
    """With two times yes the messenger gets to know who it is."""
    if row.target != TrajectoryStatus.READY:
        return
    _the_match(case).status = MatchStatus.ACCEPTED
    db.session.flush()  # the database lets the messenger know only after both said yes
    if case.messenger is not None and case.messenger.user_id is not None:
        let_know(case.trajectory, case.messenger.user_id)


def _decline(case: Case, _row: Transition, decision: Decision) -> None:
    withdrawn = case.seen.party is Party.COORDINATOR
    _end_match(case, MatchStatus.WITHDRAWN if withdrawn else MatchStatus.DECLINED, decision.note)
    case.trajectory.messenger_id = None


def _first_meeting(case: Case, _row: Transition, decision: Decision) -> None:
    met_on = _past_day(decision, clock.to_local(_the_match(case).proposed_at).date())
    case.trajectory.started_on = case.trajectory.started_on or met_on  # another messenger is not another trajectory


def _replace(case: Case, _row: Transition, decision: Decision) -> None:
    _end_match(case, MatchStatus.ENDED, decision.note)
    case.trajectory.messenger_id, case.trajectory.searching_since = None, case.now


def _start_ending(case: Case, _row: Transition, decision: Decision) -> None:
    if decision.end_reason is None:
        raise Invalid(end_reason=N_("Kies waarom het traject stopt."))
    case.trajectory.end_reason = decision.end_reason


def _close(case: Case, _row: Transition, decision: Decision) -> None:
    case.trajectory.ended_on = _past_day(decision, case.trajectory.started_on)
    _finish(case, decision)


def _safety_stop(case: Case, _row: Transition, decision: Decision) -> None:
    case.trajectory.ended_on, case.trajectory.end_reason = clock.today(), EndReason.UNSAFE
    _finish(case, decision)


def _finish(case: Case, decision: Decision) -> None:
    """The match ends, and with it everybody's access that followed from the trajectory."""
    if case.match is not None:
        accepted = case.match.status == MatchStatus.ACCEPTED
        _end_match(case, MatchStatus.ENDED if accepted else MatchStatus.WITHDRAWN, decision.note)
    grants.end(case.trajectory.id)


def _end_match(case: Case, status: MatchStatus, note: str) -> None:
    match = _the_match(case)
    match.status, match.ended_at, match.end_note = status, case.now, note
    account = db.session.scalar(select(CredibleMessenger.user_id).where(CredibleMessenger.id == match.messenger_id))
    if account is not None:
        grants.end(case.trajectory.id, user_id=account)


def _the_match(case: Case) -> Match:
    if case.match is None:
        raise Conflict
    return case.match


def _past_day(decision: Decision, earliest: date | None) -> date:
    if decision.on is None:
        raise Invalid(on=N_("Kies een datum."))
    if decision.on > clock.today():
        raise Invalid(on=N_("Deze dag moet nog komen."))
    if earliest is not None and decision.on < earliest:
        raise Invalid(on=N_("Deze dag ligt te ver terug."))
    return decision.on


EFFECTS: dict[Event, Callable[[Case, Transition, Decision], None]] = {
    Event.ACCEPT: _nothing,
    Event.REJECT: _reject,
    Event.YOUTH_OK: _youth_ok,
    Event.MESSENGER_OK: _messenger_ok,
    Event.DECLINE: _decline,
    Event.FIRST_MEETING: _first_meeting,
    Event.PAUSE: _nothing,
    Event.RESUME: _nothing,
    Event.REPLACE_MESSENGER: _replace,
    Event.END: _start_ending,
    Event.CLOSE: _close,
    Event.SAFETY_STOP: _safety_stop,
}
