"""Filters that somebody keeps for a list: their own, with a name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.model import Base, Identified

NAME_LENGTH = 40


class SavedFilter(Identified, Base):
    """What a list is narrowed to, as it stands in the address: codes and ids, never a name of a young person."""

    __tablename__ = "saved_filter"
    __table_args__ = (
        UniqueConstraint("user_id", "page", "name"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
        CheckConstraint("length(query) BETWEEN 1 AND 500", name="query_length"),
        Index("uq_saved_filter_standard", "user_id", "page", unique=True, postgresql_where=text("is_standard")),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    page: Mapped[str]  # the endpoint of the list
    name: Mapped[str]
    query: Mapped[str]
    is_standard: Mapped[bool] = mapped_column(server_default="false", default=False)  # what the list opens with
    made_at: Mapped[datetime]
