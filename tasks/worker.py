"""The Celery application: `celery -A tasks.worker worker` and `celery -A tasks.worker beat`."""

from __future__ import annotations

from celery import Celery
from celery.signals import setup_logging, worker_process_init

from portal import tables
from portal.core import db, log, queue, sealing
from portal.settings import settings

app = Celery("weg-omhoog", broker=settings().broker_url, include=["tasks.accounts", "tasks.reminders"])
app.conf.update(
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 300},
    worker_hijack_root_logger=False,
    timezone="Europe/Amsterdam",
    enable_utc=True,
)


metadata = tables.metadata  # every mapper is known before the first task


@setup_logging.connect
def _log(**_kwargs: object) -> None:
    log.configure()


@worker_process_init.connect
def _connect(**_kwargs: object) -> None:
    """Each process of the pool has connections of its own, as the worker's role."""
    connect()


def connect() -> None:
    """Connect to the database, the broker and the sealing key; also for tasks run outside a worker."""
    config = settings()
    db.configure(config.database_url_for("worker"), pooled=False)
    sealing.configure(config.secret_key)
    queue.configure(config.broker_url)
