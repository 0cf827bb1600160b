"""Reminder rules of signals (domain §6.2): R01 to judge, R02 a question, R03 telling the reporter, and the news."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_

from portal.accounts import duty, working
from portal.accounts.models import Duty, RoleAssignment, User
from portal.core import workdays
from portal.core.i18n import N_
from portal.core.registry import Rule, RuleClass, Term
from portal.privacy.permissions import Role
from portal.reminders import asking
from portal.signals import policy
from portal.signals.models import DECIDED, Signal, SignalStatus, SignalStep, Urgency
from portal.signals.workflow import Event

QUESTION_AFTER, QUESTION_DIRECTOR_AFTER = 3, 6  # working days
TELL_AFTER, TELL_MANAGER_AFTER = 2, 5
#: When nobody took an acute signal, who is on duty and the manager hear of it.
ACUTE_ALONE = timedelta(hours=1)
WAITING = (SignalStatus.TO_TRIAGE, SignalStatus.IN_TRIAGE)


class Stage(IntEnum):
    """How far it has come on the ladder."""

    NEW = 0
    HALFWAY = 1
    LATE = 2


class News(IntEnum):
    """What the news is."""

    SUBMITTED = 0
    ASKED = 1
    ANSWERED = 2
    TOLD = 3


def _to_role(statement: Select[Any], role: Role, today: date) -> Select[Any]:
    """For everybody who holds `role` in the signal's team, but not about somebody they know in private (I-24)."""
    return asking.to_role(statement, role, Signal.team_id, today).where(policy.apart(RoleAssignment.user_id))


def _judging(*, since: Any, stage: Any) -> Select[Any]:
    return _waiting(recipient=RoleAssignment.user_id, since=since, stage=stage)


def _waiting(*, recipient: Any, since: Any, stage: Any) -> Select[Any]:
    return asking.question(
        object_id=Signal.id,
        team_id=Signal.team_id,
        due_on=asking.civil(Signal.triage_due_at),
        recipient_id=recipient,
        stage=stage,
        since=since,
    ).where(Signal.status.in_(WAITING))


def _calm() -> ColumnElement[bool]:
    return Signal.urgency != Urgency.ACUTE


def to_judge(today: date) -> Select[Any]:
    """Signals of which three fifths of the term have passed, for the directors; again when it is over."""
    late = Signal.triage_due_at <= func.app_now()
    stage = case((late, int(Stage.LATE)), else_=int(Stage.HALFWAY))
    since = case((late, Signal.triage_due_at), else_=Signal.remind_at)
    waiting = _judging(since=since, stage=stage).where(_calm(), Signal.remind_at <= func.app_now())
    return _to_role(waiting, Role.JV_DIRECTOR, today)


def late_for_managers(today: date) -> Select[Any]:
    """Signals whose term is over, for the managers of the team."""
    waiting = _judging(since=Signal.triage_due_at, stage=Stage.LATE)
    return _to_role(waiting.where(_calm(), Signal.triage_due_at <= func.app_now()), Role.MANAGER, today)


def acute(today: date) -> Select[Any]:
    """Acute signals, at once, for the directors; again after three fifths of the four hours, and when they are over."""
    now = func.app_now()
    stage = case(
        (Signal.triage_due_at <= now, int(Stage.LATE)),
        (Signal.remind_at <= now, int(Stage.HALFWAY)),
        else_=int(Stage.NEW),
    )
    since = case(
        (Signal.triage_due_at <= now, Signal.triage_due_at),
        (Signal.remind_at <= now, Signal.remind_at),
        else_=Signal.received_at,
    )
    return _to_role(_judging(since=since, stage=stage).where(~_calm()), Role.JV_DIRECTOR, today)


def acute_for_duty(today: date) -> Select[Any]:
    """Acute signals that nobody took within an hour, for who is on duty in the team without judging signals: they call
    a director."""
    alone = Signal.received_at + literal(ACUTE_ALONE)
    directs = working.in_team(Duty.user_id, Duty.team_id, today, Role.JV_DIRECTOR)
    waiting = _waiting(recipient=Duty.user_id, since=func.greatest(alone, Duty.starts_at), stage=Stage.LATE)
    return (
        waiting.join(Duty, Duty.team_id == Signal.team_id)
        .where(~_calm(), Signal.status == SignalStatus.TO_TRIAGE, alone <= func.app_now())
        .where(duty.running(), duty.present(today), ~directs, policy.apart(Duty.user_id))
    )


