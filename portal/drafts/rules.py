"""The reminder that something was typed and never saved (domain §6.2, R35): in the portal only."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, Uuid, cast, func, literal, null, select

from portal.core import clock
from portal.core.i18n import N_
from portal.core.registry import Rule, RuleClass
from portal.drafts.models import Draft

#: So long nothing was typed, before anybody is reminded.
SILENT = timedelta(hours=4)


def unsent(_today: date) -> Select[Any]:
    """Drafts nobody touched for a while, for who wrote them; they tell of nobody else."""
    since = Draft.saved_at + SILENT
    return select(
        Draft.id.label("object_id"),
        cast(null(), Uuid).label("person_id"),
        cast(null(), Uuid).label("team_id"),
        cast(func.timezone(clock.AMSTERDAM.key, since), Date).label("due_on"),
        Draft.user_id.label("recipient_id"),
        literal(0).label("stage"),
        since.label("since"),
    ).where(Draft.ended_at.is_(None), Draft.expires_at > func.app_now(), since <= func.app_now())


def link(draft_id: UUID) -> str:
    """The form, filled with the draft."""
    return f"/concepten/{draft_id}"


RULES = (
    Rule(
        code="R35-concept",
        label=N_("Je krijgt dit omdat je iets hebt getypt en nog niet hebt opgeslagen."),
        object_type="draft",
        due=unsent,
        link=link,
        stages={0: N_("Je hebt nog iets niet opgeslagen")},
        kind=RuleClass.IN_APP,
    ),
)
