"""The statements of one page, taken down while it is made, and asked again on a bare connection."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Engine, event

from portal.core.ids import new_id

IDS = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Statement = tuple[str, Any, bool]


@contextmanager
def taken_down(engine: Engine) -> Iterator[list[Statement]]:
    """Give the list that everything this engine asks meanwhile ends up in."""
    seen: list[Statement] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        seen.append((statement, parameters, many))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


class Replay:
    """Asks a page's statements again in one transaction; what the page made anew gets fresh ids each time."""

    def __init__(self, url: str, statements: list[Statement], *, since: float, key: str = "") -> None:
        self._connection: psycopg.Connection[Any] = psycopg.connect(url)
        self._statements = statements
        self._since = since
        self._key = key

    def __call__(self) -> int:
        """Ask everything, fetch every row, commit; returns the number of rows."""
        fresh: dict[str, UUID] = {}
        rows = 0
        with self._connection.cursor() as cursor:
            for statement, parameters, many in self._statements:
                given = self._renewed(parameters, fresh)
                if many:
                    cursor.executemany(statement, given)
                else:
                    cursor.execute(statement, given)
                if cursor.description:
                    rows += len(cursor.fetchall())
        self._connection.commit()
        return rows

    def _renewed(self, value: Any, fresh: dict[str, UUID]) -> Any:
        if isinstance(value, dict):
            return {name: self._renewed(each, fresh) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._renewed(each, fresh) for each in value)
        if isinstance(value, UUID) and (str(value) == self._key or self._is_new(value)):
            return fresh.setdefault(str(value), new_id())
        return IDS.sub(lambda found: self._again(found[0], fresh), value) if isinstance(value, str) else value

    def _again(self, written: str, fresh: dict[str, UUID]) -> str:
        """An id as text, also within a document of many."""
        made_anew = written == self._key or self._is_new(UUID(written))
        return str(fresh.setdefault(written, new_id())) if made_anew else written

    def _is_new(self, value: UUID) -> bool:
        return value.version == 7 and (value.int >> 80) / 1000 >= self._since

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def of_request(engine: Engine, ask: Callable[[], None]) -> tuple[list[Statement], float]:
    """The statements of one request, and since when what it made is new (seconds since the epoch)."""
    since = time.time() - 0.002  # ids count whole milliseconds
    with taken_down(engine) as seen:
        ask()
    return seen, since
