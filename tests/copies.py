"""What tests start from is built once per test process; later tests get its rows back from a copy in the database.

Rows come back as they were committed, with the same ids. What counts from today is put back only on the day it was made
and while the clock runs; else it is built as it was the first time. What does not (`timeless`) is new at any moment.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, text

from portal.core import clock

T = TypeVar("T")

COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = to_regclass(:name) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
#: Of what is timeless these are the moment of coming back.
MADE_AT = re.compile(r"\b(created_at|updated_at)\b")
TODAY = "SELECT (now() AT TIME ZONE 'Europe/Amsterdam')::date FROM app_clock WHERE shift = '0' AND frozen_at IS NULL"


@dataclass(frozen=True)
class Copy:
    """What was built, and the statements that put its rows back."""

    built: bytes
    statements: Sequence[str]
    day: date


class Copies:
    """The copies of one test database, in a schema that no role of the portal sees.

    Its connections have no triggers: the access log refuses to be emptied, and what triggers made is among the rows
    that come back. They are its own, since turning triggers off and on throws away the plans of a connection.
    """

    def __init__(self, engine: Engine, tables: Sequence[str]) -> None:
        """`engine`: a superuser's; `tables`: those that tests fill."""
        options = {"options": "-c session_replication_role=replica"}
        self._engine = create_engine(engine.url, isolation_level="AUTOCOMMIT", connect_args=options)
        self._tables = tables
        self._kept: dict[tuple[Any, ...], Copy] = {}
        self._numbers = count()

    def of(
        self, build: Callable[[], T], *key: Any, on_top_of: frozenset[str] = frozenset(), timeless: bool = False
    ) -> T:
        """What `build` makes, from the copy `key` when there is one.

        `on_top_of`: tables that may be filled before; `timeless`: nothing in it depends on the day.
        """
        with self._engine.connect() as connection:
            today = connection.scalar(text(TODAY))
            kept = self._kept.get(key)
            if kept is not None and (timeless or kept.day == today):
                run(connection, kept.statements)
                restored: T = pickle.loads(kept.built)
                return restored
            alone = set(self.filled(connection)) <= on_top_of
        made = build()
        if today is not None and alone:
            self._kept[key] = self._copy(made, today, timeless=timeless)
        return made

    def empty(self, keep: Collection[str] = ()) -> None:
        """Delete the rows of all tables but those to keep, and let the clock run."""
        with self._engine.connect() as connection:
            deleting = [f'DELETE FROM "{name}"' for name in sorted(set(self.filled(connection)) - set(keep))]
            run(connection, [*deleting, "UPDATE app_clock SET shift = '0', frozen_at = NULL"])
            clock.synchronise(connection)

    def dispose(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def filled(self, connection: Connection) -> Sequence[str]:
        """The tables that hold rows now."""
        asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in self._tables)
        return connection.scalars(text(asked)).all()

    def _copy(self, made: object, today: date, *, timeless: bool) -> Copy:
        """Copy every filled table to one of its own, and tell how its rows come back."""
        schema = f"copy_{next(self._numbers)}"
        with self._engine.connect() as connection:
            back = []
            for name in self.filled(connection):
                columns = connection.scalar(text(COLUMNS), {"name": f'public."{name}"'})
                made_in = f"CREATE SCHEMA IF NOT EXISTS {schema}; CREATE UNLOGGED TABLE"
                run(connection, [f'{made_in} {schema}."{name}" AS SELECT {columns} FROM "{name}"'])
                values = MADE_AT.sub("app_now()", columns) if timeless else columns
                back.append(
                    f'INSERT INTO "{name}" ({columns}) OVERRIDING SYSTEM VALUE SELECT {values} FROM {schema}."{name}"'
                    " ON CONFLICT DO NOTHING"
                )
        return Copy(pickle.dumps(made), back, today)


def run(connection: Connection, statements: Sequence[str]) -> None:
    """Several statements in one message."""
    connection.execution_options(no_parameters=True).exec_driver_sql("; ".join(statements))