def acute_for_managers(today: date) -> Select[Any]:
    """Acute signals that nobody took within an hour, or whose four hours are over, for the managers."""
    now, alone = func.app_now(), Signal.received_at + literal(ACUTE_ALONE)
    untaken = and_(Signal.status == SignalStatus.TO_TRIAGE, alone <= now)
    since = case((untaken, alone), else_=Signal.triage_due_at)
    waiting = _judging(since=since, stage=Stage.LATE).where(~_calm(), or_(untaken, Signal.triage_due_at <= now))
    return _to_role(waiting, Role.MANAGER, today)


def _passed(moment: Any, today: date, after: int) -> ColumnElement[bool]:
    """Whether so many working days have passed since a moment; holidays are known to Python only."""
    return asking.civil(moment) <= workdays.latest_start(today, after)


def _since(*, moment: Any, recipient: Any, stage: Stage) -> Select[Any]:
    return asking.question(
        object_id=Signal.id,
        team_id=Signal.team_id,
        due_on=asking.civil(moment),
        recipient_id=recipient,
        stage=stage,
        since=moment,
    )


def unanswered(today: date, *, after: int = QUESTION_AFTER) -> Select[Any]:
    """Questions to a reporter that wait for an answer."""
    return (
        _since(moment=Signal.status_since, recipient=Signal.reporter_id, stage=Stage.NEW)
        .join(User, User.id == Signal.reporter_id)
        .where(Signal.status == SignalStatus.WAITING_INFO, _passed(Signal.status_since, today, after))
        .where(User.deactivated_at.is_(None), policy.apart(Signal.reporter_id))
    )


def unanswered_for_directors(today: date, *, after: int = QUESTION_DIRECTOR_AFTER) -> Select[Any]:
    """The same, for the directors: decide without the answer, or call."""
    waiting = _since(moment=Signal.status_since, recipient=RoleAssignment.user_id, stage=Stage.LATE)
    waiting = waiting.where(Signal.status == SignalStatus.WAITING_INFO, _passed(Signal.status_since, today, after))
    return _to_role(waiting, Role.JV_DIRECTOR, today)


def untold(today: date, *, after: int = TELL_AFTER) -> Select[Any]:
    """Decided signals of which the reporter did not hear, for the directors."""
    return _untold(today, after, Role.JV_DIRECTOR, Stage.NEW)


def untold_for_managers(today: date, *, after: int = TELL_MANAGER_AFTER) -> Select[Any]:
    """The same, for the managers."""
    return _untold(today, after, Role.MANAGER, Stage.LATE)


def _untold(today: date, after: int, role: Role, stage: Stage) -> Select[Any]:
    waiting = _since(moment=Signal.decided_at, recipient=RoleAssignment.user_id, stage=stage)
    waiting = waiting.where(
        Signal.status.in_(DECIDED), Signal.feedback_at.is_(None), _passed(Signal.decided_at, today, after)
    )
    return _to_role(waiting, role, today)


def news(today: date) -> Select[Any]:
    """What happened lately, for who has to know and did not do it: a new signal, a question, an answer, a feedback."""
    to_directors = _steps(today, RoleAssignment.user_id, Event.SUBMIT, Event.ANSWER)
    directors = _to_role(to_directors.where(or_(_calm(), SignalStep.event == Event.ANSWER)), Role.JV_DIRECTOR, today)
    reporters = (
        _steps(today, Signal.reporter_id, Event.ASK_INFO, Event.TELL)
        .join(User, User.id == Signal.reporter_id)
        .where(User.deactivated_at.is_(None), policy.apart(Signal.reporter_id))
    )
    return asking.either(directors, reporters)


STAGE_OF = {
    Event.SUBMIT: News.SUBMITTED, Event.ASK_INFO: News.ASKED, Event.ANSWER: News.ANSWERED, Event.TELL: News.TOLD,
}  # fmt: skip


def _steps(today: date, recipient: Any, *events: Event) -> Select[Any]:
    happened_on = asking.civil(SignalStep.at)
    return (
        asking.question(
            object_id=SignalStep.id,
            team_id=Signal.team_id,
            due_on=happened_on,
            recipient_id=recipient,
            stage=case({str(event): int(stage) for event, stage in STAGE_OF.items()}, value=SignalStep.event),
            since=SignalStep.at,
        )
        .join(Signal, Signal.id == SignalStep.signal_id)
        .where(
            happened_on >= today - asking.NEWS_DAYS,
            SignalStep.event.in_(events),
            recipient.is_distinct_from(SignalStep.by_id),
        )
    )


def signal_link(signal_id: UUID) -> str:
    """The page of the signal."""
    return f"/signalen/{signal_id}"


