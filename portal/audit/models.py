"""The lives of the database, the chain of seals over the access log, and roots on their way (docs/adr/0008)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.model import Base, Identified, one_of


class Epoch(Base):
    """A life of the database. Transaction numbers start anew in another one, for instance after a restore."""

    __tablename__ = "access_epoch"

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    system_id: Mapped[str]  # of the database cluster
    opened_at: Mapped[datetime] = mapped_column(server_default=text("app_now()"))


class SealKind(StrEnum):
    """How a batch was chosen."""

    RUNNING = "running"  # everything of a range of transactions
    CLOSING = "closing"  # what an ended epoch left unsealed, named row by row


class Seal(Base):
    """One batch of the log under one signed hash that also covers the seal before it. Insert-only."""

    __tablename__ = "access_seal"
    __table_args__ = (
        one_of("kind", SealKind),
        CheckConstraint("events > 0", name="events"),
        CheckConstraint("length(leaves) = 32 * events AND length(entries) = 24 * events", name="lengths"),
        CheckConstraint("to_xid >= from_xid", name="interval"),
    )

    n: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str]
    epoch: Mapped[int] = mapped_column(ForeignKey("access_epoch.n"), index=True)
    from_xid: Mapped[int] = mapped_column(BigInteger)  # inclusive
    to_xid: Mapped[int] = mapped_column(BigInteger)  # exclusive
    events: Mapped[int]
    sealed_at: Mapped[datetime]
    previous: Mapped[bytes] = mapped_column(LargeBinary)  # hash of the seal before, zeros for the first
    root: Mapped[bytes] = mapped_column(LargeBinary)  # of the Merkle tree over the leaves
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)  # Ed25519 over the hash
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    entries: Mapped[bytes] = mapped_column(LargeBinary)  # per row 24 bytes: its id and its moment in microseconds
    leaves: Mapped[bytes] = mapped_column(LargeBinary)  # per row 32 bytes: the hash of what it says


class MailState(StrEnum):
    """Where a mail with a root stands."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class RootMail(Identified, Base):
    """A root on its way to one privacy officer: one per civil date, whoever makes it."""

    __tablename__ = "access_root_mail"
    __table_args__ = (
        one_of("state", MailState),
        UniqueConstraint("recipient_id", "day"),
        Index("ix_access_root_mail_pending", "not_before", postgresql_where=text("state = 'pending'")),
    )

    day: Mapped[date]
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    seal_n: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[str]  # the text of the mail's heart, the same at every try
    state: Mapped[str] = mapped_column(server_default="pending", default="pending")
    tries: Mapped[int] = mapped_column(server_default=text("0"), default=0)
    not_before: Mapped[datetime] = mapped_column(server_default=text("app_now()"))
    settled_at: Mapped[datetime | None]
