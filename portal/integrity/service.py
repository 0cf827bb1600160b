"""Making, reading and handling integrity reports: between one member of staff and the integrity officer."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from portal.accounts import tokens
from portal.accounts.models import RoleAssignment, TokenKind, User
from portal.core import clock, db, sealing
from portal.core.errors import Conflict, Forbidden, NotFound, TooOften
from portal.core.ids import new_id
from portal.integrity.models import (
    Deed,
    IntegrityEvent,
    IntegrityMessage,
    IntegrityReport,
    Status,
    Voice,
)
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Role
from portal.settings import settings

#: Open reports of one person at a time.
MOST = 20
LISTED = 200


def _mine(actor: Actor) -> bytes:
    """By what somebody finds their own reports; without the key nobody can compute it."""
    if actor.user_id is None:
        raise Forbidden
    key = hashlib.sha256(b"weg-omhoog integrity v1" + settings().secret_key.encode()).digest()
    return hmac.digest(key, actor.user_id.bytes, "sha256")


def _is_mine(actor: Actor) -> ColumnElement[bool]:
    return IntegrityReport.reporter_hash == _mine(actor)


# --- the reporter ------------------------------------------------------------


def report(actor: Actor, *, kind: str, story: str, named: bool) -> IntegrityReport:
    """Tell what happened; every integrity officer gets a mail that there is a report, and nothing more.

    `named`: whether the officer sees who wrote it. Raises TooOften.
    """
    actor.require(Permission.INTEGRITY_REPORT)
    if sum(row.status != Status.CLOSED for row in mine(actor)) >= MOST:
        raise TooOften
    row_id = new_id()
    row = IntegrityReport(
        id=row_id,
        reporter_hash=_mine(actor),
        name_sealed=_sealed(row_id, "name_sealed", actor.name) if named else None,
        kind_sealed=_sealed(row_id, "kind_sealed", kind),
        status=Status.NEW,
        made_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    _write(row, Voice.REPORTER, story)
    _note(row.id, Deed.MADE, None)
    _tell_officers()
    return row


def mine(actor: Actor) -> Sequence[IntegrityReport]:
    """The actor's own reports, newest first."""
    rows = select(IntegrityReport).where(_is_mine(actor)).order_by(IntegrityReport.id.desc())
    return db.session.scalars(rows).all()


def own(actor: Actor, report_id: UUID) -> IntegrityReport:
    """One of the actor's own reports, with what was said. Raises NotFound."""
    row = _found(IntegrityReport.id == report_id, _is_mine(actor))
    _note(row.id, Deed.READ, None)
    return row


def answer(actor: Actor, report_id: UUID, *, words: str) -> None:
    """Add to one's own report. Raises NotFound, or Conflict when it is closed."""
    row = _found(IntegrityReport.id == report_id, _is_mine(actor), lock=True)
    if row.status == Status.CLOSED:
        raise Conflict
    if row.status == Status.ASKED:
        row.status = Status.LOOKED_AT
    _write(row, Voice.REPORTER, words)
    _note(row.id, Deed.WRITTEN, None)
    _tell_officers()


# --- the integrity officer ---------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """How many reports are in one state, and the moment of the oldest."""

    status: Status
    count: int
    oldest: datetime


def waiting(actor: Actor) -> list[Waiting]:
    """How many reports are not closed, per state; nothing of what they say."""
    actor.require(Permission.INTEGRITY_HANDLE)
    counted = select(IntegrityReport.status, func.count(), func.min(IntegrityReport.made_at))
    rows = db.session.execute(counted.where(IntegrityReport.status != Status.CLOSED).group_by(IntegrityReport.status))
    found = {status: Waiting(Status(status), count, oldest) for status, count, oldest in rows}
    return [found[status] for status in Status if status in found]


def everything(actor: Actor) -> Sequence[IntegrityReport]:
    """All reports, open ones first, the newest in front."""
    actor.require(Permission.INTEGRITY_HANDLE)
    closed = IntegrityReport.status == Status.CLOSED
    rows = select(IntegrityReport).order_by(closed, IntegrityReport.id.desc()).limit(LISTED)
    return db.session.scalars(rows).all()


