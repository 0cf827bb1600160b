"""Caseload talks, what both wrote down in them, and what was agreed.

A talk never holds the name of a young person: the list is read anew while the talk is open, and only figures stay.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.model import Base, Identified, PersonalData, Tracked, Versioned, one_of
from portal.privacy.contexts import Context, InContext


class TalkStatus(StrEnum):
    """State of a talk; one that was opened and not closed ends by itself at `open_until`."""

    PLANNED = "planned"
    OPEN = "open"
    HELD = "held"
    CANCELLED = "cancelled"


class Occasion(StrEnum):
    """Why the list is opened, said when it is opened."""

    REGULAR = "regular"
    WORKLOAD = "workload"
    CHANGE = "change"  # absence, leaving, or young people who go to somebody else


class AgreementStatus(StrEnum):
    """What became of an agreement."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Talk(PersonalData, InContext, Identified, Tracked, Versioned, Base):
    """A caseload talk with one worker of one team, held by one manager or director."""

    __tablename__ = "talk"
    __table_args__ = (
        UniqueConstraint("id", "team_id"),
        one_of("status", TalkStatus),
        one_of("context", Context),
        CheckConstraint(
            "occasion IS NULL OR occasion IN ({})".format(", ".join(f"'{o}'" for o in Occasion)), name="occasion"
        ),
        CheckConstraint("worker_id <> held_by_id", name="two_people"),
        CheckConstraint(
            "(status IN ('open', 'held')) ="
            " (opened_at IS NOT NULL AND open_until IS NOT NULL AND since_on IS NOT NULL AND occasion IS NOT NULL)",
            name="opened",
        ),
        CheckConstraint("open_until > opened_at", name="open_until"),
        CheckConstraint("jsonb_typeof(figures) = 'object'", name="figures"),
        Index("uq_talk_planned", "team_id", "worker_id", unique=True, postgresql_where=text("status = 'planned'")),
        Index("uq_talk_open", "team_id", "worker_id", unique=True, postgresql_where=text("status = 'open'")),
        Index("ix_talk_worker", "worker_id", "planned_on"),
        Index("ix_talk_holder", "held_by_id", "planned_on"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    context: Mapped[str] = mapped_column(server_default="accountability", default=Context.ACCOUNTABILITY)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    held_by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    planned_on: Mapped[date]
    status: Mapped[str] = mapped_column(server_default="planned", default=TalkStatus.PLANNED)
    occasion: Mapped[str | None]
    opened_at: Mapped[datetime | None]
    open_until: Mapped[datetime | None]  # from then on the names are gone
    since_on: Mapped[date | None]  # the day of the talk before; changes are told from there
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", default=dict)  # see service.figures


class TalkNote(PersonalData, Identified, Base):
    """What one of the two wrote down. Written once: a second version stands beside the first."""

    __tablename__ = "talk_note"
    __table_args__ = (
        ForeignKeyConstraint(["talk_id", "team_id"], ["talk.id", "talk.team_id"], onupdate="CASCADE"),
        CheckConstraint("length(body) BETWEEN 1 AND 2000", name="body_length"),
        Index("ix_talk_note_talk", "talk_id", "at"),
    )

    talk_id: Mapped[UUID]
    team_id: Mapped[UUID]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]
    body: Mapped[str]


class TalkAgreement(PersonalData, Identified, Tracked, Versioned, Base):
    """Something the worker is going to do, agreed in a talk."""

    __tablename__ = "talk_agreement"
    __table_args__ = (
        ForeignKeyConstraint(["talk_id", "team_id"], ["talk.id", "talk.team_id"], onupdate="CASCADE"),
        one_of("status", AgreementStatus),
        CheckConstraint("length(what) BETWEEN 1 AND 200", name="what_length"),
        CheckConstraint("(status = 'open') = (ended_at IS NULL)", name="ended_at"),
        Index("ix_talk_agreement_talk", "talk_id", "due_on"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    talk_id: Mapped[UUID]
    team_id: Mapped[UUID]
    what: Mapped[str]
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(server_default="open", default=AgreementStatus.OPEN)
    ended_at: Mapped[datetime | None]
