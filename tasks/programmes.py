"""Tasks of programmes."""

from __future__ import annotations

from celery import Task, shared_task

from portal.core import clock, db
from portal.privacy import access_log
from portal.privacy.actor import system
from portal.programmes import service


@shared_task(name="tasks.programmes.lapse", bind=True, ignore_result=True)
def lapse(self: Task) -> None:
    """End the enrolments that are past their period."""
    access_log.origin.set(self.name)
    with db.unit_of_work(part="programmes"):
        clock.synchronise(db.session())
        service.lapse(system("programmes"))
