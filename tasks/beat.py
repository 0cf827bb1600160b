"""The Celery application, and all of it that beat needs: `celery -A tasks.beat beat`.

Beat asks for tasks by name, so it starts without the features behind them, in a third of the memory.
"""

from __future__ import annotations

import gc

from celery import Celery
from celery.signals import setup_logging

from portal.core import log
from portal.settings import settings
from tasks.schedule import schedule

app = Celery("weg-omhoog", broker=settings().broker_url)
app.conf.update(
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_connection_timeout=2,
    broker_transport_options={"visibility_timeout": 300, "socket_connect_timeout": 2, "socket_keepalive": True},
    worker_cancel_long_running_tasks_on_connection_loss=False,  # a send that is under way is not broken off
    beat_schedule=schedule(settings()),
    worker_hijack_root_logger=False,
    timezone="Europe/Amsterdam",
    enable_utc=True,
)


@setup_logging.connect
def _log(**_kwargs: object) -> None:
    log.configure()


# As in wsgi.py: what was imported stays, and nobody looks through it before the end.
gc.freeze()
