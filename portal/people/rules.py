"""Reminder rules about who does the work: colleagues who are away, and young people who are handed over."""

from __future__ import annotations

from datetime import date
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_
from sqlalchemy.orm import aliased

from portal.accounts import absence, working
from portal.accounts.models import Absence, RoleAssignment, User
from portal.core import workdays
from portal.core.i18n import N_
from portal.core.registry import Rule
from portal.people.models import HandOver, HandOverStatus, PersonAssignment
from portal.people.service import proposals
from portal.privacy.models import DeclaredRelation
from portal.privacy.permissions import Role
from portal.reminders import asking


class AwayStage(IntEnum):
    """Who hears of an absence: who stands in, or the director when nobody does."""

    REPLACEMENT = 0
    DIRECTOR = 2


class HandStage(IntEnum):
    """Who hears of a proposal to hand over."""

    RECEIVER = 0
    DIRECTOR = 2


ANSWER_YES, ANSWER_NO = 0, 1
GOT, TOLD = 0, 1
ANSWER_WITHIN = 3  # working days


def standing_in(today: date) -> Select[Any]:
    """Absences that run or are planned, for who stands in."""
    return (
        asking.question(
            object_id=Absence.id,
            due_on=asking.civil(Absence.starts_at),
            recipient_id=Absence.replacement_id,
            since=Absence.updated_at,
            stage=AwayStage.REPLACEMENT,
        )
        .join(User, User.id == Absence.replacement_id)
        .where(_to_come(), Absence.declined_at.is_(None), User.deactivated_at.is_(None))
    )


def nobody_stands_in(today: date) -> Select[Any]:
    """Absences of youth workers for whom nobody stands in, or whose replacement cannot, for the team's directors."""
    held = aliased(RoleAssignment)
    alone = or_(Absence.replacement_id.is_(None), Absence.declined_at.is_not(None))
    unable = and_(absence.running(), absence.uncovered(Absence.user_id, held.team_id, today))
    asked = (
        asking.question(
            object_id=Absence.id,
            team_id=held.team_id,
            due_on=asking.civil(Absence.starts_at),
            recipient_id=RoleAssignment.user_id,
            since=Absence.updated_at,
            stage=AwayStage.DIRECTOR,
        )
        .join(held, held.user_id == Absence.user_id)
        .where(
            _to_come(),
            held.role == absence.STOOD_IN,
            held.holds_on(today),
            working.has_account(Absence.user_id),
            or_(alone, unable),
        )
    )
    return asking.to_role(asked, Role.JV_DIRECTOR, held.team_id, today)


def _to_come() -> Any:
    return and_(Absence.ends_at > func.app_now(), Absence.ends_at > Absence.starts_at)


# --- handing over ----------------------------------------------------------------------------------------------------


def asked_to_take_over(today: date) -> Select[Any]:
    """Proposals that wait, for who is asked. Names nobody: the receiver may not know of the young person yet."""
    return (
        _waiting(HandOver.to_user_id, HandStage.RECEIVER)
        .join(User, User.id == HandOver.to_user_id)
        .where(User.deactivated_at.is_(None))
    )


def not_answered(today: date) -> Select[Any]:
    """Proposals without an answer for three working days, for the team's directors."""
    waited = asking.civil(HandOver.proposed_at) <= workdays.latest_start(today, ANSWER_WITHIN)
    asked = _waiting(RoleAssignment.user_id, HandStage.DIRECTOR).where(waited)
    return asking.to_role(asked, Role.JV_DIRECTOR, HandOver.team_id, today)


def _waiting(recipient_id: Any, stage: HandStage) -> Select[Any]:
    return asking.question(
        object_id=HandOver.id,
        team_id=HandOver.team_id,
        due_on=asking.civil(HandOver.proposed_at),
        recipient_id=recipient_id,
        since=HandOver.proposed_at,
        stage=stage,
    ).where(proposals.sensible())