def step_link(step_id: UUID) -> str:
    """The step's address, which leads to its signal."""
    return f"/signalen/stappen/{step_id}"


def duty_link(_signal_id: UUID) -> str:
    """Who is on duty reads no signals; there they see whom to call."""
    return "/dienst"


def figures_link(_signal_id: UUID) -> str:
    """Managers see figures, not signals."""
    return "/signalen/cijfers"


_DIRECTOR = N_("Je krijgt dit omdat je de signalen van je team beoordeelt.")
_DUTY = N_("Je krijgt dit omdat je nu dienst hebt.")
_MANAGER = N_("Je krijgt dit omdat een signaal bij je team te lang wacht.")
_REPORTER = N_("Je krijgt dit omdat je een signaal deed.")
_SINCE = N_("Wacht sinds")
_DAYS = N_("werkdagen")
_MANAGERS = N_("Managers, alleen als aantal")

RULES = (
    Rule(
        code="R01", label=_DIRECTOR, object_type="signal", due=to_judge, link=signal_link, audience=N_("Regisseurs"),
        stages={
            Stage.HALFWAY: N_("Een signaal moet beoordeeld worden"),
            Stage.LATE: N_("Een signaal is te laat beoordeeld"),
        },
    ),
    Rule(
        code="R01-manager", label=_MANAGER, object_type="signal", due=late_for_managers, link=figures_link,
        audience=_MANAGERS, stages={Stage.LATE: N_("Een signaal bij je team is te laat beoordeeld")},
    ),
    Rule(
        code="R01-acuut", label=_DIRECTOR, object_type="signal", due=acute, link=signal_link, kind=RuleClass.ACUTE,
        audience=N_("Regisseurs"),
        stages={
            Stage.NEW: N_("Een signaal vraagt nu je aandacht"),
            Stage.HALFWAY: N_("Een signaal met spoed wacht nog"),
            Stage.LATE: N_("Een signaal met spoed is te laat"),
        },
    ),
    Rule(
        code="R01-acuut-dienst", label=_DUTY, object_type="signal", due=acute_for_duty, link=duty_link,
        kind=RuleClass.ACUTE, audience=N_("Wie dienst heeft"),
        stages={Stage.LATE: N_("Niemand pakte een signaal met spoed op. Bel de regisseur")},
    ),
    Rule(
        code="R01-acuut-manager", label=_MANAGER, object_type="signal", due=acute_for_managers, link=figures_link,
        kind=RuleClass.ACUTE, audience=_MANAGERS, stages={Stage.LATE: N_("Niemand pakte een signaal met spoed op")},
    ),
    Rule(
        code="R02", label=_REPORTER, object_type="signal", due=unanswered, link=signal_link, audience=N_("Melders"),
        terms=(Term("after", _SINCE, QUESTION_AFTER, 1, 10, _DAYS),),
        stages={Stage.NEW: N_("Er wacht een vraag over je signaal")},
    ),
    Rule(
        code="R02-regie", label=_DIRECTOR, object_type="signal", due=unanswered_for_directors, link=signal_link,
        terms=(Term("after", _SINCE, QUESTION_DIRECTOR_AFTER, 1, 20, _DAYS),), audience=N_("Regisseurs"),
        stages={Stage.LATE: N_("Een vraag over een signaal is nog niet beantwoord")},
    ),
    Rule(
        code="R03", label=_DIRECTOR, object_type="signal", due=untold, link=signal_link, audience=N_("Regisseurs"),
        terms=(Term("after", _SINCE, TELL_AFTER, 1, 10, _DAYS),),
        stages={Stage.NEW: N_("Een melder wacht op je terugkoppeling")},
    ),
    Rule(
        code="R03-manager", label=_MANAGER, object_type="signal", due=untold_for_managers, link=figures_link,
        terms=(Term("after", _SINCE, TELL_MANAGER_AFTER, 1, 20, _DAYS),), audience=_MANAGERS,
        stages={Stage.LATE: N_("Een melder bij je team wacht lang op terugkoppeling")},
    ),
    Rule(
        code="SIG", label=N_("Je krijgt dit omdat je bij dit signaal hoort."), object_type="signal_step", due=news,
        link=step_link, audience=N_("Wie het signaal deed of beoordeelt"), news=True,
        stages={
            News.SUBMITTED: N_("Er is een nieuw signaal"),
            News.ASKED: N_("Er is een vraag over je signaal"),
            News.ANSWERED: N_("Je vraag over een signaal is beantwoord"),
            News.TOLD: N_("Er is een terugkoppeling over je signaal"),
        },
    ),
)  # fmt: skip
