"""Reminder rules of young people in view: R07 (review), R08 (information letter), and what waits for a decision."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, case, cast, func

from portal.accounts.models import RoleAssignment
from portal.core.i18n import N_
from portal.core.registry import Rule, RuleClass
from portal.in_view.models import IN_VIEW, InViewLetter, InViewStep, LetterKind, ViewStatus, YouthInView
from portal.in_view.workflow import REVIEWS, Event
from portal.people.asking import to_workers
from portal.people.models import PersonAssignment
from portal.privacy.permissions import Role
from portal.reminders import asking

#: Days before the review on which is told of it, the last one first (domain §6.2, R07).
REVIEW_AHEAD = (0, 7, 30)
#: Days before the last day of the letter: 14, 25 and 30 days after the decision (R08).
LETTER_AHEAD = (0, 5, 16)
#: Days before the birthday on which nobody may be in view any more.
AGE_AHEAD = (0, 30, 91)
RUNNING = (ViewStatus.ACTIVE, ViewStatus.SUSPENDED)


class Stage(IntEnum):
    """How far it has come on the ladder."""

    FIRST = 0
    SECOND = 1
    DUE = 2
    ABOVE = 3


def _laddered(today: date, due: Any, ahead: tuple[int, int, int]) -> tuple[ColumnElement[int], ColumnElement[date]]:
    """The stage of today, and the day on which it began."""
    last, second, first = (timedelta(days=days) for days in ahead)
    stage = case(
        (due - last <= today, int(Stage.DUE)), (due - second <= today, int(Stage.SECOND)), else_=int(Stage.FIRST)
    )
    began = case((due - last <= today, due - last), (due - second <= today, due - second), else_=due - first)
    return stage, cast(began, Date)


def _asked(due: Any, recipient: Any, stage: Any, began: Any) -> Select[Any]:
    return asking.question(
        object_id=YouthInView.id,
        person_id=YouthInView.person_id,
        team_id=YouthInView.team_id,
        due_on=due,
        recipient_id=recipient,
        stage=stage,
        since=asking.midnight(began),
    )


def review_due(today: date) -> Select[Any]:
    """Reviews of the coming month and those that are late, for the directors and the workers."""
    due = YouthInView.next_review_on
    stage, began = _laddered(today, due, REVIEW_AHEAD)
    wanted = and_(YouthInView.status.in_(RUNNING), due <= today + timedelta(days=REVIEW_AHEAD[-1]))
    directors = _asked(due, RoleAssignment.user_id, stage, began).where(wanted)
    workers = _asked(due, PersonAssignment.user_id, stage, began).where(wanted)
    return asking.either(
        asking.to_role(directors, Role.JV_DIRECTOR, YouthInView.team_id, today),
        to_workers(workers, YouthInView.person_id, YouthInView.team_id, today),
    )


def suspended(today: date) -> Select[Any]:
    """Views that were suspended because nobody reviewed them, for the managers, as a count."""
    due = YouthInView.next_review_on
    asked = _asked(due, RoleAssignment.user_id, int(Stage.ABOVE), cast(due + timedelta(days=31), Date))
    return asking.to_role(
        asked.where(YouthInView.status == ViewStatus.SUSPENDED), Role.MANAGER, YouthInView.team_id, today
    )


def longer(today: date) -> Select[Any]:
    """Views that a manager has to agree with before the next review, from a month ahead."""
    due = YouthInView.next_review_on
    asked = _asked(due, RoleAssignment.user_id, int(Stage.FIRST), cast(due - timedelta(days=30), Date)).where(
        YouthInView.status.in_(RUNNING),
        YouthInView.review_no >= REVIEWS,
        YouthInView.longer_review_no.is_distinct_from(YouthInView.review_no + 1),
        due <= today + timedelta(days=30),
    )
    return asking.to_role(asked, Role.MANAGER, YouthInView.team_id, today)


def letter_due(today: date) -> Select[Any]:
    """Information letters that have to go out, for the directors."""
    due = YouthInView.letter_due_on
    stage, began = _laddered(today, due, LETTER_AHEAD)
    asked = _asked(due, RoleAssignment.user_id, stage, began)
    wanted = (YouthInView.status.in_(IN_VIEW), due <= today + timedelta(days=LETTER_AHEAD[-1]))
    return asking.to_role(asked.where(*wanted), Role.JV_DIRECTOR, YouthInView.team_id, today)


def farewell_due(today: date) -> Select[Any]:
    """Letters about the end that have to go out, for the directors."""
    due = InViewLetter.due_on
    stage, began = _laddered(today, due, LETTER_AHEAD)
    asked = _asked(due, RoleAssignment.user_id, stage, began).join(InViewLetter, InViewLetter.view_id == YouthInView.id)
    wanted = (
        YouthInView.status == ViewStatus.ENDED,
        InViewLetter.kind == LetterKind.ENDING,
        InViewLetter.sent_on.is_(None),
        due <= today + timedelta(days=LETTER_AHEAD[-1]),
    )
    return asking.to_role(asked.where(*wanted), Role.JV_DIRECTOR, YouthInView.team_id, today)


def letter_missed(today: date) -> Select[Any]:
    """Letters whose last day has come, for every privacy officer; names nobody."""
    due = YouthInView.letter_due_on
    asked = asking.to_everybody(_unnamed(due, int(Stage.ABOVE), due), Role.PRIVACY_OFFICER, today)
    return asked.where(YouthInView.status.in_(IN_VIEW), due <= today)


def _unnamed(due: Any, stage: int, began: Any) -> Select[Any]:
    return asking.question(
        object_id=YouthInView.id,
        due_on=due,
        recipient_id=RoleAssignment.user_id,
        stage=stage,
        since=asking.midnight(began),
    )


def too_old_soon(today: date) -> Select[Any]:
    """Young people in view who are about to be too old for it (I-15), for the directors: three months and one month
    ahead, and from the day itself until it is ended."""
    birthday = func.too_old_on(YouthInView.person_id, type_=Date)  # who counts reads no birth date
    stage, began = _laddered(today, birthday, AGE_AHEAD)
    asked = _asked(birthday, RoleAssignment.user_id, stage, began)
    wanted = (YouthInView.status.in_(IN_VIEW), birthday <= today + timedelta(days=AGE_AHEAD[-1]))
    return asking.to_role(asked.where(*wanted), Role.JV_DIRECTOR, YouthInView.team_id, today)


def to_decide(today: date) -> Select[Any]:
    """Proposals that wait, for the directors who did not make them."""
    due = YouthInView.proposed_on
    asked = _asked(due, RoleAssignment.user_id, int(Stage.FIRST), due).where(
        YouthInView.status == ViewStatus.PROPOSED, RoleAssignment.user_id != YouthInView.proposed_by
    )
    return asking.to_role(asked, Role.JV_DIRECTOR, YouthInView.team_id, today)


def objected(today: date) -> Select[Any]:
    """Objections that wait, for the directors who did not propose or decide it, and for the privacy officers."""
    due = YouthInView.objection_due_on
    waits = YouthInView.status == ViewStatus.UNDER_OBJECTION
    began = cast(due - timedelta(days=31), Date)
    others = and_(
        RoleAssignment.user_id != YouthInView.proposed_by,
        RoleAssignment.user_id.is_distinct_from(YouthInView.decided_by),
    )
    directors = asking.to_role(
        _asked(due, RoleAssignment.user_id, int(Stage.FIRST), began).where(waits, others),
        Role.JV_DIRECTOR, YouthInView.team_id, today,
    )  # fmt: skip
    officers = asking.to_everybody(_unnamed(due, int(Stage.FIRST), began), Role.PRIVACY_OFFICER, today).where(waits)
    return asking.either(directors, officers)


def offered(today: date) -> Select[Any]:
    """Transfers that wait, for the directors of the team that is asked; names nobody."""
    asked = asking.question(
        object_id=YouthInView.id,
        team_id=YouthInView.transfer_team_id,
        due_on=asking.civil(YouthInView.updated_at),
        recipient_id=RoleAssignment.user_id,
        since=YouthInView.updated_at,
    ).where(YouthInView.status == ViewStatus.TRANSFER_PENDING)
    return asking.to_role(asked, Role.JV_DIRECTOR, YouthInView.transfer_team_id, today)


#: What a worker and the proposer hear of when somebody else did it.
TOLD = (
    Event.APPROVE, Event.REJECT, Event.REVIEW, Event.SUSPEND, Event.END, Event.ACCEPT, Event.DECLINE, Event.OBJECT,
    Event.DISMISS,
)  # fmt: skip


def news(today: date) -> Select[Any]:
    """Steps of the last days, for the young person's workers; not for who took them."""
    happened = asking.civil(InViewStep.at)
    asked = asking.question(
        object_id=YouthInView.id,
        person_id=YouthInView.person_id,
        team_id=YouthInView.team_id,
        due_on=happened,
        recipient_id=PersonAssignment.user_id,
        since=InViewStep.at,
    ).join(InViewStep, InViewStep.view_id == YouthInView.id)
    wanted = and_(
        happened >= today - asking.NEWS_DAYS,
        InViewStep.event.in_(TOLD),
        PersonAssignment.user_id.is_distinct_from(InViewStep.by_id),
    )
    return to_workers(asked.where(wanted), YouthInView.person_id, YouthInView.team_id, today)