def answered(today: date) -> Select[Any]:
    """Answers of the last days, for who proposed it and for whose young person it was; not for who answered."""
    return asking.either(*(_answers(today, party) for party in (HandOver.proposed_by, HandOver.from_user_id)))


def _answers(today: date, party: Any) -> Select[Any]:
    said = asking.civil(HandOver.answered_at)
    return asking.question(
        object_id=HandOver.id,
        team_id=HandOver.team_id,
        due_on=said,
        recipient_id=party,
        since=HandOver.answered_at,
        stage=case((HandOver.status == HandOverStatus.ACCEPTED, ANSWER_YES), else_=ANSWER_NO),
    ).where(
        HandOver.status.in_((HandOverStatus.ACCEPTED, HandOverStatus.DECLINED)),
        said >= today - asking.NEWS_DAYS,
        party != HandOver.to_user_id,
    )


def taken_over(today: date) -> Select[Any]:
    """Young people somebody got from who left, one message for all of them; for the receiver and the directors."""
    directors = asking.to_role(_moved(today, RoleAssignment.user_id, TOLD), Role.JV_DIRECTOR, HandOver.team_id, today)
    return asking.either(_moved(today, HandOver.to_user_id, GOT), directors)


def _moved(today: date, recipient_id: Any, stage: int) -> Select[Any]:
    said = asking.civil(HandOver.answered_at)
    return asking.question(
        object_id=HandOver.batch_id,
        team_id=HandOver.team_id,
        due_on=said,
        recipient_id=recipient_id,
        since=HandOver.answered_at,
        stage=stage,
    ).where(
        HandOver.status == HandOverStatus.MOVED,
        said >= today - asking.NEWS_DAYS,
        recipient_id != HandOver.proposed_by,
    )


# --- knowing each other in private -----------------------------------------------------------------------------------


def known_in_private(today: date) -> Select[Any]:
    """Young people whose worker said to know them in private, for the directors: somebody else can do it better."""
    mine = and_(
        PersonAssignment.person_id == DeclaredRelation.person_id, PersonAssignment.user_id == DeclaredRelation.user_id
    )
    asked = (
        asking.question(
            object_id=DeclaredRelation.person_id,
            person_id=DeclaredRelation.person_id,
            team_id=DeclaredRelation.team_id,
            due_on=asking.civil(DeclaredRelation.declared_at),
            recipient_id=RoleAssignment.user_id,
            since=DeclaredRelation.declared_at,
        )
        .join(PersonAssignment, mine)
        .where(DeclaredRelation.ended_at.is_(None), PersonAssignment.holds_on(today))
    )
    return asking.to_role(asked, Role.JV_DIRECTOR, DeclaredRelation.team_id, today)


def without_director(today: date) -> Select[Any]:
    """Teams of which every director said to know the same young person in private, for their managers: nobody decides
    or hears about that young person until a director from elsewhere does. Names nobody."""
    asked = asking.question(
        object_id=DeclaredRelation.team_id,
        team_id=DeclaredRelation.team_id,
        due_on=asking.civil(DeclaredRelation.declared_at),
        recipient_id=RoleAssignment.user_id,
        since=DeclaredRelation.declared_at,
    ).where(DeclaredRelation.ended_at.is_(None), _directs(today, knows=True), ~_directs(today, knows=False))
    return asking.to_role(asked, Role.MANAGER, DeclaredRelation.team_id, today)


def _directs(today: date, *, knows: bool) -> ColumnElement[bool]:
    """Whether the team of a declaration has a director who knows its young person in private, or one who does not."""
    held, account, said = aliased(RoleAssignment), aliased(User), aliased(DeclaredRelation)
    known = exists(literal(1)).where(
        said.user_id == held.user_id, said.person_id == DeclaredRelation.person_id, said.ended_at.is_(None)
    )
    return exists(literal(1)).where(
        held.team_id == DeclaredRelation.team_id,
        held.role == Role.JV_DIRECTOR,
        held.holds_on(today),
        account.id == held.user_id,
        account.deactivated_at.is_(None),
        known if knows else ~known,
    )


