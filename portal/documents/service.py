"""Attachments of a record: see, add, take away, hide. Who may is asked of the record they hang on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.core import clock, db, sealing
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.i18n import N_
from portal.core.ids import new_id
from portal.documents import files, owners
from portal.documents.models import Attachment, FileKind, Owner
from portal.documents.owners import Record
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action

#: How many files a record holds at most.
MOST = 30
HIDING = aliased(User)


@dataclass(frozen=True)
class Paper:
    """One file in the list. Of a hidden one the name stays, with who hid it and why."""

    id: UUID
    name: str
    kind: FileKind
    size: int
    by: str
    at: datetime
    hidden_at: datetime | None
    hidden_by: str
    hidden_reason: str


def listing(actor: Actor, kind: Owner, record_id: UUID) -> tuple[Record, Sequence[Paper]]:
    """The files of a record, newest first, logged. Raises NotFound, Forbidden, PurposeNeeded."""
    record = owners.find(actor, kind, record_id)
    statement = (
        select(Attachment, func.coalesce(User.name, ""), func.coalesce(HIDING.name, ""))
        .outerjoin(User, User.id == Attachment.created_by)
        .outerjoin(HIDING, HIDING.id == Attachment.hidden_by)
        .where(*_of(record))
        .order_by(Attachment.id.desc())
    )
    rows = db.session.execute(statement).all()
    _log(actor, Action.LIST, record, [row.id for row, *_ in rows])
    return record, [_paper(*row) for row in rows]


def add(actor: Actor, kind: Owner, record_id: UUID, *, name: str, content: bytes) -> Attachment:
    """Keep a file with a record. Raises NotFound, Forbidden, and Invalid for a file that is not let in."""
    record = owners.find(actor, kind, record_id)
    if not record.may_add:
        raise Forbidden
    checked = files.check(name, content)
    if (db.session.scalar(select(func.count()).where(*_of(record))) or 0) >= MOST:
        raise Invalid(file=N_("Er zijn al 30 bijlagen. Meer kan niet."))
    made = _sealed(record, checked)
    db.session.add(made)
    db.session.flush()
    _log(actor, Action.CREATE, record, [made.id])
    return made


def _sealed(record: Record, checked: files.Checked) -> Attachment:
    row_id = new_id()
    return Attachment(
        id=row_id,
        owner_kind=record.kind,
        owner_id=record.id,
        person_id=record.person_id,
        team_id=record.team_id,
        context=record.context,
        kind=checked.kind,
        size=len(checked.content),
        name_sealed=sealing.seal(checked.name, table="attachment", column="name_sealed", row_id=row_id),
        content_sealed=sealing.seal_bytes(checked.content, table="attachment", column="content_sealed", row_id=row_id),
    )


def take(actor: Actor, attachment_id: UUID) -> files.Checked:
    """The file itself, logged as taken out. Raises NotFound also for a hidden one, Forbidden, PurposeNeeded."""
    row, record = _found(actor, attachment_id)
    if row.hidden_at is not None:
        raise NotFound
    _log(actor, Action.EXPORT, record, [row.id])
    content = sealing.unseal_bytes(row.content_sealed, table="attachment", column="content_sealed", row_id=row.id)
    return files.Checked(_name(row), FileKind(row.kind), content)


def read(actor: Actor, attachment_id: UUID) -> tuple[Record, Paper]:
    """What is known of one file, for the page that hides it. Raises NotFound, Forbidden for who may not hide it."""
    row, record = _found(actor, attachment_id)
    if not record.may_add:
        raise Forbidden
    _log(actor, Action.READ, record, [row.id])
    return record, _paper(row, "", "")


def hide(actor: Actor, attachment_id: UUID, *, reason: str) -> Record:
    """Let nobody open it any more. It is destroyed with its record, by the rules. Raises NotFound, Forbidden."""
    row, record = _found(actor, attachment_id)
    if not record.may_add:
        raise Forbidden
    if row.hidden_at is None:
        row.hidden_at, row.hidden_by, row.hidden_reason = clock.now(), actor.user_id, reason
        db.session.flush()
        _log(actor, Action.UPDATE, record, [row.id], fields=["hidden"])
    return record


def _found(actor: Actor, attachment_id: UUID) -> tuple[Attachment, Record]:
    row = db.session.scalar(select(Attachment).where(Attachment.id == attachment_id))
    if row is None:
        raise NotFound
    return row, owners.find(actor, Owner(row.owner_kind), row.owner_id)


def _of(record: Record) -> tuple[ColumnElement[bool], ...]:
    return Attachment.owner_kind == record.kind, Attachment.owner_id == record.id


def _name(row: Attachment) -> str:
    return sealing.unseal(row.name_sealed, table="attachment", column="name_sealed", row_id=row.id)


def _paper(row: Attachment, by: str, hidden_by: str) -> Paper:
    return Paper(
        id=row.id,
        name=_name(row),
        kind=FileKind(row.kind),
        size=row.size,
        by=by,
        at=row.created_at,
        hidden_at=row.hidden_at,
        hidden_by=hidden_by,
        hidden_reason=row.hidden_reason or "",
    )


def _log(actor: Actor, action: Action, record: Record, ids: Sequence[UUID], *, fields: Sequence[str] = ()) -> None:
    """One row per file; of a record without files that it was looked at."""
    seen = [Subject("attachment", one, record.person_id, record.team_id) for one in ids]
    access_log.record(
        actor,
        action,
        seen or [Subject(record.kind, record.id, record.person_id, record.team_id)],
        permission=record.permission,
        purpose=record.purpose,
        context=record.context,
        fields=fields,
    )
