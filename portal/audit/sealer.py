"""Closing batches of the log: every row of a transaction that has ended gets under a seal, none twice.

A row carries the number of the transaction that wrote it. What is below the oldest transaction that still runs can
change no more, so one range after the other is read, hashed and signed. Nothing waits for this; writers do not notice.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, insert, text

from portal.audit import keys, merkle
from portal.audit.canonical import COLUMNS
from portal.audit.models import Seal, SealKind

#: About so many rows under one seal; the rows of one transaction stay together.
BATCH = 5_000
#: Who holds this lock seals; the others have nothing to do.
LOCK = 4_208_171_306
EPOCH_START = datetime(1970, 1, 1, tzinfo=UTC)

_STATE = text("""
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS settled, app_now() AS now,
           (SELECT max(n) FROM access_epoch) AS epoch,
           (SELECT system_id FROM access_epoch ORDER BY n DESC LIMIT 1)
               IS NOT DISTINCT FROM (SELECT system_identifier::text FROM pg_control_system()) AS at_home,
           s.n, s.epoch AS sealed_epoch, s.to_xid, s.hash
    FROM (SELECT 1) AS always LEFT JOIN (SELECT * FROM access_seal ORDER BY n DESC LIMIT 1) AS s ON true
""")
_RANGE = "FROM access_event WHERE epoch = :epoch AND xid >= :first AND xid < :settled"
_FIRST = text(f"SELECT xid {_RANGE} ORDER BY xid LIMIT 1")
_BOUNDARY = text(f"SELECT xid {_RANGE} ORDER BY xid OFFSET :batch LIMIT 1")
_ROWS = text(f"SELECT {COLUMNS} {_RANGE} ORDER BY xid, access_event.id")
_LEFT_OVER = text(f"""
    WITH sealed AS (
        SELECT encode(substr(s.entries, 24 * i + 1, 16), 'hex')::uuid AS id
        FROM access_seal s, generate_series(0, s.events - 1) AS i
    )
    SELECT {COLUMNS} FROM access_event
    WHERE epoch < :epoch AND NOT EXISTS (SELECT FROM sealed WHERE sealed.id = access_event.id)
    ORDER BY epoch, xid, access_event.id
""")  # noqa: S608


@dataclass(frozen=True)
class State:
    """Where sealing stands. Transactions below `settled` have all ended."""

    settled: int
    now: datetime
    epoch: int
    at_home: bool  # the database still lives in the cluster that the epoch began in
    n: int
    sealed_epoch: int
    to_xid: int
    hash: bytes

    @property
    def first(self) -> int:
        """The first transaction of this epoch that is not sealed yet."""
        return self.to_xid if self.sealed_epoch == self.epoch else 0

    @property
    def moved(self) -> bool:
        """Whether transaction numbers began anew since the last seal."""
        return not self.at_home or self.settled < self.first


def seal(engine: Engine, key: Ed25519PrivateKey, *, batch: int = BATCH) -> int:
    """Seal everything that has settled, in batches; the number of rows. 0 when another process is at it."""
    total = 0
    while True:
        with engine.begin() as connection:
            done, more = _one(connection, key, batch) if _mine(connection) else (0, False)
        total += done
        if not more:
            return total


def _mine(connection: Connection) -> bool:
    return bool(connection.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}))


def _one(connection: Connection, key: Ed25519PrivateKey, batch: int) -> tuple[int, bool]:
    """One batch: how many rows, and whether there may be more."""
    state = _state(connection)
    if state.moved:
        return _begin_epoch(connection, state, key), True
    asked = {"epoch": state.epoch, "first": state.first, "settled": state.settled}
    first = connection.scalar(_FIRST, asked)
    if first is None:
        return 0, False
    boundary = connection.scalar(_BOUNDARY, asked | {"batch": batch})
    end = state.settled if boundary is None else max(boundary, first + 1)
    rows = connection.execute(_ROWS, asked | {"settled": end}).all()
    _write(connection, state, key, rows, SealKind.RUNNING, state.first, end)
    return len(rows), boundary is not None


def _state(connection: Connection) -> State:
    row = connection.execute(_STATE).one()
    return State(
        row.settled, row.now, row.epoch or 0, bool(row.at_home), row.n or 0, row.sealed_epoch or 0, row.to_xid or 0,
        bytes(row.hash or merkle.NOTHING),
    )  # fmt: skip


def _begin_epoch(connection: Connection, state: State, key: Ed25519PrivateKey) -> int:
    """After a restore: new rows count from here, and what the old life left unsealed is sealed row by row."""
    number = connection.scalar(text("SELECT access_log_open_epoch()"))
    rows = connection.execute(_LEFT_OVER, {"epoch": number}).all()
    if rows:
        _write(connection, state, key, rows, SealKind.CLOSING, state.first, state.first)
    return len(rows)


def _write(
    connection: Connection, state: State, key: Ed25519PrivateKey, rows: Sequence[Any], kind: SealKind, *xids: int
) -> None:
    hashes = merkle.leaves(bytes(row.said) for row in rows)
    entries = b"".join(bytes(row.id) + struct.pack(">q", row.at) for row in rows)
    head = merkle.Head(
        n=state.n + 1, epoch=state.epoch, from_xid=xids[0], to_xid=xids[1], events=len(rows),
        sealed_at=microseconds(state.now), closing=kind is SealKind.CLOSING, previous=state.hash,
        root=merkle.root(hashes), entries=sha256(entries).digest(),
    )  # fmt: skip
    hashed = head.hash()
    made = {
        "n": head.n, "kind": kind, "epoch": head.epoch, "from_xid": head.from_xid, "to_xid": head.to_xid,
        "events": head.events, "sealed_at": state.now, "previous": head.previous, "root": head.root, "hash": hashed,
        "signature": key.sign(hashed), "public_key": keys.public_bytes(key), "entries": entries,
        "leaves": b"".join(hashes),
    }  # fmt: skip
    connection.execute(insert(Seal).values(made))


def microseconds(moment: datetime) -> int:
    """An aware moment as microseconds since 1970."""
    return (moment - EPOCH_START) // timedelta(microseconds=1)
