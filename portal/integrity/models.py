"""Integrity reports: staff who were approached or pressed. Staff data, apart from case data; what is told is sealed.

Whose report it is cannot be read from the database: it holds a keyed hash, by which its writer finds it again.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core import sealing
from portal.core.model import Base, Identified, Versioned, one_of


class Status(StrEnum):
    """Where a report stands."""

    NEW = "new"
    LOOKED_AT = "looked_at"
    ASKED = "asked"  # its writer has a question to answer
    CLOSED = "closed"


class Voice(StrEnum):
    """Whose words a message holds."""

    REPORTER = "reporter"
    OFFICER = "officer"
    NOTE = "note"  # of the officer, not shown to the reporter


class Deed(StrEnum):
    """What was done with a report, for its own log."""

    MADE = "made"
    READ = "read"
    WRITTEN = "written"
    MOVED = "moved"


class IntegrityReport(Identified, Versioned, Base):
    """One report. What happened is its first message."""

    __tablename__ = "integrity_report"
    __table_args__ = (
        one_of("status", Status),
        Index("ix_integrity_report_reporter", "reporter_hash"),
        Index("ix_integrity_report_status", "status", "made_at"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    reporter_hash: Mapped[bytes]
    name_sealed: Mapped[bytes | None]  # None: the reporter stays unknown to the officer as well
    kind_sealed: Mapped[bytes]
    status: Mapped[str] = mapped_column(server_default="new", default=Status.NEW)
    made_at: Mapped[datetime]

    messages: Mapped[list[IntegrityMessage]] = relationship(order_by="IntegrityMessage.id")

    def _told(self, column: str) -> str:
        sealed: bytes | None = getattr(self, column)
        if sealed is None:
            return ""
        return sealing.unseal(sealed, table=self.__tablename__, column=column, row_id=self.id)

    @property
    def name(self) -> str:
        """The reporter's name; empty when they did not give it."""
        return self._told("name_sealed")

    @property
    def kind(self) -> str:
        """What kind of approach it was."""
        return self._told("kind_sealed")


class IntegrityMessage(Identified, Base):
    """What one of the two wrote. Never changed."""

    __tablename__ = "integrity_message"
    __table_args__ = (one_of("voice", Voice), Index("ix_integrity_message_report", "report_id"))

    report_id: Mapped[UUID] = mapped_column(ForeignKey("integrity_report.id"))
    voice: Mapped[str]
    at: Mapped[datetime]
    body_sealed: Mapped[bytes]

    @property
    def body(self) -> str:
        """The words."""
        return sealing.unseal(self.body_sealed, table=self.__tablename__, column="body_sealed", row_id=self.id)


class IntegrityEvent(Identified, Base):
    """Who did what with a report, in a log of its own. The reporter is in it as nobody."""

    __tablename__ = "integrity_event"
    __table_args__ = (
        one_of("deed", Deed),
        CheckConstraint("officer_id IS NOT NULL OR deed IN ('made', 'read', 'written')", name="officer"),
        Index("ix_integrity_event_report", "report_id"),
        Index("ix_integrity_event_officer", "officer_id"),
        Index("ix_integrity_event_at", "at"),
    )

    report_id: Mapped[UUID] = mapped_column(ForeignKey("integrity_report.id"))
    at: Mapped[datetime]
    officer_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))  # None: the reporter
    deed: Mapped[str]