def staff_link(_team_id: UUID) -> str:
    """The people of the teams, where somebody is found."""
    return "/mensen"


def person_link(person_id: UUID) -> str:
    """The dossier, where it can be handed over."""
    return f"/jongeren/{person_id}"


def proposal_link(hand_over_id: UUID) -> str:
    """The proposal."""
    return f"/overdrachten/{hand_over_id}"


def people_link(_batch_id: UUID) -> str:
    """The list of young people."""
    return "/jongeren"


def absences_link(_absence_id: UUID) -> str:
    """The page with all absences that concern somebody."""
    return "/afwezigheid"


RULES = (
    Rule(
        code="AFW",
        label=N_("Je krijgt dit omdat je waarneemt voor een collega."),
        object_type="absence",
        due=standing_in,
        link=absences_link,
        audience=N_("Wie waarneemt"),
        stages={AwayStage.REPLACEMENT: N_("Je neemt waar voor een collega")},
    ),
    Rule(
        code="AFW-regie",
        label=N_("Je krijgt dit omdat je regisseur bent en niemand waarneemt voor een collega die afwezig is."),
        object_type="absence",
        due=nobody_stands_in,
        link=absences_link,
        audience=N_("Regisseurs van het team"),
        stages={AwayStage.DIRECTOR: N_("Een collega is afwezig zonder waarnemer")},
    ),
    Rule(
        code="OVD",
        label=N_("Je krijgt dit omdat een collega je vraagt een jongere over te nemen."),
        object_type="hand_over",
        due=asked_to_take_over,
        link=proposal_link,
        audience=N_("Wie de jongere krijgt"),
        stages={HandStage.RECEIVER: N_("Een collega vraagt je een jongere over te nemen")},
    ),
    Rule(
        code="OVD-regie",
        label=N_("Je krijgt dit omdat een overdracht in je team drie werkdagen op antwoord wacht."),
        object_type="hand_over",
        due=not_answered,
        link=proposal_link,
        audience=N_("Regisseurs van het team"),
        stages={HandStage.DIRECTOR: N_("Een overdracht in je team wacht op antwoord")},
    ),
    Rule(
        code="OVD-antwoord",
        label=N_("Je krijgt dit omdat je hebt gevraagd een jongere over te nemen."),
        object_type="hand_over",
        due=answered,
        link=proposal_link,
        audience=N_("Wie het vroeg"),
        stages={ANSWER_YES: N_("Een overdracht is aangenomen"), ANSWER_NO: N_("Een overdracht is niet aangenomen")},
        news=True,
    ),
    Rule(
        code="OVD-vertrek",
        label=N_("Je krijgt dit omdat een collega vertrekt en het werk is overgedragen."),
        object_type="hand_over",
        due=taken_over,
        link=people_link,
        audience=N_("Wie de jongeren krijgt"),
        stages={GOT: N_("Je hebt jongeren van een collega gekregen"), TOLD: N_("Werk in je team is overgedragen")},
        news=True,
    ),
    Rule(
        code="PRV",
        label=N_("Je krijgt dit omdat je regisseur bent en een collega een jongere begeleidt en ook privé kent."),
        object_type="person",
        due=known_in_private,
        link=person_link,
        audience=N_("Regisseurs van het team"),
        stages={0: N_("Zoek een andere begeleider voor een jongere")},
    ),
    Rule(
        code="PRV-regie",
        label=N_("Je krijgt dit omdat je manager bent en alle regisseurs van je team een jongere privé kennen."),
        object_type="team",
        due=without_director,
        link=staff_link,
        audience=N_("Managers van het team"),
        stages={0: N_("Vraag een regisseur uit een ander team voor een jongere")},
    ),
)
