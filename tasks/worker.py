"""The Celery application: `celery -A tasks.worker worker` and `celery -A tasks.worker beat`."""

from __future__ import annotations

import gc

from celery import Celery
from celery.signals import (
    setup_logging,
    worker_init,
    worker_process_init,
    worker_ready,
    worker_shutting_down,
)

from portal import registrations, tables
from portal.core import db, log, queue, sealing
from portal.settings import settings
from tasks.schedule import schedule
from tasks.sealing import Sealer
from tasks.timer import Timer

INCLUDED = [
    "tasks.accounts", "tasks.audit", "tasks.cases", "tasks.drafts", "tasks.in_view", "tasks.people", "tasks.programmes",
    "tasks.reminders", "tasks.reports", "tasks.signals",
]  # fmt: skip
app = Celery("weg-omhoog", broker=settings().broker_url, include=INCLUDED)
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


metadata = tables.metadata  # every mapper is known before the first task
registrations.register()


@setup_logging.connect
def _log(**_kwargs: object) -> None:
    log.configure()


@worker_init.connect
def _connect(**_kwargs: object) -> None:
    """The main process keeps no connection: its children would share it."""
    connect()


@worker_process_init.connect
def _connect_for_good(**_kwargs: object) -> None:
    """Each process of the pool has a connection of its own, as the worker's role, with the plans of every tick."""
    connect(pooled=True)


@worker_ready.connect
def _start_threads(**_kwargs: object) -> None:
    for thread in (Timer(app, settings().tick_seconds), Sealer(settings())):
        worker_shutting_down.connect(lambda stop=thread.stop, **_: stop(), weak=False)
        thread.start()


def connect(*, pooled: bool = False) -> None:
    """Connect to the database, the broker and the sealing key; also for tasks run outside a worker."""
    config = settings()
    db.configure(config.database_url_for("worker"), pool_size=1, pooled=pooled, system=True)
    sealing.configure(config.secret_key)
    queue.configure(config.broker_url)


# As in wsgi.py: this stays. The processes of the pool share it, and none looks through it before it ends.
gc.freeze()
gc.set_threshold(20_000, 20, 50)
