"""Whoever changes the log is found out, and told which row: edited, deleted, back-dated, re-hashed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, text

from portal.audit import keys, merkle, sealer
from portal.audit.canonical import COLUMNS
from portal.audit.roots import Root, parse
from portal.audit.verifying import Kind
from tests.audit.conftest import KEY, check, write
from tests.factories import World

Seal = Callable[..., None]


@pytest.fixture
def sealed(world: World, seal_all: Seal) -> None:
    """Three seals and more over two dozen rows."""
    write(world, 24)
    seal_all(batch=8)


def test_an_untouched_log_is_found_whole(sealed: None) -> None:
    report = check()
    assert report.findings == []
    assert (report.rows, report.unsealed) == (24, 0)
    assert report.seals >= 3


def _as_superuser(engine: Engine, act: Callable[[Connection], object]) -> object:
    """Somebody with all rights over the server, past every trigger."""
    with engine.connect() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        done = act(connection)
        connection.execute(text("SET session_replication_role = origin"))
        return done


def _nth(connection: Connection, n: int) -> object:
    return connection.scalar(text("SELECT id FROM access_event ORDER BY xid, id OFFSET :n LIMIT 1"), {"n": n})


CHANGES = [
    "actor_name = 'Iemand Anders'", "purpose = 'supervision'", "fields = '[\"phone\"]'", "person_id = NULL",
    "at = at + interval '1 second'", "break_glass = true", "result = 'denied'", "xid = xid + 1", "epoch = epoch + 7",
    "session_id = uuidv7()",
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_an_edited_row_is_named(sealed: None, admin_engine: Engine, change: str) -> None:
    def edit(connection: Connection) -> object:
        wanted = _nth(connection, 13)
        connection.execute(text(f"UPDATE access_event SET {change} WHERE id = :id"), {"id": wanted})
        return wanted

    wanted = _as_superuser(admin_engine, edit)
    findings = check().findings
    assert [finding.row for finding in findings] == [wanted]
    assert {finding.kind for finding in findings} == {Kind.EDITED}


def test_a_deleted_row_is_named_with_its_moment(sealed: None, admin_engine: Engine) -> None:
    def delete(connection: Connection) -> object:
        wanted = _nth(connection, 5)
        at = connection.scalar(text("DELETE FROM access_event WHERE id = :id RETURNING at"), {"id": wanted})
        return wanted, at

    wanted = _as_superuser(admin_engine, delete)
    findings = check().findings
    assert [(finding.row, finding.at) for finding in findings] == [wanted]
    assert findings[0].kind is Kind.DELETED


COPIED = "actor_id, actor_name, action, subject_type, person_id, team_id"


def _copy(connection: Connection, columns: str, values: str) -> object:
    """Add a row like the sixth, with other values for these columns."""
    return connection.scalar(
        text(
            f"INSERT INTO access_event ({COPIED}, {columns}) SELECT {COPIED}, {values} FROM access_event "
            "WHERE id = :id RETURNING id"
        ),
        {"id": _nth(connection, 5)},
    )


def test_a_row_slipped_into_the_past_is_named(sealed: None, admin_engine: Engine) -> None:
    """With the transaction number of then: it was not there when that was sealed."""
    added = _as_superuser(admin_engine, lambda connection: _copy(connection, "at, xid, epoch", "at, xid, epoch"))
    assert [(f.kind, f.row) for f in check().findings] == [(Kind.ADDED, added)]


def test_a_row_that_says_it_is_older_is_named_when_it_is_sealed(
    sealed: None, admin_engine: Engine, seal_all: Seal
) -> None:
    """With a transaction number of its own, and sealed as any other."""
    added = _as_superuser(admin_engine, lambda connection: _copy(connection, "at", "at - interval '3 days'"))
    seal_all()
    assert [(f.kind, f.row) for f in check().findings] == [(Kind.BACKDATED, added)]


def _rehash(connection: Connection, key: Ed25519PrivateKey | None) -> int:
    """Change a row of the second seal and make every hash from there on fit again; signed when they have a key."""
    wanted = connection.execute(text("SELECT * FROM access_seal WHERE n = 2")).one()
    row_id = UUID(bytes=bytes(wanted.entries)[:16])
    connection.execute(text("UPDATE access_event SET actor_name = 'Iemand Anders' WHERE id = :id"), {"id": row_id})
    previous = b""
    for seal in connection.execute(text("SELECT * FROM access_seal WHERE n >= 2 ORDER BY n")).all():
        within = "epoch = :epoch AND xid >= :a AND xid < :b ORDER BY xid, access_event.id"
        bounds = {"epoch": seal.epoch, "a": seal.from_xid, "b": seal.to_xid}
        rows = connection.execute(text(f"SELECT {COLUMNS} FROM access_event WHERE {within}"), bounds).all()
        hashes = merkle.leaves(bytes(row.said) for row in rows)
        head = merkle.Head(
            seal.n, seal.epoch, seal.from_xid, seal.to_xid, seal.events, sealer.microseconds(seal.sealed_at), False,
            previous or bytes(seal.previous), merkle.root(hashes), sha256(bytes(seal.entries)).digest(),
        )  # fmt: skip
        signature = key.sign(head.hash()) if key else bytes(seal.signature)
        values = (head.previous, head.root, previous := head.hash(), signature, b"".join(hashes))
        names = ("previous", "root", "hash", "signature", "leaves")
        changes = ", ".join(f"{name} = :{name}" for name in names)
        given = dict(zip(names, values, strict=True)) | {"n": seal.n}
        connection.execute(text(f"UPDATE access_seal SET {changes} WHERE n = :n"), given)
    return int(seal.n)


def test_whoever_makes_all_hashes_fit_again_lacks_the_key(sealed: None, admin_engine: Engine) -> None:
    last = _as_superuser(admin_engine, lambda connection: _rehash(connection, None))
    findings = check().findings
    assert {finding.kind for finding in findings} == {Kind.REHASHED}
    assert [finding.seal for finding in findings] == list(range(2, int(str(last)) + 1))


def test_whoever_has_the_key_as_well_cannot_reach_the_roots_that_left(sealed: None, admin_engine: Engine) -> None:
    with admin_engine.connect() as connection:
        early, late = (_root(connection, n) for n in (1, check().seals))
    _as_superuser(admin_engine, lambda connection: _rehash(connection, KEY))
    assert check().findings == []
    findings = check(early, late).findings
    assert [(finding.kind, finding.seal) for finding in findings] == [(Kind.REPLACED, late.n)]


def _root(connection: Connection, n: int) -> Root:
    seal = connection.execute(text("SELECT * FROM access_seal WHERE n = :n"), {"n": n}).one()
    made = Root(n, bytes(seal.hash), seal.sealed_at, 0, bytes(seal.public_key), bytes(seal.signature))
    return parse(f"Beste Petra,\n\n{made.as_text()}\n\nGroet")


def test_cutting_off_the_end_is_found_with_a_root_that_left(sealed: None, admin_engine: Engine) -> None:
    with admin_engine.connect() as connection:
        late = _root(connection, check().seals)

    def cut(connection: Connection) -> None:
        first = connection.scalar(text("DELETE FROM access_seal WHERE n >= 2 RETURNING from_xid"))
        connection.execute(text("DELETE FROM access_event WHERE xid >= :first"), {"first": first})

    _as_superuser(admin_engine, cut)
    assert [(finding.kind, finding.seal) for finding in check(late).findings] == [(Kind.REPLACED, late.n)]


@pytest.mark.parametrize("change", ["sealed_at = sealed_at + interval '1 day'", "to_xid = to_xid + 1", "n = n + 100"])
def test_a_seal_that_was_touched_is_named(sealed: None, admin_engine: Engine, change: str) -> None:
    last = check().seals
    _as_superuser(
        admin_engine,
        lambda connection: connection.execute(text(f"UPDATE access_seal SET {change} WHERE n = :n"), {"n": last}),
    )
    assert {finding.kind for finding in check().findings} == {Kind.REHASHED}


def test_a_root_with_another_signature_is_refused() -> None:
    made = Root(1, bytes(32), datetime.now(UTC), 1, keys.public_bytes(KEY), KEY.sign(bytes(31)))
    with pytest.raises(ValueError, match="signature"):
        parse(made.as_text())
    with pytest.raises(ValueError, match="no root"):
        parse("{}")
