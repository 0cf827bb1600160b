"""Checking the log against its seals, and telling which rows were edited, deleted, added afterwards or re-hashed.

Reads only; a role with SELECT on the log, the seals and the epochs is enough. Trust comes from outside the database:
the public key and the roots that were mailed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

import psycopg
from psycopg.rows import namedtuple_row

from portal.audit import keys, merkle
from portal.audit.canonical import SAID
from portal.audit.models import SealKind
from portal.audit.roots import Root
from portal.audit.sealer import EPOCH_START, microseconds

#: About so many rows are read and compared at a time.
CHUNK = 20_000
TERM_YEARS = 5
#: How far the moment of a row may lie from the time in which it was sealed.
LEEWAY = 3_600_000_000  # microseconds

_ENTRY, _HASH = 24, 32


class Kind(StrEnum):
    """What can be wrong."""

    EDITED = "edited"  # a row says something else than when it was sealed
    DELETED = "deleted"  # a sealed row is gone before its term
    ADDED = "added"  # a row that was not there when its transaction was sealed
    BACKDATED = "back-dated"  # a row whose moment lies outside the time in which it was sealed
    REHASHED = "re-hashed"  # a seal that does not fit: its own hashes, the one before, the signature
    REPLACED = "replaced"  # the chain is another one than the root that was kept outside


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and where: the seal, and the row when one row can be named."""

    kind: Kind
    seal: int
    row: UUID | None = None
    at: datetime | None = None
    detail: str = ""

    def __str__(self) -> str:
        parts = [f"{self.kind.value}: seal {self.seal}"]
        parts += [f"row {self.row}"] if self.row else []
        parts += [f"of {self.at:%Y-%m-%d %H:%M:%S}"] if self.at else []
        return ", ".join(parts) + (f" ({self.detail})" if self.detail else "")


@dataclass
class Report:
    """What was checked and what was found."""

    seals: int = 0
    rows: int = 0
    unsealed: int = 0
    expired: int = 0
    epochs: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Seal:
    n: int
    kind: str
    epoch: int
    from_xid: int
    to_xid: int
    events: int
    sealed_at: datetime
    previous: bytes
    root: bytes
    hash: bytes
    signature: bytes
    public_key: bytes
    entries: bytes
    leaves: bytes

    def ids(self) -> list[bytes]:
        return [self.entries[i : i + 16] for i in range(0, len(self.entries), _ENTRY)]

    def hashes(self) -> list[bytes]:
        return [self.leaves[i : i + _HASH] for i in range(0, len(self.leaves), _HASH)]

    def moments(self) -> Sequence[int]:
        return [moment for _id, moment in struct.iter_unpack(">16sq", self.entries)]

    def head(self) -> merkle.Head:
        return merkle.Head(
            self.n, self.epoch, self.from_xid, self.to_xid, self.events, microseconds(self.sealed_at),
            self.kind == SealKind.CLOSING, self.previous, self.root, sha256(self.entries).digest(),
        )  # fmt: skip


