"""Tasks of young people in view."""

from __future__ import annotations

from celery import Task, shared_task

from portal.core import clock, db
from portal.in_view import service
from portal.privacy import access_log
from portal.privacy.actor import system


@shared_task(name="tasks.in_view.suspend", bind=True, ignore_result=True)
def suspend(self: Task) -> None:
    """Suspend every young person in view whose review was missed (domain I-14)."""
    access_log.origin.set(self.name)
    with db.unit_of_work(part="in_view"):
        clock.synchronise(db.session())
        service.suspend_missed(system("in_view"))
