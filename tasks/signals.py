"""Tasks of signals."""

from __future__ import annotations

from celery import Task, shared_task

from portal.core import clock, db
from portal.privacy import access_log
from portal.signals import service


@shared_task(name="tasks.signals.sweep", bind=True, ignore_result=True)
def sweep(self: Task) -> None:
    """Take away what leads to somebody where the term is over."""
    access_log.origin.set(self.name)
    with db.unit_of_work(part="signals"):
        clock.synchronise(db.session())
        service.sweep()
