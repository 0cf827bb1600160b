"""Tasks of accounts."""

from __future__ import annotations

from uuid import UUID

from celery import Task, shared_task

from portal.accounts import tokens
from portal.accounts.service import expiring
from portal.core import clock, db
from portal.privacy import access_log
from portal.privacy.actor import system


@shared_task(name="tasks.accounts.send_token", bind=True, ignore_result=True)
def send_token(self: Task, token_id: str) -> None:
    """Mail one link; an id that nobody has is nothing to do."""
    access_log.origin.set(self.name)
    tokens.send(UUID(token_id))


@shared_task(name="tasks.accounts.sweep", bind=True, ignore_result=True)
def sweep(self: Task) -> None:
    """Mail the links whose message got lost or whose mail was put off."""
    access_log.origin.set(self.name)
    for token_id in tokens.unsent():
        tokens.send(token_id)


@shared_task(name="tasks.accounts.expire", bind=True, ignore_result=True)
def expire(self: Task) -> None:
    """Close the accounts of external partners that are past their last day."""
    access_log.origin.set(self.name)
    with db.unit_of_work(part="accounts"):
        clock.synchronise(db.session())
        expiring.close_expired(system("accounts"))
