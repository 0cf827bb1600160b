"""Keyset paging: the next page starts after the last row seen, so page 400 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, tuple_

from portal.core.errors import NotFound

T = TypeVar("T")
Rows = TypeVar("Rows", bound=Select[*tuple[Any, ...]])
PAGE_SIZE = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows of one page and the opaque cursor of the next, or None at the end."""

    rows: Sequence[T]
    next_cursor: str | None


def encode(values: Sequence[Any]) -> str:
    """An opaque cursor. Give it only ids and dates or sequence numbers: it becomes part of an address."""
    return base64.urlsafe_b64encode(json.dumps([str(v) for v in values]).encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[str]:
    """The values of a cursor. Raises NotFound for one we did not make."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise NotFound from None
    if not isinstance(values, list) or len(values) != length or not all(isinstance(v, str) for v in values):
        raise NotFound
    return values


def id_in(cursor: str) -> UUID:
    """The id of the last row seen. Raises NotFound for a cursor we did not make."""
    try:
        return UUID(decode(cursor, 1)[0])
    except ValueError:
        raise NotFound from None


def place(cursor: str) -> tuple[datetime, UUID]:
    """The place in a list ordered by moment and id. Raises NotFound for a cursor we did not make."""
    at, last = decode(cursor, 2)
    try:
        return datetime.fromisoformat(at), UUID(last)
    except ValueError:
        raise NotFound from None


def page(rows: Sequence[T], key: Callable[[T], Sequence[Any]], *, size: int | None = None) -> Page[T]:
    """Make a page of rows that were selected with LIMIT size + 1; the size is PAGE_SIZE unless the list has its own."""
    size = size or PAGE_SIZE
    return Page(rows[:size], encode(key(rows[size - 1])) if len(rows) > size else None)


def after(
    statement: Rows, columns: Sequence[SQLColumnExpression[Any]], values: Sequence[Any], *, descending: bool
) -> Rows:
    """Restrict a statement to the rows after `values` in the order of `columns`."""
    left, right = tuple_(*columns), tuple_(*values)
    return statement.where(left < right if descending else left > right)


def newest(statement: Rows, cursor: str | None, *order: SQLColumnExpression[Any]) -> Rows:
    """The rows of one page, the newest first by an id, or by a moment and an id; and one more, from which `page` sees
    that there is a next page. Raises NotFound for a cursor we did not make."""
    if cursor:
        values = (id_in(cursor),) if len(order) == 1 else place(cursor)
        statement = after(statement, order, values, descending=True)
    return statement.order_by(*(column.desc() for column in order)).limit(PAGE_SIZE + 1)
