"""Reminder rules of programmes: R18, an enrolment reaches its end, and R33, a proposal waits (domain §6.2)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func

from portal.accounts.models import RoleAssignment
from portal.core import workdays
from portal.core.i18n import N_
from portal.core.registry import Rule, Term
from portal.people.asking import to_workers
from portal.people.models import PersonAssignment
from portal.privacy.contexts import Context
from portal.privacy.permissions import Role
from portal.programmes.models import Disclosure, DisclosureStatus, Enrolment, EnrolmentStatus
from portal.reminders import asking

AHEAD = 14  # days before the end
DECIDE_WITHIN = 7  # days after the proposal
OFFICER_AFTER = 2  # working days
ANSWER_YES, ANSWER_NO = 0, 1


class Stage(IntEnum):
    """The one step of each rule."""

    ONCE = 0


def ending(today: date, *, ahead: int = AHEAD) -> Select[Any]:
    """Enrolments that end by themselves within `ahead` days, for the workers of the young person."""
    asked = asking.question(
        object_id=Enrolment.id,
        person_id=Enrolment.person_id,
        team_id=Enrolment.team_id,
        due_on=Enrolment.until,
        recipient_id=PersonAssignment.user_id,
        stage=Stage.ONCE,
        since=asking.midnight(Enrolment.until - ahead),
    ).where(Enrolment.status == EnrolmentStatus.ENROLLED, Enrolment.until <= today + timedelta(days=ahead))
    return to_workers(asked, Enrolment.person_id, Enrolment.team_id, today)


def groups_ending(today: date, *, ahead: int = AHEAD) -> Select[Any]:
    """The same of groups, for the directors of the team."""
    asked = asking.question(
        object_id=Enrolment.id,
        team_id=Enrolment.team_id,
        due_on=Enrolment.until,
        recipient_id=RoleAssignment.user_id,
        stage=Stage.ONCE,
        since=asking.midnight(Enrolment.until - ahead),
    ).where(
        Enrolment.status == EnrolmentStatus.ENROLLED,
        Enrolment.group_id.is_not(None),
        Enrolment.until <= today + timedelta(days=ahead),
    )
    return asking.to_role(asked, Role.JV_DIRECTOR, Enrolment.team_id, today)


def waiting(today: date, *, within: int = DECIDE_WITHIN) -> Select[Any]:
    """Proposals that somebody has to decide about, for the directors of the team, but not for who proposed them."""
    proposed_on = asking.civil(Enrolment.status_since)
    asked = asking.question(
        object_id=Enrolment.id,
        person_id=Enrolment.person_id,
        team_id=Enrolment.team_id,
        due_on=proposed_on + within,
        recipient_id=RoleAssignment.user_id,
        stage=Stage.ONCE,
        since=Enrolment.status_since,
    ).where(
        Enrolment.status == EnrolmentStatus.PROPOSED,
        Enrolment.context != Context.VOLUNTARY_GUIDANCE,
        Enrolment.proposed_by != RoleAssignment.user_id,
    )
    return asking.to_role(asked, Role.JV_DIRECTOR, Enrolment.team_id, today)


def told(today: date) -> Select[Any]:
    """What was told in another context in the last days, for who works there: the workers of the young person, and the
    directors of the team when it is that of the district; never for who told it."""
    workers = _disclosed(today, PersonAssignment.user_id)
    return asking.either(to_workers(workers, Disclosure.person_id, Disclosure.team_id, today), _to_directors(today))


def _disclosed(today: date, recipient: Any) -> Select[Any]:
    told_at = func.coalesce(Disclosure.decided_at, Disclosure.at)
    told_on = asking.civil(told_at)
    return asking.question(
        object_id=Disclosure.id,
        person_id=Disclosure.person_id,
        team_id=Disclosure.team_id,
        due_on=told_on,
        recipient_id=recipient,
        stage=Stage.ONCE,
        since=told_at,
    ).where(
        Disclosure.status == DisclosureStatus.APPROVED,
        told_on >= today - asking.NEWS_DAYS,
        recipient != Disclosure.by_id,
    )


def _to_directors(today: date) -> Select[Any]:
    asked = _disclosed(today, RoleAssignment.user_id).where(Disclosure.context_to == Context.JV_DISTRICT)
    return asking.to_role(asked, Role.JV_DIRECTOR, Disclosure.team_id, today)


def to_judge(today: date, *, within: int = DECIDE_WITHIN) -> Select[Any]:
    """What waits to be told, for the directors of the team, and after two working days for the privacy officers."""
    directors = asking.to_role(_to_judge(within), Role.JV_DIRECTOR, Disclosure.team_id, today)
    late = asking.civil(Disclosure.at) <= workdays.latest_start(today, OFFICER_AFTER)
    return asking.either(directors, asking.to_everybody(_to_judge(within).where(late), Role.PRIVACY_OFFICER, today))


def _to_judge(within: int) -> Select[Any]:
    return asking.question(
        object_id=Disclosure.id,
        person_id=Disclosure.person_id,
        team_id=Disclosure.team_id,
        due_on=asking.civil(Disclosure.at) + within,
        recipient_id=RoleAssignment.user_id,
        stage=Stage.ONCE,
        since=Disclosure.at,
    ).where(Disclosure.status == DisclosureStatus.PROPOSED, Disclosure.by_id != RoleAssignment.user_id)


def judged(today: date) -> Select[Any]:
    """What was decided in the last days, for who wanted to tell it."""
    said = asking.civil(Disclosure.decided_at)
    return asking.question(
        object_id=Disclosure.id,
        person_id=Disclosure.person_id,
        team_id=Disclosure.team_id,
        due_on=said,
        recipient_id=Disclosure.by_id,
        stage=case((Disclosure.status == DisclosureStatus.APPROVED, ANSWER_YES), else_=ANSWER_NO),
        since=Disclosure.decided_at,
    ).where(said >= today - asking.NEWS_DAYS)


def judge_link(disclosure_id: UUID) -> str:
    """The page on which it is judged."""
    return f"/verstrekkingen/{disclosure_id}/beoordelen"


def told_link(disclosure_id: UUID) -> str:
    """The page of what was told."""
    return f"/verstrekkingen/{disclosure_id}"


def link(enrolment_id: UUID) -> str:
    """The page of the enrolment."""
    return f"/inschrijvingen/{enrolment_id}"


RULES = (
    Rule(
        code="R18-programma",
        label=N_("Je krijgt dit omdat een inschrijving van een jongere van jou bijna afloopt."),
        object_type="enrolment",
        due=ending,
        link=link,
        terms=(Term("ahead", N_("Voor het einde"), AHEAD, 1, 60, N_("dagen")),),
        audience=N_("Begeleiders van de jongere"),
        stages={Stage.ONCE: N_("Een inschrijving in een programma loopt af")},
    ),
    Rule(
        code="R18-groep",
        label=N_("Je krijgt dit omdat je regisseur bent en een inschrijving van een groep bijna afloopt."),
        object_type="enrolment",
        due=groups_ending,
        link=link,
        terms=(Term("ahead", N_("Voor het einde"), AHEAD, 1, 60, N_("dagen")),),
        audience=N_("Regisseurs van het team"),
        stages={Stage.ONCE: N_("Een inschrijving van een groep loopt af")},
    ),
    Rule(
        code="R33-programma",
        label=N_("Je krijgt dit omdat je regisseur bent en er een voorstel voor een programma ligt."),
        object_type="enrolment",
        due=waiting,
        link=link,
        terms=(Term("within", N_("Beslissen binnen"), DECIDE_WITHIN, 1, 30, N_("dagen")),),
        audience=N_("Regisseurs van het team"),
        stages={Stage.ONCE: N_("Een voorstel voor een programma wacht op jou")},
    ),
    Rule(
        code="VST",
        label=N_(
            "Je krijgt dit omdat iemand over een jongere van jou of van je team iets deelde met een andere aanpak."
        ),
        object_type="disclosure",
        due=told,
        link=told_link,
        audience=N_("Begeleiders van de jongere, en bij Jeugd & Veiligheid de regisseurs"),
        stages={Stage.ONCE: N_("Er is iets gedeeld over een jongere")},
    ),
    Rule(
        code="R33-verstrekking",
        label=N_("Je krijgt dit omdat iemand iets over een jongere wil delen met een andere aanpak."),
        object_type="disclosure",
        due=to_judge,
        link=judge_link,
        terms=(Term("within", N_("Beslissen binnen"), DECIDE_WITHIN, 1, 30, N_("dagen")),),
        audience=N_("Regisseurs van het team, na twee werkdagen ook privacy officers"),
        stages={Stage.ONCE: N_("Een verstrekking wacht op jou")},
    ),
    Rule(
        code="VST-antwoord",
        label=N_("Je krijgt dit omdat je iets wilde delen met een andere aanpak."),
        object_type="disclosure",
        due=judged,
        link=told_link,
        audience=N_("Wie het wilde delen"),
        stages={
            ANSWER_YES: N_("Wat je wilde delen, is goedgekeurd"),
            ANSWER_NO: N_("Wat je wilde delen, is niet goedgekeurd"),
        },
        news=True,
    ),
)