def get(actor: Actor, report_id: UUID) -> IntegrityReport:
    """One report, with what was said and noted. Raises NotFound."""
    actor.require(Permission.INTEGRITY_HANDLE)
    row = _found(IntegrityReport.id == report_id)
    _note(row.id, Deed.READ, actor.user_id)
    return row


def say(actor: Actor, report_id: UUID, *, words: str, voice: Voice) -> None:
    """Ask the reporter something, or write a note for oneself. Raises NotFound, Conflict when closed."""
    row = _to_handle(actor, report_id)
    if row.status == Status.CLOSED and voice == Voice.OFFICER:
        raise Conflict
    if voice == Voice.OFFICER:
        row.status = Status.ASKED
    elif row.status == Status.NEW:
        row.status = Status.LOOKED_AT
    _write(row, voice, words)
    _note(row.id, Deed.WRITTEN, actor.user_id)


def move(actor: Actor, report_id: UUID, *, status: Status, version: int) -> None:
    """Say where it stands. Raises NotFound, or Conflict when somebody changed it meanwhile."""
    row = _to_handle(actor, report_id)
    db.ensure_version(row, version)
    row.status = status
    _note(row.id, Deed.MOVED, actor.user_id)


def log(actor: Actor, report_id: UUID) -> Sequence[tuple[datetime, str, str | None]]:
    """Who did what with one report: moment, deed, and the officer's name (None: the reporter)."""
    actor.require(Permission.INTEGRITY_HANDLE)
    rows = (
        select(IntegrityEvent.at, IntegrityEvent.deed, User.name)
        .outerjoin(User, User.id == IntegrityEvent.officer_id)
        .where(IntegrityEvent.report_id == report_id)
        .order_by(IntegrityEvent.id.desc())
        .limit(LISTED)
    )
    return [(at, deed, name) for at, deed, name in db.session.execute(rows)]


def _to_handle(actor: Actor, report_id: UUID) -> IntegrityReport:
    actor.require(Permission.INTEGRITY_HANDLE)
    return _found(IntegrityReport.id == report_id, lock=True)


# --- both --------------------------------------------------------------------


def _found(*conditions: ColumnElement[bool], lock: bool = False) -> IntegrityReport:
    statement = select(IntegrityReport).where(*conditions).options(selectinload(IntegrityReport.messages))
    row = db.session.scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise NotFound
    return row


def _sealed(row_id: UUID, column: str, words: str) -> bytes:
    return sealing.seal(words, table=IntegrityReport.__tablename__, column=column, row_id=row_id)


def _write(row: IntegrityReport, voice: Voice, words: str) -> None:
    made = new_id()
    sealed = sealing.seal(words, table=IntegrityMessage.__tablename__, column="body_sealed", row_id=made)
    db.session.add(IntegrityMessage(id=made, report_id=row.id, voice=voice, at=clock.now(), body_sealed=sealed))


def _note(report_id: UUID, deed: Deed, officer_id: UUID | None) -> None:
    db.session.add(IntegrityEvent(report_id=report_id, at=clock.now(), officer_id=officer_id, deed=deed))


def _tell_officers() -> None:
    """A mail that says that there is something, and not what or from whom."""
    held = (
        RoleAssignment.role == Role.INTEGRITY_OFFICER,
        RoleAssignment.holds_on(clock.today()),
        User.deactivated_at.is_(None),
    )
    officers = select(User).join(RoleAssignment, RoleAssignment.user_id == User.id).where(*held).distinct()
    for officer in db.session.scalars(officers):
        tokens.notify(officer, TokenKind.INTEGRITY)


def months(actor: Actor) -> Sequence[tuple[datetime, int]]:
    """How much was done with reports per month, for the privacy officer: that the log is kept, and nothing else."""
    actor.require(Permission.ACCESS_LOG_ALL)
    month = func.date_trunc("month", func.timezone(clock.AMSTERDAM.key, IntegrityEvent.at)).label("month")
    rows = select(month, func.count()).group_by(month).order_by(month.desc()).limit(12)
    return [(at, count) for at, count in db.session.execute(rows)]
