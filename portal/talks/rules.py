"""The reminder of what was agreed in a caseload talk."""

from __future__ import annotations

from datetime import date
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func

from portal.accounts import working
from portal.accounts.models import User
from portal.core.i18n import N_
from portal.core.registry import Rule
from portal.reminders import asking
from portal.talks.models import AgreementStatus, Talk, TalkAgreement


class Stage(IntEnum):
    """Steps of the reminder."""

    COMES = 0
    LATE = 1


def due(today: date) -> Select[Any]:
    """Open agreements of today, of tomorrow or late, for the worker while they work in that team.

    All of one talk on one day are one reminder, which leads to the talk.
    """
    stage = case((TalkAgreement.due_on < today, Stage.LATE), else_=Stage.COMES)
    began = case(
        (TalkAgreement.due_on < today, asking.midnight(TalkAgreement.due_on + 1)),
        else_=asking.announced_since(TalkAgreement.due_on, today),
    )
    asked = asking.question(
        object_id=TalkAgreement.talk_id,
        team_id=TalkAgreement.team_id,
        due_on=TalkAgreement.due_on,
        recipient_id=Talk.worker_id,
        stage=stage,
        since=func.max(func.greatest(began, TalkAgreement.created_at)),
    )
    return (
        asked.join(Talk, Talk.id == TalkAgreement.talk_id)
        .join(User, User.id == Talk.worker_id)
        .where(
            TalkAgreement.status == AgreementStatus.OPEN,
            asking.announced(TalkAgreement.due_on, today),
            User.deactivated_at.is_(None),
            working.in_team(Talk.worker_id, Talk.team_id, today),
        )
        .group_by(TalkAgreement.talk_id, TalkAgreement.team_id, TalkAgreement.due_on, Talk.worker_id)
    )


def link(talk_id: UUID) -> str:
    """The talk, with what was agreed."""
    return f"/caseloadgesprekken/{talk_id}"


RULES = (
    Rule(
        code="GESPREK",
        label=N_("Je krijgt dit omdat je iets hebt afgesproken in je caseloadgesprek."),
        object_type="talk",
        due=due,
        link=link,
        audience=N_("Wie het afsprak"),
        stages={
            Stage.COMES: N_("Binnenkort klaar: een afspraak uit je gesprek"),
            Stage.LATE: N_("Een afspraak uit je gesprek is te laat"),
        },
    ),
)
