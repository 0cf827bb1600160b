"""Tasks of reminders. Nothing depends on a message arriving: the rows are the truth, and every tick sweeps."""

from __future__ import annotations

from uuid import UUID

from celery import Task, shared_task

from portal.privacy import access_log
from portal.reminders import delivery
from portal.reminders import tick as ticking


@shared_task(name="tasks.reminders.tick", bind=True, ignore_result=True)
def tick(self: Task) -> None:
    """Make the reminders that are due and deliver what waits."""
    access_log.origin.set(self.name)
    ticking.tick(str(self.request.get("tick_source") or "worker"))


@shared_task(name="tasks.reminders.deliver", ignore_result=True)
def deliver(dispatch_id: str) -> None:
    """Deliver one dispatch now; without this message the next tick does."""
    delivery.deliver(UUID(dispatch_id))
