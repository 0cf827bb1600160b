"""Tasks of young people."""

from __future__ import annotations

from celery import Task, shared_task

from portal.core import clock, db
from portal.people.service import handing_over
from portal.privacy import access_log


@shared_task(name="tasks.people.end_overlaps", bind=True, ignore_result=True)
def end_overlaps(self: Task) -> None:
    """After working together: what the former worker still had open goes along."""
    access_log.origin.set(self.name)
    with db.unit_of_work(part="people"):
        clock.synchronise(db.session())
        handing_over.end_overlaps()
