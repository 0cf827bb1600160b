"""Reminder rules of follow-ups (domain §6.2, R04) and promises (R06), and the news that a contact was corrected.

A follow-up is told of the day before, on the day itself, and when it is late. A promise is told of two days before and
on the day itself, and that stays until the young person was told what came of it.

A rule asks the state of this moment: one follow-up is in one stage at a time, so that an outage gives one message
afterwards and not a pile. A follow-up that is moved gets a new date, and with it new reminders.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, case, exists, false, func, literal, not_, or_

from portal.accounts import absence, working
from portal.accounts.models import RoleAssignment, User
from portal.contacts.models import (
    EFFECTIVE,
    Contact,
    ContactCorrection,
    ContactParticipant,
    FollowUp,
    FollowUpKind,
    FollowUpStatus,
)
from portal.core import clock, workdays
from portal.core.i18n import N_
from portal.core.registry import Rule, RuleClass, Term
from portal.people.asking import guides
from portal.privacy.models import AccessGrant
from portal.privacy.permissions import Role
from portal.reminders import asking
from portal.settings import settings

DIRECTOR_AFTER = 3  # working days
PROMISE_DIRECTOR_AFTER = 2
PROMISE_AHEAD = 2  # days
LOCK_NOTICE = timedelta(hours=4)  # before a contact can no longer be changed

WAITS = N_("werkdagen")


class Stage(IntEnum):
    """How far a follow-up has come on the ladder."""

    DAY_BEFORE = 0
    DAY_ITSELF = 1
    LATE = 2
    DIRECTOR = 3


class PromiseStage(IntEnum):
    """How far a promise has come on the ladder."""

    AHEAD = 0
    DUE = 1
    DIRECTOR = 2


IS_PROMISE = FollowUp.kind == FollowUpKind.PROMISE


def due_to_assignee(today: date) -> Select[Any]:
    """Open follow-ups that are announced, of today and before, for the person who is to do them."""
    return _to_assignee(today, _stage(today), _since(today)).where(*_comes_up(today))


def due_to_replacement(today: date) -> Select[Any]:
    """The same, for who stands in for an assignee who is away, from the moment that began."""
    return _to_replacement(today, _stage(today), _since(today)).where(*_comes_up(today))


def due_to_director(today: date, *, after: int = DIRECTOR_AFTER) -> Select[Any]:
    """Follow-ups late for `after` working days, or due while nobody can act on them, for the team's directors."""
    return _to_directors(today, after, Stage.DIRECTOR).where(not_(IS_PROMISE))


def promised(today: date, *, ahead: int = PROMISE_AHEAD) -> Select[Any]:
    """Promises of which the young person does not know yet what came of them, for who must keep them."""
    return _to_assignee(today, _promise_stage(today), _promise_since(today, ahead)).where(
        *_promise_comes_up(today, ahead)
    )


def promised_to_replacement(today: date, *, ahead: int = PROMISE_AHEAD) -> Select[Any]:
    """The same, for who stands in for an assignee who is away, from the moment that began."""
    return _to_replacement(today, _promise_stage(today), _promise_since(today, ahead)).where(
        *_promise_comes_up(today, ahead)
    )


def promised_to_director(today: date, *, after: int = PROMISE_DIRECTOR_AFTER) -> Select[Any]:
    """Promises untold for `after` working days after their day, or that nobody can keep, for the team's directors."""
    return _to_directors(today, after, PromiseStage.DIRECTOR).where(IS_PROMISE)


def _to_assignee(today: date, stage: ColumnElement[int], since: ColumnElement[Any]) -> Select[Any]:
    return (
        _about(FollowUp.assignee_id, stage, since)
        .join(User, User.id == FollowUp.assignee_id)
        .where(assignee_can_act(today))
    )


def _to_replacement(today: date, stage: ColumnElement[int], since: ColumnElement[Any]) -> Select[Any]:
    done_by = absence.cover(today)
    stands_in = and_(done_by.c.user_id == FollowUp.assignee_id, done_by.c.team_id == FollowUp.team_id)
    return (
        _about(done_by.c.replacement_id, stage, func.greatest(since, done_by.c.since))
        .join(done_by, stands_in)
        .where(_assigned(today))
    )


def _to_directors(today: date, after: int, stage: IntEnum) -> Select[Any]:
    """What is due for `after` working days, or due while nobody can act on it. Of an assignee who is away without
    replacement they hear a day ahead, when the assignee would have."""
    waited = FollowUp.due_on <= workdays.latest_start(today, after)
    orphaned = and_(FollowUp.due_on <= today, not_(assignee_can_act(today)))
    left = and_(
        asking.announced(FollowUp.due_on, today), absence.uncovered(FollowUp.assignee_id, FollowUp.team_id, today)
    )
    late = _about(RoleAssignment.user_id, stage, FollowUp.updated_at).where(
        FollowUp.status == FollowUpStatus.OPEN, or_(waited, orphaned, left)
    )
    return asking.to_role(late, Role.JV_DIRECTOR, FollowUp.team_id, today)


