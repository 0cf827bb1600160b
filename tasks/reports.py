"""Tasks of reports."""

from __future__ import annotations

from celery import Task, shared_task

from portal.core import clock, db
from portal.privacy import access_log
from portal.reports import summary


@shared_task(name="tasks.reports.summarise", bind=True, ignore_result=True)
def summarise(self: Task) -> None:
    """Make the figures of the whole city, once a day; the first time after midnight that anybody asks."""
    access_log.origin.set(self.name)
    with db.unit_of_work(part="reports"):
        clock.synchronise(db.session())
        summary.make_when_due()
