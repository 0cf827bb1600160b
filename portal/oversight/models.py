"""What colleagues say about themselves, and the questions that the access log raises."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.model import Base, Identified, Versioned, one_of


class QuestionKind(StrEnum):
    """What made somebody want to ask."""

    OUTSIDE_CASELOAD = "outside_caseload"
    NIGHT = "night"
    MANY = "many"
    DECLARED_RELATION = "declared_relation"
    MANY_TALKS = "many_talks"


class Outcome(StrEnum):
    """What the answer was."""

    EXPLAINED = "explained"  # belongs to the work
    DISCUSSED = "discussed"  # talked about; it will be done differently
    REPORTED = "reported"  # handed to whoever deals with breaches


class Question(Identified, Versioned, Base):
    """One question for the privacy officer about accesses of one colleague on one day. Never a score of anybody."""

    __tablename__ = "access_question"
    __table_args__ = (
        one_of("kind", QuestionKind),
        CheckConstraint("outcome IN ('explained', 'discussed', 'reported')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("length(note) <= 500", name="note"),
        UniqueConstraint(
            "kind", "actor_id", "day", "person_id", postgresql_nulls_not_distinct=True, name="uq_access_question_once"
        ),
        Index("ix_access_question_open", "last_at", "id", postgresql_where=text("outcome IS NULL")),
    )

    kind: Mapped[str]
    actor_id: Mapped[UUID]  # no foreign key: the question outlives the account
    person_id: Mapped[UUID | None]  # when it is about one young person
    day: Mapped[date]
    events: Mapped[int]  # how many accesses it is about
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    outcome: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default="", default="")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime | None]
