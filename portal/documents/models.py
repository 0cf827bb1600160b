"""Attachments: a letter or a plan that came from elsewhere, kept with a record about a young person."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.model import Base, Identified, PersonalData, Tracked, one_of
from portal.privacy.contexts import Context, InContext


class Owner(StrEnum):
    """The kinds of record that can have attachments, by their table."""

    PERSON = "person"
    TRAJECTORY = "trajectory"
    VIEW = "youth_in_view"
    CASE = "youth_case"


class FileKind(StrEnum):
    """What may be attached; no pictures: the portal keeps no photo of anybody (domain §0.3)."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    TXT = "txt"


class Attachment(PersonalData, InContext, Identified, Tracked, Base):
    """One file. Its name and content are sealed; after hiding, nobody opens it until destruction takes it."""

    __tablename__ = "attachment"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        one_of("owner_kind", Owner),
        one_of("kind", FileKind),
        one_of("context", Context),
        CheckConstraint("num_nulls(hidden_at, hidden_by, hidden_reason) IN (0, 3)", name="hidden_as_a_whole"),
        CheckConstraint("length(hidden_reason) BETWEEN 1 AND 200", name="hidden_reason_length"),
        CheckConstraint("size BETWEEN 1 AND 5000000", name="size"),
        Index("ix_attachment_owner", "owner_kind", "owner_id"),
        Index("ix_attachment_person", "person_id", "team_id"),
        Index("ix_attachment_team", "team_id", "person_id"),
        Index("ix_attachment_hidden_by", "hidden_by", postgresql_where=text("hidden_by IS NOT NULL")),
    )

    owner_kind: Mapped[str]
    owner_id: Mapped[UUID]
    person_id: Mapped[UUID]  # the young person the record is about
    team_id: Mapped[UUID]
    context: Mapped[str] = mapped_column(server_default="jv_district", default=Context.JV_DISTRICT)
    name_sealed: Mapped[bytes]
    kind: Mapped[str]
    size: Mapped[int]  # bytes
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    hidden_at: Mapped[datetime | None]
    hidden_by: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    hidden_reason: Mapped[str | None]