class Verifier:
    """One check of the whole log over one connection, in one snapshot."""

    def __init__(
        self,
        connection: psycopg.Connection,
        *,
        public_key: bytes,
        roots: Sequence[Root] = (),
        now: datetime | None = None,
    ) -> None:
        self._connection, self._key = connection, public_key
        self._roots = {root.n: root for root in roots}
        self._expired_before = _months_ago(now or datetime.now(UTC), 12 * TERM_YEARS)
        self._previous, self._sealed_until = merkle.NOTHING, 0
        self._places: dict[int, int] = {}  # epoch → the first transaction that no seal covers yet
        self._closing: dict[bytes, int] = {}  # id of a row that a closing seal names → that seal
        self._missing: dict[bytes, tuple[int, int]] = {}
        self._strange: dict[bytes, int] = {}
        self.report = Report()

    def run(self) -> Report:
        """Check every seal and every row. The connection must be idle; it is left so."""
        with self._connection.transaction():
            self._connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            self._note_closing()
            for group in self._groups():
                self._check_rows(group)
            self._count_unsealed()
        self._sort_out()
        self._match_missing_roots()
        self.report.findings.sort(key=lambda finding: finding.seal)
        return self.report

    # --- seals -------------------------------------------------------------------

    def _note_closing(self) -> None:
        for n, entries in self._connection.execute("SELECT n, entries FROM access_seal WHERE kind = 'closing'"):
            for i in range(0, len(entries), _ENTRY):
                self._closing[entries[i : i + 16]] = n

    def _groups(self) -> Iterator[list[_Seal]]:
        """Seals in order, checked by themselves, as many together as hold about CHUNK rows of one epoch."""
        names = ", ".join(_Seal.__dataclass_fields__)
        group: list[_Seal] = []
        with self._connection.cursor("seals", row_factory=namedtuple_row, binary=True) as cursor:
            cursor.itersize = 200
            cursor.execute(f"SELECT {names} FROM access_seal ORDER BY n")  # noqa: S608 — our own names
            for row in cursor:
                each = _Seal(*row)
                self._check_seal(each)
                alone = each.kind == SealKind.CLOSING or not group or group[-1].epoch != each.epoch
                if group and (alone or group[-1].kind == SealKind.CLOSING or sum(s.events for s in group) >= CHUNK):
                    yield group
                    group = []
                group.append(each)
        if group:
            yield group

    def _check_seal(self, each: _Seal) -> None:
        self.report.seals += 1
        self.report.epochs = max(self.report.epochs, each.epoch)
        problems = [
            "number" if each.n != self.report.seals else "",
            "seal before" if each.previous != self._previous else "",
            "root" if merkle.root(each.hashes()) != each.root else "",
            "hash" if each.head().hash() != each.hash else "",
            "range" if each.from_xid != self._places.get(each.epoch, 0) else "",
            "key" if each.public_key != self._key else "",
            "signature" if not keys.signed(self._key, each.signature, each.hash) else "",
        ]
        if any(problems):
            self._find(Kind.REHASHED, each.n, detail=", ".join(filter(None, problems)))
        kept = self._roots.pop(each.n, None)
        if kept is not None and kept.hash != each.hash:
            self._find(Kind.REPLACED, each.n, detail="differs from the root kept outside")
        self._previous, self._places[each.epoch] = each.hash, each.to_xid
        self._check_moments(each)

    def _check_moments(self, each: _Seal) -> None:
        """Rows are sealed soon after they are written, or when the sealer runs again: after the seal before."""
        until = microseconds(each.sealed_at)
        since = self._sealed_until
        if since and each.kind == SealKind.RUNNING:
            for position, moment in enumerate(each.moments()):
                if not since - LEEWAY <= moment <= until + LEEWAY:
                    self._find(Kind.BACKDATED, each.n, each.ids()[position], moment)
        self._sealed_until = until

    def _match_missing_roots(self) -> None:
        for n in sorted(self._roots):
            self._find(Kind.REPLACED, n, detail="the seal of the root kept outside is gone")

    # --- rows --------------------------------------------------------------------

    def _check_rows(self, group: list[_Seal]) -> None:
        found = self._rows_of(group)
        ids, hashes = [row_id for row_id, _said in found], merkle.leaves(said for _id, said in found)
        self.report.rows += len(found)
        sealed_ids = [row_id for each in group for row_id in each.ids()]
        if ids != sealed_ids or b"".join(hashes) != b"".join(each.leaves for each in group):
            self._compare(group, dict(zip(ids, hashes, strict=True)))

    def _rows_of(self, group: list[_Seal]) -> list[tuple[bytes, bytes]]:
        """Id and contents of what the database holds for these seals."""
        if group[0].kind == SealKind.CLOSING:
            named = [UUID(bytes=row_id) for row_id in group[0].ids()]
            return self._select("id = ANY (%s) ORDER BY epoch, xid, access_event.id", (named,))
        where = "epoch = %s AND xid >= %s AND xid < %s ORDER BY xid, access_event.id"
        found = self._select(where, (group[0].epoch, group[0].from_xid, group[-1].to_xid))
        return [row for row in found if row[0] not in self._closing] if self._closing else found

    def _select(self, where: str, values: Sequence[object]) -> list[tuple[bytes, bytes]]:
        query = f"SELECT uuid_send(id), {SAID} FROM access_event WHERE {where}"  # noqa: S608 — our own names
        with self._connection.cursor(binary=True) as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def _compare(self, group: list[_Seal], present: dict[bytes, bytes]) -> None:
        """Row by row, where a group does not match."""
        known: set[bytes] = set()
        for each in group:
            for row_id, leaf, moment in zip(each.ids(), each.hashes(), each.moments(), strict=True):
                known.add(row_id)
                if row_id not in present:
                    self._missing[row_id] = (each.n, moment)
                elif present[row_id] != leaf:
                    self._find(Kind.EDITED, each.n, row_id, moment)
        self._strange |= dict.fromkeys(present.keys() - known, group[-1].n)

    def _count_unsealed(self) -> None:
        """What no seal covers is new when it is of this epoch; of another one it is a stranger."""
        covered = " OR ".join(["false"] + ["epoch = %s AND xid < %s"] * len(self._places))
        places = [number for place in self._places.items() for number in place]
        now = self._epoch()
        where = f"NOT ({covered}) AND id <> ALL (%s)"
        named = [UUID(bytes=row_id) for row_id in self._closing]
        query = f"SELECT count(*) FROM access_event WHERE epoch = %s AND {where}"  # noqa: S608 — our own names
        row = self._connection.execute(query, (now, *places, named)).fetchone()
        self.report.unsealed = row[0] if row else 0
        strangers = self._select(f"epoch <> %s AND {where}", (now, *places, named))
        self._strange |= {row_id: self.report.seals for row_id, _said in strangers}

    def _epoch(self) -> int:
        row = self._connection.execute("SELECT max(n) FROM access_epoch").fetchone()
        return (row[0] if row else None) or 1

    def _sort_out(self) -> None:
        """A row that left one place and turned up in another was edited; the old may be gone."""
        for row_id, (n, moment) in self._missing.items():
            if self._strange.pop(row_id, None):
                self._find(Kind.EDITED, n, row_id, moment, "moved to another transaction")
            elif _moment(moment) < self._expired_before:
                self.report.expired += 1
            else:
                self._find(Kind.DELETED, n, row_id, moment)
        for row_id, n in self._strange.items():
            self._find(Kind.ADDED, n, row_id, detail="not there when its transaction was sealed")

    def _find(
        self, kind: Kind, seal: int, row_id: bytes | None = None, moment: int | None = None, detail: str = ""
    ) -> None:
        at = None if moment is None else _moment(moment)
        self.report.findings.append(Finding(kind, seal, UUID(bytes=row_id) if row_id else None, at, detail))


def _moment(microseconds_since: int) -> datetime:
    return EPOCH_START + timedelta(microseconds=microseconds_since)


def _months_ago(now: datetime, months: int) -> datetime:
    """The first moment of the month that lies so many months back."""
    whole = now.year * 12 + now.month - 1 - months
    return datetime(whole // 12, whole % 12 + 1, 1, tzinfo=UTC)
