"""The right to be heard (IVRK art. 12): what the young person or a parent says, in their own words, kept beside it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.core.i18n import N_
from portal.in_view.models import InViewStatement, Side, ViewStatus
from portal.in_view.service.finding import find, log
from portal.in_view.service.sending import TEAM
from portal.privacy.actor import Actor
from portal.privacy.models import Action


def add_statement(actor: Actor, view_id: UUID, *, side: Side, said_on: date, body: str) -> InViewStatement:
    """Keep somebody's own words, also while the view is suspended or disputed: it is their right, not our work.

    Raises NotFound, Forbidden, Conflict when it is over, or Invalid for a day to come.
    """
    found = find(actor, view_id, lock=True)
    if not found.parties & TEAM:
        raise Forbidden
    if found.view.status == ViewStatus.ENDED:
        raise Conflict
    if said_on > clock.today():
        raise Invalid(said_on=N_("Deze dag moet nog komen."))
    said = {"view_id": view_id, "side": side, "said_on": said_on, "body": body.strip()}
    db.ensure_new(InViewStatement, "body", **said)
    made = InViewStatement(team_id=found.view.team_id, written_by=actor.user_id, **said)
    db.session.add(made)
    db.session.flush()
    log(actor, Action.UPDATE, [found], fields=("statement",))
    return made
