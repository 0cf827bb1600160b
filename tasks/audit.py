"""Tasks of the access log."""

from __future__ import annotations

from celery import Task, shared_task

from portal.audit import months
from portal.core import clock, db
from portal.privacy import access_log


@shared_task(name="tasks.audit.keep_months", bind=True, ignore_result=True)
def keep_months(self: Task) -> None:
    """Have the months to come ready, and end those whose term is over."""
    access_log.origin.set(self.name)
    with db.unit_of_work(part="audit"):
        clock.synchronise(db.session())
    months.keep()
