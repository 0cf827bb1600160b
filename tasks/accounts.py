"""Tasks of accounts."""

from __future__ import annotations

from uuid import UUID

from celery import Task, shared_task

from portal.accounts import tokens
from portal.privacy import access_log


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
