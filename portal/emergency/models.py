"""Emergency access (noodtoegang): an hour of reading outside one's reach, and what was thought of it afterwards."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import sealing
from portal.core.model import Base, Identified, PersonalData, one_of
from portal.privacy.contexts import Context, InContext


class Need(StrEnum):
    """Why it cannot wait."""

    DANGER = "danger"
    INCIDENT = "incident"
    UNREACHABLE = "unreachable"


class Outcome(StrEnum):
    """What the privacy officer thinks of it."""

    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"
    FOLLOW_UP = "follow_up"


class EmergencyAccess(PersonalData, InContext, Identified, Base):
    """One use. The reading right itself is a row in access_grant with the same end; this is the account of it."""

    __tablename__ = "emergency_access"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        one_of("need", Need),
        one_of("context", Context),
        CheckConstraint("outcome IN ('justified', 'unjustified', 'follow_up')", name="outcome"),
        CheckConstraint("ends_at > started_at AND ends_at <= started_at + INTERVAL '60 minutes'", name="period"),
        CheckConstraint("stopped_at BETWEEN started_at AND ends_at", name="stopped"),
        CheckConstraint(
            "num_nulls(outcome, reviewed_at, reviewed_by, note_sealed) IN (0, 4)", name="reviewed_as_a_whole"
        ),
        CheckConstraint("reviewed_by <> user_id", name="other_reviewer"),
        Index("ix_emergency_access_person", "person_id", "team_id"),
        Index("ix_emergency_access_user", "user_id", "started_at"),
        Index("ix_emergency_access_reviewed_by", "reviewed_by"),
        Index("ix_emergency_access_team", "team_id", "started_at"),
        Index("ix_emergency_access_open", "started_at", postgresql_where=text("outcome IS NULL")),
    )

    person_id: Mapped[UUID]
    team_id: Mapped[UUID]  # the young person's team
    context: Mapped[str] = mapped_column(server_default="accountability", default=Context.ACCOUNTABILITY)
    kenmerk: Mapped[str]  # the pseudonym: who reviews it does not see the name
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    need: Mapped[str]
    reason_sealed: Mapped[bytes]
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]  # by its user, before the end
    outcome: Mapped[str | None]
    note_sealed: Mapped[bytes | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))

    @property
    def reason(self) -> str:
        """What its user wrote."""
        return sealing.unseal(self.reason_sealed, table=self.__tablename__, column="reason_sealed", row_id=self.id)

    @property
    def note(self) -> str:
        """What the privacy officer wrote; empty before the review."""
        if self.note_sealed is None:
            return ""
        return sealing.unseal(self.note_sealed, table=self.__tablename__, column="note_sealed", row_id=self.id)

    @property
    def until(self) -> datetime:
        """When the reading right ended or will end."""
        return self.stopped_at or self.ends_at
