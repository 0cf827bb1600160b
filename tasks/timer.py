"""The second source of ticks: a timer in the main process of each worker.

Beat follows the wall clock and stands still for two hours when that steps back; this thread follows the monotonic
clock. It asks for a tick through the broker, and ticks itself when no tick came through for a while.
"""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from celery import Celery
from kombu.exceptions import OperationalError
from sqlalchemy import exists, func, select

from portal.core import db
from portal.reminders.models import Heartbeat
from portal.reminders.tick import tick
from tasks.schedule import TICK

log = logging.getLogger(__name__)

#: So many periods without any finished tick, and the timer does it itself.
PATIENCE = 2


class Timer(threading.Thread):
    """Ticks every `period` seconds until `stop()`."""

    def __init__(self, app: Celery, period: int) -> None:
        super().__init__(name="tick", daemon=True)
        self._app = app
        self._period = period
        self._stopping = threading.Event()

    def run(self) -> None:
        """Ask for a tick now and then; whatever happens, go on."""
        while not self._stopping.wait(self._period):
            try:
                self._ask()
                if self._silent():
                    tick("worker", stopping=self._stopping.is_set)
            except Exception as error:  # the database may be away for a while; the next round tries again
                log.error("timer round failed", exc_info=error)

    def stop(self) -> None:
        """End after what is being sent."""
        self._stopping.set()

    def _ask(self) -> None:
        try:
            self._app.send_task(
                TICK, expires=self._period, headers={"tick_source": "worker"}, ignore_result=True, retry=False
            )
        except (OperationalError, OSError) as error:
            log.warning("broker unreachable", extra={"task": TICK, "error": type(error).__name__})

    def _silent(self) -> bool:
        """Whether no tick was finished for a while, wherever it came from."""
        since = func.now() - timedelta(seconds=PATIENCE * self._period)
        with db.unit_of_work(part="reminders"):
            return not db.session.scalars(select(exists().where(Heartbeat.real_at > since))).one()
