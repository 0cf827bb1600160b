"""The summary of the city: figures as a nightly task found them. Numbers per worker, no young people."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.model import Base, Identified


class FigureRun(Base):
    """One making of the summary; the newest is the one that is shown, older ones are removed."""

    __tablename__ = "figure_run"

    day: Mapped[date] = mapped_column(primary_key=True)  # the civil date whose figures it holds
    made_at: Mapped[datetime] = mapped_column(server_default=text("app_now()"))


class FigureValue(Identified, Base):
    """One row of one statement of figures, as it was then."""

    __tablename__ = "figure_value"
    __table_args__ = (
        UniqueConstraint("day", "period", "statement", "team_id", "worker_id", postgresql_nulls_not_distinct=True),
    )

    day: Mapped[date] = mapped_column(ForeignKey("figure_run.day", ondelete="CASCADE"))
    period: Mapped[str]  # a name of periods.NAMED; empty for what stands as of the day
    statement: Mapped[str]  # name of its function in portal.reports.figures
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), index=True)
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"), index=True)  # None: nobody assigned
    numbers: Mapped[dict[str, int | None]] = mapped_column(JSONB)  # the other columns of the row
