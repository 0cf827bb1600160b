"""Tasks of cases."""

from __future__ import annotations

from celery import Task, shared_task

from portal.cases.service import erasing
from portal.core import clock, db
from portal.privacy import access_log
from portal.privacy.actor import system


@shared_task(name="tasks.cases.erase", bind=True, ignore_result=True)
def erase(self: Task) -> None:
    """Erase cases that never began, six weeks after they were broken off."""
    access_log.origin.set(self.name)
    with db.unit_of_work(part="cases"):
        clock.synchronise(db.session())
        erasing.erase_broken_off(system("cases"))