def link(view_id: UUID) -> str:
    """The page of the view."""
    return f"/in-beeld/{view_id}"


def list_link(_view_id: UUID) -> str:
    """The list, for who gets a count."""
    return "/caseload"


RULES = (
    Rule(
        code="R07",
        label=N_("Je krijgt dit omdat je bij een jongere in beeld hoort."),
        object_type="youth_in_view",
        due=review_due,
        link=link,
        audience=N_("Begeleiders en regisseurs van het team"),
        stages={
            Stage.FIRST: N_("Over een maand: opnieuw kijken of in beeld nog nodig is"),
            Stage.SECOND: N_("Over een week: opnieuw kijken of in beeld nog nodig is"),
            Stage.DUE: N_("Nu: opnieuw kijken of in beeld nog nodig is"),
        },
        kind=RuleClass.LEGAL,
    ),
    Rule(
        code="R07-manager",
        label=N_("Je krijgt dit omdat een herbeoordeling in je team is gemist."),
        object_type="youth_in_view",
        due=suspended,
        link=list_link,
        audience=N_("Managers, alleen als aantal"),
        stages={Stage.ABOVE: N_("Een jongere in beeld is opgeschort: de herbeoordeling is gemist")},
        kind=RuleClass.LEGAL,
    ),
    Rule(
        code="R07-langer",
        label=N_("Je krijgt dit omdat na vier herbeoordelingen de manager beslist of het langer mag."),
        object_type="youth_in_view",
        due=longer,
        link=link,
        audience=N_("Managers"),
        stages={Stage.FIRST: N_("Mag een jongere langer in beeld blijven?")},
    ),
    Rule(
        code="R08",
        label=N_("Je krijgt dit omdat je regisseur bent en een jongere nog een brief moet krijgen."),
        object_type="youth_in_view",
        due=letter_due,
        link=link,
        audience=N_("Regisseurs van het team"),
        stages={
            Stage.FIRST: N_("De brief over in beeld zijn moet nog weg"),
            Stage.SECOND: N_("De brief over in beeld zijn moet deze week weg"),
            Stage.DUE: N_("De brief over in beeld zijn is te laat"),
        },
        kind=RuleClass.LEGAL,
    ),
    Rule(
        code="R08-einde",
        label=N_("Je krijgt dit omdat je regisseur bent en een jongere nog moet horen dat die uit beeld is."),
        object_type="youth_in_view",
        due=farewell_due,
        link=link,
        audience=N_("Regisseurs van het team"),
        stages={
            Stage.FIRST: N_("De brief over het einde van in beeld zijn moet nog weg"),
            Stage.SECOND: N_("De brief over het einde van in beeld zijn moet deze week weg"),
            Stage.DUE: N_("De brief over het einde van in beeld zijn is te laat"),
        },
    ),
    Rule(
        code="R08-privacy",
        label=N_("Je krijgt dit omdat een jongere na 30 dagen nog niet weet dat die in beeld is."),
        object_type="youth_in_view",
        due=letter_missed,
        link=link,
        audience=N_("Privacy officers"),
        stages={Stage.ABOVE: N_("Een brief over in beeld zijn is te laat")},
        kind=RuleClass.LEGAL,
    ),
    Rule(
        code="JIB-leeftijd",
        label=N_("Je krijgt dit omdat je regisseur bent en een jongere bijna te oud is om in beeld te zijn."),
        object_type="youth_in_view",
        due=too_old_soon,
        link=link,
        audience=N_("Regisseurs van het team"),
        stages={
            Stage.FIRST: N_("Over drie maanden 28 jaar: regel op tijd wat daarna komt"),
            Stage.SECOND: N_("Over een maand 28 jaar: stop in beeld op tijd"),
            Stage.DUE: N_("28 jaar: stop in beeld nu"),
        },
    ),
    Rule(
        code="JIB",
        label=N_("Je krijgt dit omdat je regisseur bent en iemand anders een jongere voorstelt."),
        object_type="youth_in_view",
        due=to_decide,
        link=link,
        audience=N_("Regisseurs van het team, niet wie het voorstelde"),
        stages={Stage.FIRST: N_("Een voorstel om een jongere in beeld te nemen wacht op je besluit")},
    ),
    Rule(
        code="JIB-bezwaar",
        label=N_("Je krijgt dit omdat jij over een bezwaar mag beslissen."),
        object_type="youth_in_view",
        due=objected,
        link=link,
        audience=N_("Regisseurs die niet voorstelden of besloten, en privacy officers"),
        stages={Stage.FIRST: N_("Een bezwaar tegen in beeld zijn wacht op een besluit")},
        kind=RuleClass.LEGAL,
    ),
    Rule(
        code="JIB-overdracht",
        label=N_("Je krijgt dit omdat een ander stadsdeel vraagt of jij een jongere overneemt."),
        object_type="youth_in_view",
        due=offered,
        link=link,
        audience=N_("Regisseurs van het gevraagde team"),
        stages={0: N_("Een ander stadsdeel vraagt of jij een jongere overneemt")},
    ),
    Rule(
        code="JIB-nieuws",
        label=N_("Je krijgt dit omdat je een jongere in beeld begeleidt."),
        object_type="youth_in_view",
        due=news,
        link=link,
        audience=N_("Begeleiders"),
        stages={0: N_("Nieuws over een jongere in beeld")},
        news=True,
    ),
)
