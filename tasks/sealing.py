"""The sealer: a thread in the main process of each worker, on one connection that it keeps."""

from __future__ import annotations

import logging
import threading

from sqlalchemy import Engine, create_engine

from portal.audit import keys, sealer
from portal.settings import Settings

log = logging.getLogger(__name__)

#: Seconds between two looks, and after a failure.
PERIOD, PAUSE = 0.5, 5.0


class Sealer(threading.Thread):
    """Seals what has settled every half second until `stop()`; of several workers one does it at a time."""

    def __init__(self, config: Settings) -> None:
        super().__init__(name="sealer", daemon=True)
        self._config = config
        self._stopping = threading.Event()

    def run(self) -> None:
        """Go on whatever happens: what could not be sealed now is sealed later."""
        engine, key = self._engine(), keys.signing_key(self._config)
        wait = PERIOD
        while not self._stopping.wait(wait):
            try:
                sealer.seal(engine, key)
                wait = PERIOD
            except Exception as error:  # the database may be away for a while
                log.error("sealing failed", exc_info=error)
                wait = PAUSE
        engine.dispose()

    def stop(self) -> None:
        """End after this round."""
        self._stopping.set()

    def _engine(self) -> Engine:
        return create_engine(
            self._config.database_url_for("worker"),
            pool_size=1,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 5, "options": "-c timezone=UTC"},
        )
