"""Keeping the log in months: made ahead, and dropped as a whole when their term is over."""

from __future__ import annotations

import logging

from sqlalchemy import text

from portal.core import db
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action

log = logging.getLogger(__name__)

#: How many months lie ready, so that a worker may be away for long.
AHEAD = 2


def keep() -> tuple[int, list[str]]:
    """Make the months to come and let go of those past their term; how many were made, and which went.

    What went is in the log itself, with the month and nothing more.
    """
    with db.unit_of_work(part="audit"):
        made: int = db.session.execute(text("SELECT access_log_keep_months(:ahead)"), {"ahead": AHEAD}).scalar_one()
    with db.unit_of_work(part="audit"):
        gone = list(db.session.scalars(text("SELECT access_log_expire()")))
        for month in gone:
            access_log.record(system("access_log"), Action.ADMINISTER, Subject("access_log"), fields=[month])
    log.info("months of the access log", extra={"outcome": f"{made} made, {len(gone)} expired"})
    return made, gone
