"""One tick: make what is due, show a sign of life, deliver. No arguments; safe in any number of copies."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from sqlalchemy import func, literal
from sqlalchemy.dialects.postgresql import insert

from portal.core import db
from portal.reminders import delivery, materialise
from portal.reminders.models import Heartbeat
from portal.settings import settings

log = logging.getLogger(__name__)

#: Seconds that one tick delivers at most, so that stopping a worker does not have to wait long.
LONGEST = 10.0
SOURCES = ("beat", "worker")


class RulesFailed(RuntimeError):
    """Some rules could not be asked; their codes are the message. No sign of life was given."""


def tick(source: str, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Do all that is due now; returns how many mails were tried.

    A tick in which a rule failed gives no sign of life, so that /health/scheduler tells of it; it delivers the rest
    and then raises RulesFailed.
    """
    made = materialise.run()
    if not made.failed:
        beat(source)
    deadline = time.monotonic() + min(LONGEST, float(settings().tick_seconds))
    tried = delivery.drain(lambda: time.monotonic() < deadline and not stopping())
    if made.made or made.lapsed or tried:
        log.info("tick", extra={"count": tried, "outcome": f"{made.made} made, {made.lapsed} lapsed"})
    if made.failed:
        raise RulesFailed(", ".join(made.failed))
    return tried


def beat(source: str) -> None:
    """Leave a sign of life. `source`: beat or worker; ticks that somebody asked for count as the worker's."""
    name = source if source in SOURCES else "worker"
    with db.unit_of_work(part="reminders"):
        values = {"beat_at": func.app_now(), "real_at": func.now()}
        db.session.execute(
            insert(Heartbeat)
            .values(source=name, ticks=literal(1), **values)
            .on_conflict_do_update(index_elements=["source"], set_=values | {"ticks": Heartbeat.ticks + 1})
        )
