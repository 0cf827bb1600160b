"""Messages that leave after the commit: a task's name and ids, never personal data.

The portal asks by name and never imports `tasks`. When the broker is down the message is dropped: the row is the
truth and the sweeper finds it.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any
from uuid import UUID

from celery import Celery
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

_client: Celery | None = None


def configure(broker_url: str) -> None:
    """Prepare the producer; connects at the first message."""
    global _client
    _client = Celery("portal", broker=broker_url, set_as_current=False)
    _client.conf.update(
        task_ignore_result=True,
        broker_connection_timeout=1,
        broker_transport_options={"socket_connect_timeout": 1, "socket_timeout": 2, "max_retries": 0},
        task_publish_retry=False,
    )


def enqueue(info: MutableMapping[Any, Any], task: str, *ids: UUID) -> None:
    """Note a message in the session's `info`; it leaves after the commit."""
    info.setdefault("waiting", []).append((task, [str(i) for i in ids]))


def send_waiting(info: MutableMapping[Any, Any]) -> None:
    """Send what the committed unit of work noted. Never raises: a broker that is down takes nothing with it."""
    for task, ids in info.pop("waiting", []):
        if _client is None:
            log.warning("no broker configured", extra={"task": task})
            continue
        try:
            _client.send_task(task, args=ids, ignore_result=True, retry=False)
        except (OperationalError, OSError) as error:
            log.warning(
                "broker unreachable, the sweeper will find it", extra={"task": task, "error": type(error).__name__}
            )


def drop_waiting(info: MutableMapping[Any, Any]) -> None:
    """Forget the messages of a unit of work that was rolled back."""
    info.pop("waiting", None)


def reachable() -> bool:
    """Whether the broker answers, for /health."""
    if _client is None:
        return False
    try:
        with _client.connection_for_write(connect_timeout=1) as connection:
            connection.ensure_connection(max_retries=1, timeout=1)
        return True
    except (OperationalError, OSError):
        return False
