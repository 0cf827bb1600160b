"""Writing the access log: in the same transaction as what it records; denials survive the roll-back."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import Insert, Table, Text, bindparam, column, func, insert, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from portal.core import clock, db
from portal.core.errors import Unavailable
from portal.core.ids import new_id
from portal.core.log import request_id
from portal.core.registry import registry
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Permission

log = logging.getLogger(__name__)

#: Endpoint, task or command that is running, set by the web layer or the task.
origin: ContextVar[str] = ContextVar("origin", default="")

#: Of these young people, whose colleague the actor stands in for: person → colleague. Filled by the feature people.
OnBehalf = Callable[[Actor, Collection[UUID]], Mapping[UUID, UUID]]
_on_behalf: list[OnBehalf] = []

#: The young people whom the actor sees through emergency access now. Filled by the feature people.
Emergencies = Callable[[Actor], Collection[UUID]]
_emergencies: list[Emergencies] = []

#: Rows that wait for the end of `together`; None outside it.
_waiting: ContextVar[list[dict[str, object]] | None] = ContextVar("waiting", default=None)

#: What a row of the log is written with; the rest has a default.
COLUMNS = (
    "id", "at", "actor_id", "actor_name", "on_behalf_of", "role", "organisation_id", "session_id", "origin", "action",
    "result", "subject_type", "subject_id", "person_id", "team_id", "fields", "purpose", "context",
    "break_glass", "request_id",
)  # fmt: skip
READING = frozenset({Action.READ, Action.LIST, Action.SEARCH, Action.EXPORT})


@dataclass(frozen=True)
class Subject:
    """One data subject or record in an event."""

    type: str
    id: UUID | None = None
    person_id: UUID | None = None
    team_id: UUID | None = None


def record(
    actor: Actor,
    action: Action,
    subjects: Subject | Iterable[Subject],
    *,
    permission: Permission | None = None,
    purpose: Purpose | str = "",
    context: Context | str = "",
    fields: Sequence[str] = (),
) -> None:
    """Log what `actor` reads or writes: one row per subject, one statement, in the current transaction.

    Without `context` it is the one in which records of this type are held.

    Reading stays in the log when a form on the same page is refused; an error page shows nothing and logs none.
    """
    listed = [subjects] if isinstance(subjects, Subject) else list(subjects)
    behalf = _stood_in(actor, listed) if listed else {}
    contexts = {} if context else {holding.table: holding.context for holding in registry.holdings}
    rows = [
        _row(actor, action, s, permission, purpose, context or contexts.get(s.type, ""), fields, behalf) for s in listed
    ]
    _mark_emergencies(actor, rows)
    waiting = _waiting.get()
    if action in READING and waiting is not None:
        waiting += rows
    elif rows:
        _write(rows, evidence=action in READING)
    db.mark_logged()


@contextmanager
def together() -> Iterator[None]:
    """What is read within is logged in one statement at the end, for a page that shows lists of several features."""
    rows: list[dict[str, object]] = []
    token = _waiting.set(rows)
    try:
        yield
    finally:
        _waiting.reset(token)
    if rows:
        _write(rows, evidence=True)


def _write(rows: list[dict[str, object]], *, evidence: bool) -> None:
    values = _as_json(rows)
    with _or_nothing():
        db.session.execute(_INSERT, values)
    if evidence:
        db.keep_evidence(_INSERT, values)


@contextmanager
def _or_nothing() -> Iterator[None]:
    """Without its row in the log nothing is shown and nothing is done, whatever the reason."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        log.error("the access log could not be written", exc_info=error)
        raise Unavailable from error


def _as_json(rows: list[dict[str, object]]) -> dict[str, object]:
    return {"rows": json.dumps(rows, default=str)}


def _insert() -> Insert:
    """One statement for any number of rows: they travel as one document, so fifty cost hardly more than one."""
    table = cast(Table, AccessEvent.__table__)
    columns = (column(name, table.columns[name].type) for name in COLUMNS)
    given = sql_cast(bindparam("rows", type_=Text()), JSONB)
    rows = func.jsonb_to_recordset(given).table_valued(*columns, name="row").render_derived(with_types=True)
    return insert(table).from_select(list(COLUMNS), select(*(rows.c[name] for name in COLUMNS)))


_INSERT = _insert()


def record_denied(
    actor: Actor | None,
    subject: Subject,
    *,
    permission: Permission | None = None,
    action: Action = Action.DENIED,
) -> None:
    """Log a refusal in a transaction of its own, so that it survives the roll-back."""
    row = _row(actor or Actor(None, ""), action, subject, permission, "", "", (), {})
    with _or_nothing(), db.separate_transaction() as own:
        own.execute(_INSERT, _as_json([row | {"result": "denied"}]))


def register_on_behalf(source: OnBehalf) -> None:
    """Let a feature say for whom a replacement acts."""
    if source not in _on_behalf:
        _on_behalf.append(source)


def register_emergencies(source: Emergencies) -> None:
    """Let a feature say whom the actor sees through emergency access."""
    if source not in _emergencies:
        _emergencies.append(source)


def _mark_emergencies(actor: Actor, rows: list[dict[str, object]]) -> None:
    seen = {person_id for source in _emergencies for person_id in source(actor)}
    for row in rows:
        if row["person_id"] in seen or row["purpose"] == Purpose.BREAK_GLASS:
            row |= {"break_glass": True, "purpose": Purpose.BREAK_GLASS}


def acts_for(actor: Actor, person_id: UUID, colleague_id: UUID | None) -> None:
    """Say what a page found out already: for whom the actor sees this young person in this transaction, if anybody."""
    _known(actor)[person_id] = colleague_id


def _known(actor: Actor) -> dict[UUID, UUID | None]:
    known: dict[UUID, UUID | None] = db.session.info.setdefault(f"on_behalf {actor.user_id}", {})
    return known


def _stood_in(actor: Actor, subjects: Sequence[Subject]) -> dict[UUID, UUID]:
    """Costs a statement only for who stands in for somebody, once per young person in a transaction."""
    people = {s.person_id for s in subjects if s.person_id is not None} if actor.replaces else set()
    known = _known(actor)
    asked = people - known.keys()
    if asked:
        known |= dict.fromkeys(asked)
        for source in _on_behalf:
            known |= source(actor, asked)
    return {person: user for person in people if (user := known[person])}


def _row(
    actor: Actor,
    action: Action,
    subject: Subject,
    permission: Permission | None,
    purpose: str,
    context: str,
    fields: Sequence[str],
    behalf: Mapping[UUID, UUID],
) -> dict[str, object]:
    role = actor.role_for(permission, subject.team_id) if permission else None
    stood_in = behalf.get(subject.person_id) if subject.person_id else None
    return {
        "id": new_id(),
        "at": clock.now(),
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "on_behalf_of": stood_in or actor.on_behalf_of,
        "role": role or "",
        "organisation_id": actor.organisation_id,
        "session_id": actor.session_id,
        "origin": origin.get(),
        "action": action,
        "result": "ok",
        "subject_type": subject.type,
        "subject_id": subject.id,
        "person_id": subject.person_id,
        "team_id": subject.team_id,
        "fields": list(fields),
        "purpose": Purpose.REPLACEMENT if stood_in else purpose,
        "context": context,
        "break_glass": False,
        "request_id": request_id.get(),
    }
