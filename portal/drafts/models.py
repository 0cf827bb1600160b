"""What was typed in a form and not saved yet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.model import Base, Identified

LONGEST_PATH = 500  # characters
LARGEST = 60_000  # bytes, sealed


class Draft(Identified, Base):
    """The answers of one form as one browser page last sent them, sealed; only its writer may open it.

    A draft that was saved or thrown away keeps its row for a while, empty, so that a late message of the page does
    not bring it back.
    """

    __tablename__ = "draft"
    __table_args__ = (
        CheckConstraint(f"length(path) <= {LONGEST_PATH}", name="path_length"),
        CheckConstraint(f"octet_length(sealed) <= {LARGEST}", name="sealed_size"),
        CheckConstraint("(sealed IS NULL) = (ended_at IS NOT NULL)", name="ended"),
        Index("ix_draft_open", "user_id", "saved_at", postgresql_where=text("ended_at IS NULL")),
        Index("ix_draft_user", "user_id"),
        Index("ix_draft_expires_at", "expires_at"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    form: Mapped[str]  # endpoint of the page, for example "contacts.new"
    path: Mapped[str]  # path of the page, with ids and nothing else in it
    sealed: Mapped[bytes | None]  # pairs of field and answer as JSON
    version: Mapped[int] = mapped_column(server_default=text("1"), default=1)
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
