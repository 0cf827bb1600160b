"""What the page of a view tells of cases: the one that runs, or that one can be opened."""

from __future__ import annotations

from sqlalchemy import select

from portal.cases import policy
from portal.cases.models import Case
from portal.cases.service.finding import path
from portal.cases.workflow import OVER
from portal.core import db
from portal.core.i18n import N_
from portal.in_view.service import Next, Seen, is_writable
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission


def case_of_view(actor: Actor, found: Seen) -> Next | None:
    """The case of this view, else a way to open one for who may."""
    view = found.view
    statement = (
        select(Case.id, Case.number)
        .where(policy.visible(actor), Case.person_id == view.person_id, Case.status.not_in(OVER))
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    if row is not None:
        return Next(N_("Naar de casus"), path(row.id), "briefcase", row.number)
    if is_writable(view) and actor.can(Permission.CASES_DIRECT):
        return Next(N_("Casus openen"), f"/jongeren/{view.person_id}/casus-openen", "briefcase")
    return None
