"""What was changed in a record, from what to what."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import sealing
from portal.core.model import Base, Identified, PersonalData, one_of


class How(StrEnum):
    """What happened to it."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


class RecordChange(PersonalData, Identified, Base):
    """One field of one record about a young person, before and after; both sealed, whatever it was. Insert-only."""

    __tablename__ = "record_change"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        one_of("how", How),
        Index("ix_record_change_person", "person_id", "at"),
        Index("ix_record_change_team", "team_id", "person_id"),
        Index("ix_record_change_by", "by_id"),
    )

    person_id: Mapped[UUID] = mapped_column()
    team_id: Mapped[UUID]
    at: Mapped[datetime]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))  # nobody: the portal itself
    kind: Mapped[str]  # the table of the record
    record_id: Mapped[UUID]
    field: Mapped[str]
    how: Mapped[str]
    before_sealed: Mapped[bytes | None]
    after_sealed: Mapped[bytes | None]

    def text(self, column: str) -> str:
        """`before` or `after` as text; empty when there was nothing."""
        sealed: bytes | None = getattr(self, f"{column}_sealed")
        name = f"{column}_sealed"
        return sealing.unseal(sealed, table=self.__tablename__, column=name, row_id=self.id) if sealed else ""
