"""Every step of a view: under the row lock, by the machine in workflow.py, with its traces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update

from portal.accounts.models import RoleAssignment, Team, TeamArea
from portal.areas import service as areas
from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid
from portal.core.i18n import N_
from portal.in_view.models import (
    REASON,
    InViewLetter,
    InViewReview,
    InViewStatement,
    InViewStep,
    LetterKind,
    Side,
    ViewEndReason,
    ViewStatus,
    YouthInView,
)
from portal.in_view.service.finding import Seen, facts_for, find, log, missed, subject
from portal.in_view.workflow import (
    LETTER_WITHIN,
    MACHINE,
    OBJECTION_MONTHS,
    OWN_LETTER_ONLY_FROM,
    REVIEW_MONTHS,
    Event,
    Facts,
    Party,
    Transition,
)
from portal.people.models import PersonAssignment
from portal.people.service.assigning import lapse
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action
from portal.privacy.permissions import Role

#: Reasons of ending that are not chosen in the form: they follow from another step.
GIVEN = (ViewEndReason.OBJECTION_UPHELD, ViewEndReason.NOT_REGISTERED, ViewEndReason.TRANSFERRED)
#: Ended for one of these, what was written is emptied at once: it should not have been there.
WRONG = (ViewEndReason.OBJECTION_UPHELD, ViewEndReason.UNLAWFUL)


@dataclass(frozen=True)
class Answers:
    """What somebody fills in with a step; which parts are needed depends on the event."""

    note: str = ""
    youth_voice: str = ""
    guardian_voice: str = ""
    end_reason: ViewEndReason | None = None
    transfer_team_id: UUID | None = None


@dataclass
class Held:
    """A view under its lock, with who acts and what was answered."""

    actor: Actor
    seen: Seen
    answers: Answers
    today: date

    @property
    def view(self) -> YouthInView:
        """The record itself."""
        return self.seen.view


#: Takes the id of a view that is emptied: what an upper feature hung on it goes with it.
Stripper = Callable[[Actor, UUID], None]
_strippers: list[Stripper] = []


def register_stripper(stripper: Stripper) -> None:
    """Let an upper feature empty its own when a view should never have been."""
    if stripper not in _strippers:
        _strippers.append(stripper)


def decide(actor: Actor, view_id: UUID, event: Event, *, version: int | None, answers: Answers) -> YouthInView:
    """Take one step.

    Raises NotFound, Forbidden (not this actor's to decide), Conflict (moved on in the meantime) or Invalid.
    """
    found = find(actor, view_id, lock=True)
    db.ensure_version(found.view, version)
    held = Held(actor, found, answers, clock.today())
    row = MACHINE.step(event, found.view.status, _facts(held), frozenset(found.parties))
    if row.event not in EFFECTS:
        raise Forbidden
    if event in MACHINE.needs_reason and not answers.note.strip():
        raise Invalid(note=N_("Schrijf in een paar woorden waarom."))
    _take(held, row)
    return held.view


def _facts(held: Held) -> Facts:
    heard, wipes = bool(held.answers.youth_voice.strip()), held.answers.end_reason in WRONG
    return facts_for(held.actor, held.seen, heard=heard, wipes=wipes)


def _take(held: Held, row: Transition) -> None:
    """The trace first: who stops or declines a view does not reach it after that."""
    note_step(held.view, row, by_id=held.actor.user_id, note=held.answers.note)
    log(held.actor, Action.UPDATE, [held.seen], fields=("status",))
    was_wrong = row.event is Event.UPHOLD or held.answers.end_reason in WRONG
    if was_wrong:
        _write_answers(held)
        _empty_around(held.actor, held.view)
    with db.session.no_autoflush:
        EFFECTS[row.event](held)
        held.view.status = row.target
        if was_wrong:
            _empty(held.view)
    db.session.flush()


def note_step(view: YouthInView, row: Transition, *, by_id: UUID | None, note: str = "") -> None:
    """Write the trace of a step."""
    db.session.add(
        InViewStep(
            view_id=view.id,
            team_id=view.team_id,
            at=clock.now(),
            by_id=by_id,
            event=row.event,
            from_status=row.source,
            to_status=row.target,
            note=note.strip(),
        )
    )
    db.session.flush()


# --- what a step does besides moving on -----------------------------------------------------------------------------


def _approve(held: Held) -> None:
    """From now on in view: a letter within thirty days, a review after half a year."""
    view = held.view
    view.decided_by, view.registered_on = held.actor.user_id, held.today
    view.next_review_on = clock.months_later(held.today, REVIEW_MONTHS)
    due = held.today + LETTER_WITHIN
    view.letter_due_on = due
    _write_letters(held, LetterKind.INFORMATION, due)


def _write_letters(held: Held, kind: LetterKind, due: date) -> None:
    young = held.view.person
    both = young is not None and young.age_on(held.today) < OWN_LETTER_ONLY_FROM
    for side in (Side.YOUTH, *((Side.GUARDIAN,) if both else ())):
        db.session.add(InViewLetter(view_id=held.view.id, team_id=held.view.team_id, kind=kind, side=side, due_on=due))


def _write_answers(held: Held) -> None:
    """Who was told of being in view, is told that it is over and wiped; before it is, for the judge reaches it then."""
    told = select(InViewLetter.side).where(
        InViewLetter.view_id == held.view.id, InViewLetter.kind == LetterKind.INFORMATION
    )
    for side in db.session.scalars(told.order_by(InViewLetter.id)).all():
        db.session.add(
            InViewLetter(
                view_id=held.view.id,
                team_id=held.view.team_id,
                kind=LetterKind.ENDING,
                side=side,
                due_on=held.today + LETTER_WITHIN,
            )
        )
    db.session.flush()


def _reject(held: Held) -> None:
    held.view.ended_on, held.view.end_reason = held.today, ViewEndReason.NOT_REGISTERED


def _review(held: Held) -> None:
    _keep_review(held, "continue")
    held.view.next_review_on = clock.months_later(held.today, REVIEW_MONTHS)


def _keep_review(held: Held, outcome: str) -> None:
    view, answers = held.view, held.answers
    view.review_no += 1
    db.session.add(
        InViewReview(
            view_id=view.id,
            team_id=view.team_id,
            review_no=view.review_no,
            due_on=view.next_review_on,
            held_on=held.today,
            held_by=held.actor.user_id,
            outcome=outcome,
            motivation=answers.note.strip(),
            youth_voice=answers.youth_voice.strip(),
            guardian_voice=answers.guardian_voice.strip(),
        )
    )


def _allow_longer(held: Held) -> None:
    held.view.longer_review_no = held.view.review_no + 1


def _end(held: Held) -> None:
    """Ended in a review when the young person was asked, else in between; the letter says so."""
    reason = held.answers.end_reason
    if reason is None or reason in GIVEN:
        raise Invalid(end_reason=N_("Kies waarom het stopt."))
    if held.answers.youth_voice.strip():
        _keep_review(held, "end")
    _finish(held, reason)
    if reason not in (*WRONG, ViewEndReason.DECEASED):
        _write_letters(held, LetterKind.ENDING, held.today + LETTER_WITHIN)


def _finish(held: Held, reason: ViewEndReason) -> None:
    view = held.view
    view.ended_on, view.end_reason, view.letter_due_on = held.today, reason, None
    view.objection_due_on = None


def _transfer(held: Held) -> None:
    team = next((one for one in receiving_teams(held.seen) if one.id == held.answers.transfer_team_id), None)
    if team is None:
        raise Invalid(transfer_team_id=N_("Kies een van de mogelijkheden."))
    held.view.transfer_team_id = team.id
    held.view.transfer_stadsdeel = _stadsdeel_of(team)


def _accept(held: Held) -> None:
    """The dossier goes to the other team as a whole; its workers of before stay behind."""
    view = held.view
    target, stadsdeel = view.transfer_team_id, view.transfer_stadsdeel
    db.session.execute(text("SELECT take_over_view(:id)"), {"id": view.id})
    db.session.refresh(view)
    if view.team_id != target or stadsdeel is None or view.person_id is None:
        raise Forbidden
    _end_assignments(view.person_id)
    view.stadsdeel_code, view.assigned_worker_id = stadsdeel, None
    _stay(held)


def _end_assignments(person_id: UUID) -> None:
    lapse(person_id)
    open_rows = update(PersonAssignment).where(
        PersonAssignment.person_id == person_id, PersonAssignment.until.is_(None)
    )
    db.session.execute(open_rows.values(until=clock.today()), execution_options={"synchronize_session": False})


def _stay(held: Held) -> None:
    held.view.transfer_team_id = held.view.transfer_stadsdeel = None


def _object(held: Held) -> None:
    _stay(held)
    held.view.objection_due_on = clock.months_later(held.today, OBJECTION_MONTHS)


def _uphold(held: Held) -> None:
    _finish(held, ViewEndReason.OBJECTION_UPHELD)


def _dismiss(held: Held) -> None:
    held.view.objection_due_on = None


EFFECTS: dict[Event, Callable[[Held], None]] = {
    Event.APPROVE: _approve,
    Event.REJECT: _reject,
    Event.REVIEW: _review,
    Event.ALLOW_LONGER: _allow_longer,
    Event.END: _end,
    Event.TRANSFER: _transfer,
    Event.ACCEPT: _accept,
    Event.DECLINE: _stay,
    Event.OBJECT: _object,
    Event.UPHOLD: _uphold,
    Event.DISMISS: _dismiss,
}


def receiving_teams(found: Seen) -> list[Team]:
    """The other teams with a director and a stadsdeel of their own, by name."""
    today = clock.today()
    directed = select(RoleAssignment.team_id).where(
        RoleAssignment.role == Role.JV_DIRECTOR,
        RoleAssignment.holds_on(today),
    )
    teams = db.session.scalars(
        select(Team)
        .where(Team.active, Team.id != found.view.team_id, Team.id.in_(directed))
        .where(Team.id.in_(select(TeamArea.team_id)))
        .order_by(Team.name, Team.id)
    )
    return list(teams)


def _stadsdeel_of(team: Team) -> str:
    codes = db.session.scalars(select(TeamArea.area_code).where(TeamArea.team_id == team.id)).all()
    return min(areas.places()[code].stadsdeel_code for code in codes)


# --- emptying -------------------------------------------------------------------------------------------------------


def _empty_around(actor: Actor, view: YouthInView) -> None:
    """What was written around it, while it can still be reached: nothing stays but moments and states."""
    for stripper in _strippers:
        stripper(actor, view.id)
    _close_dossier(actor, view)
    access_log.record(actor, Action.UPDATE, subject(view), context=Context.JV_DISTRICT, fields=("stripped",))
    empty: tuple[tuple[Any, dict[str, Any]], ...] = (
        (InViewStep, {"note": ""}),
        (InViewReview, {"motivation": "", "youth_voice": "", "guardian_voice": ""}),
        (InViewStatement, {"body": ""}),
        (InViewLetter, {"delay_reason": ""}),
    )
    for table, values in empty:
        db.session.execute(
            update(table).where(table.view_id == view.id).values(values),
            execution_options={"synchronize_session": False},
        )


def _close_dossier(actor: Actor, view: YouthInView) -> None:
    """When nothing else keeps it open: the judge may not reach the young person, so the database does it."""
    person_id, team_id = view.person_id, view.team_id
    if db.session.scalar(select(func.close_wrongly_in_view(view.id))):
        about = Subject("person", person_id, person_id, team_id)
        access_log.record(actor, Action.UPDATE, about, context=Context.JV_DISTRICT, fields=("status",))


def _empty(view: YouthInView) -> None:
    """Nothing of the reason stays, nor whose it was: only that there was a view, when, and how it ended."""
    for part in REASON:
        setattr(view, part, "")
    view.nominated_by, view.source_signal_id = "", None
    view.person_id = None
    view.assigned_worker_id = view.care_partner_org_id = None
    view.stripped_at = clock.now()


# --- what the portal does by itself ---------------------------------------------------------------------------------


def suspend_missed(actor: Actor) -> int:
    """Suspend every view whose review was missed (I-14); returns how many. For a task; running it again is harmless."""
    today = clock.today()
    rows = db.session.scalars(
        select(YouthInView).where(missed(today)).order_by(YouthInView.id).with_for_update(skip_locked=True)
    ).all()
    for view in rows:
        _suspend(actor, view)
    if rows:
        access_log.record(
            actor, Action.UPDATE, [subject(view) for view in rows], context=Context.JV_DISTRICT, fields=("status",)
        )
    return len(rows)


def _suspend(actor: Actor, view: YouthInView) -> None:
    row = MACHINE.step(Event.SUSPEND, view.status, Facts(review_missed=True), frozenset({Party.SYSTEM}))
    note_step(view, row, by_id=actor.user_id)
    view.status, view.transfer_team_id, view.transfer_stadsdeel = ViewStatus.SUSPENDED, None, None
    db.session.flush()
