"""When an objection was right, the cases that came from that view go altogether."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from portal.cases.models import Case
from portal.core import db
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action


def strip(actor: Actor, view_id: UUID) -> None:
    """Remove the cases of a view that should never have been, with everything in them; logged per case."""
    gone = db.session.execute(select(Case.id, Case.team_id).where(Case.view_id == view_id)).all()
    access_log.record(
        actor,
        Action.UPDATE,
        [Subject("youth_case", case_id, None, team_id) for case_id, team_id in gone],
        context=Context.JV_DISTRICT,
        fields=("stripped",),
    )
    db.session.execute(select(func.strip_cases(view_id)))