def _comes_up(today: date) -> tuple[ColumnElement[bool], ...]:
    """Open, and announced."""
    return FollowUp.status == FollowUpStatus.OPEN, not_(IS_PROMISE), asking.announced(FollowUp.due_on, today)


def _stage(today: date) -> ColumnElement[int]:
    return case(
        (FollowUp.due_on > today, Stage.DAY_BEFORE),
        (FollowUp.due_on == today, Stage.DAY_ITSELF),
        else_=Stage.LATE,
    )


def _promise_comes_up(today: date, ahead: int) -> tuple[ColumnElement[bool], ...]:
    """Open, and `ahead` days ahead or announced."""
    near = or_(FollowUp.due_on <= today + timedelta(days=ahead), asking.announced(FollowUp.due_on, today))
    return FollowUp.status == FollowUpStatus.OPEN, IS_PROMISE, near


def _promise_stage(today: date) -> ColumnElement[int]:
    return case((FollowUp.due_on <= today, PromiseStage.DUE), else_=PromiseStage.AHEAD)


def _promise_since(today: date, ahead: int) -> ColumnElement[Any]:
    began = case((FollowUp.due_on <= today, FollowUp.due_on), else_=FollowUp.due_on - ahead)
    return func.greatest(asking.midnight(began), FollowUp.updated_at)


def corrected(today: date) -> Select[Any]:
    """Corrections of the last days that no director has seen, for the directors of the young people concerned.

    Names no young person: the note may be closed to the director.
    """
    made_on = asking.civil(ContactCorrection.at)
    unseen = (
        asking.question(
            object_id=ContactCorrection.id,
            team_id=ContactCorrection.team_id,
            due_on=made_on,
            recipient_id=RoleAssignment.user_id,
            since=ContactCorrection.at,
        )
        .join(ContactParticipant, ContactParticipant.contact_id == ContactCorrection.contact_id)
        .where(
            made_on >= today - asking.NEWS_DAYS,
            ContactCorrection.seen_at.is_(None),
            RoleAssignment.user_id != ContactCorrection.by_id,
        )
    )
    return asking.to_role(unseen, Role.JV_DIRECTOR, ContactParticipant.person_team_id, today)


def about_to_lock(today: date) -> Select[Any]:
    """Effective contacts without a note that lock at midnight, from four hours before, for who recorded them (R35)."""
    term = settings().contact_edit_days
    days = [
        day for day in (today - timedelta(days=n) for n in range(3 * term + 15)) if workdays.add(day, term) == today
    ]
    since = literal(clock.day_end(today) - LOCK_NOTICE)
    locking = asking.question(
        object_id=Contact.id,
        team_id=Contact.team_id,
        due_on=literal(today, Date),
        recipient_id=Contact.worker_id,
        since=since,
    )
    if not days:
        return locking.where(false())
    return locking.where(
        since <= func.app_now(),  # before that nothing is read
        Contact.occurred_at >= clock.day_start(min(days)),
        Contact.occurred_at < clock.day_end(max(days)),
        ~Contact.described,
        Contact.result.in_(EFFECTIVE),
        ~exists(literal(1)).where(ContactCorrection.contact_id == Contact.id),
    )


def assignee_can_act(today: date) -> ColumnElement[bool]:
    """Whether the assignee still works here and still reaches this young person (never a message after that)."""
    granted = exists(literal(1)).where(
        AccessGrant.person_id == FollowUp.person_id,
        AccessGrant.grantee_user_id == FollowUp.assignee_id,
        AccessGrant.holds_at(func.app_now()),
    )
    works = working.in_team(FollowUp.assignee_id, FollowUp.team_id, today, Role.YOUTH_WORKER)
    return and_(working.has_account(FollowUp.assignee_id), or_(and_(works, _assigned(today)), granted))


def _assigned(today: date) -> ColumnElement[bool]:
    return guides(FollowUp.assignee_id, FollowUp.person_id, today)


def _about(recipient_id: Any, stage: Any, since: Any) -> Select[Any]:
    return asking.question(
        object_id=FollowUp.id,
        person_id=FollowUp.person_id,
        team_id=FollowUp.team_id,
        due_on=FollowUp.due_on,
        recipient_id=recipient_id,
        stage=stage,
        since=since,
    )


def _since(today: date) -> ColumnElement[Any]:
    """When the stage began, in Amsterdam, or later, when the follow-up was made or moved."""
    late = FollowUp.due_on < today
    began = case((late, asking.midnight(FollowUp.due_on + 1)), else_=asking.announced_since(FollowUp.due_on, today))
    return func.greatest(began, FollowUp.updated_at)


