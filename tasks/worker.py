"""The Celery application with every task: `celery -A tasks.worker worker`."""

from __future__ import annotations

import gc

from celery.signals import (
    worker_init,
    worker_process_init,
    worker_ready,
    worker_shutting_down,
)

from portal import registrations, tables
from portal.core import db, queue, sealing
from portal.settings import settings
from tasks.beat import app
from tasks.sealing import Sealer
from tasks.timer import Timer

INCLUDED = [
    "tasks.accounts", "tasks.audit", "tasks.cases", "tasks.drafts", "tasks.in_view", "tasks.people", "tasks.programmes",
    "tasks.reminders", "tasks.reports", "tasks.signals",
]  # fmt: skip
app.conf.include = INCLUDED

metadata = tables.metadata  # every mapper is known before the first task
registrations.register()


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
