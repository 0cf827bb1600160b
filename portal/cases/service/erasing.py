"""Cases that never began go six weeks after they were broken off (domain §2.8.1: P42D)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from portal.cases.models import Case, CaseStatus
from portal.core import clock, db
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action

KEPT = timedelta(days=42)
MOST = 500  # in one go; the next takes the rest


def erase_broken_off(actor: Actor) -> int:
    """Erase what was broken off six weeks ago, with everything in it; returns how many. Again is harmless."""
    over = (Case.status == CaseStatus.BROKEN_OFF, Case.status_since <= clock.now() - KEPT)
    statement = select(Case.id, Case.team_id).where(*over).order_by(Case.id).limit(MOST)
    gone = db.session.execute(statement.with_for_update(skip_locked=True)).all()
    if not gone:
        return 0
    access_log.record(
        actor,
        Action.UPDATE,
        [Subject("youth_case", case_id, None, team_id) for case_id, team_id in gone],
        context=Context.JV_DISTRICT,
        fields=("erased",),
    )
    db.session.execute(select(func.erase_cases([case_id for case_id, _team in gone])))
    return len(gone)