def record_link(follow_up_id: UUID) -> str:
    """Where the assignee does it: the form, filled in."""
    return f"/contacten/nieuw?opvolging={follow_up_id}"


def call_link(follow_up_id: UUID) -> str:
    """Where one tap writes down how a call went."""
    return f"/vervolg/{follow_up_id}/gebeld"


def follow_up_link(follow_up_id: UUID) -> str:
    """Where it can be given to somebody else."""
    return f"/vervolg/{follow_up_id}"


def edit_link(contact_id: UUID) -> str:
    """Where the author can still change it."""
    return f"/contacten/{contact_id}/wijzigen"


def correction_link(correction_id: UUID) -> str:
    """The correction, which leads to its contact for who may read that."""
    return f"/contacten/correcties/{correction_id}"


RULES = (
    Rule(
        code="R04",
        label=N_("Je krijgt dit omdat je een vervolg hebt afgesproken."),
        object_type="follow_up",
        due=due_to_assignee,
        link=record_link,
        audience=N_("Wie het afsprak"),
        stages={
            Stage.DAY_BEFORE: N_("Binnenkort een vervolg"),
            Stage.DAY_ITSELF: N_("Vandaag een vervolg"),
            Stage.LATE: N_("Een vervolg is te laat"),
        },
    ),
    Rule(
        code="R04-waarneming",
        label=N_("Je krijgt dit omdat je waarneemt voor een collega die afwezig is."),
        object_type="follow_up",
        due=due_to_replacement,
        link=record_link,
        audience=N_("Wie waarneemt"),
        stages={
            Stage.DAY_BEFORE: N_("Morgen een vervolg van een collega"),
            Stage.DAY_ITSELF: N_("Vandaag een vervolg van een collega"),
            Stage.LATE: N_("Een vervolg van een collega is te laat"),
        },
    ),
    Rule(
        code="R04-regie",
        label=N_("Je krijgt dit omdat een vervolg in je team te lang blijft liggen, of omdat niemand het kan doen."),
        object_type="follow_up",
        due=due_to_director,
        link=follow_up_link,
        terms=(Term("after", N_("Te laat sinds"), DIRECTOR_AFTER, 1, 10, WAITS),),
        audience=N_("Regisseurs van het team"),
        stages={Stage.DIRECTOR: N_("Een vervolg in je team is te laat")},
    ),
    Rule(
        code="R06",
        label=N_("Je krijgt dit omdat je iets hebt beloofd. Het blijft staan tot je hebt verteld wat ervan kwam."),
        object_type="follow_up",
        due=promised,
        link=record_link,
        terms=(Term("ahead", N_("Vooruit vertellen"), PROMISE_AHEAD, 1, 7, N_("dagen")),),
        audience=N_("Wie het beloofde"),
        stages={
            PromiseStage.AHEAD: N_("Binnenkort moet je een belofte nakomen"),
            PromiseStage.DUE: N_("Vertel wat er van je belofte is gekomen"),
        },
    ),
    Rule(
        code="R06-waarneming",
        label=N_("Je krijgt dit omdat je waarneemt voor een collega die afwezig is."),
        object_type="follow_up",
        due=promised_to_replacement,
        link=record_link,
        terms=(Term("ahead", N_("Vooruit vertellen"), PROMISE_AHEAD, 1, 7, N_("dagen")),),
        audience=N_("Wie waarneemt"),
        stages={
            PromiseStage.AHEAD: N_("Binnenkort moet je de belofte van een collega nakomen"),
            PromiseStage.DUE: N_("Vertel wat er van de belofte van een collega is gekomen"),
        },
    ),
    Rule(
        code="R06-regie",
        label=N_("Je krijgt dit omdat een belofte in je team te lang blijft liggen, of omdat niemand die kan nakomen."),
        object_type="follow_up",
        due=promised_to_director,
        link=follow_up_link,
        terms=(Term("after", N_("Te laat sinds"), PROMISE_DIRECTOR_AFTER, 1, 10, WAITS),),
        audience=N_("Regisseurs van het team"),
        stages={PromiseStage.DIRECTOR: N_("Een belofte in je team is te laat")},
    ),
    Rule(
        code="COR",
        label=N_("Je krijgt dit omdat je regisseur bent en een contact in je team na de termijn is gecorrigeerd."),
        object_type="contact_correction",
        due=corrected,
        link=correction_link,
        audience=N_("Regisseurs van het team"),
        stages={0: N_("Een contact in je team is gecorrigeerd")},
        news=True,
    ),
    Rule(
        code="R35",
        label=N_(
            "Je krijgt dit omdat je een contact zonder notitie hebt vastgelegd. Na vandaag kun je het niet wijzigen."
        ),
        object_type="contact",
        due=about_to_lock,
        link=edit_link,
        stages={0: N_("Een contact zonder notitie staat na vandaag vast")},
        kind=RuleClass.IN_APP,
    ),
)
