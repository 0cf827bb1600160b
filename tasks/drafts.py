"""Tasks of drafts."""

from __future__ import annotations

from celery import Task, shared_task

from portal.core import clock, db
from portal.drafts import service
from portal.privacy import access_log


@shared_task(name="tasks.drafts.sweep", bind=True, ignore_result=True)
def sweep(self: Task) -> None:
    """Delete the drafts that are over their term."""
    access_log.origin.set(self.name)
    with db.unit_of_work(part="drafts"):
        clock.synchronise(db.session())
        service.sweep()
