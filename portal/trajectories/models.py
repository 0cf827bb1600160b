"""Trajectories: one young person's path with a credible messenger (domain §3.5.2, §3.5.3, §3.8.4)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.model import Base, Identified, PersonalData, StepTaken, Tracked, Versioned, one_of
from portal.messengers.models import CredibleMessenger, Interest, Language, some_of
from portal.people.models import Person
from portal.privacy.contexts import Context, InContext
from portal.programmes.models import ProgrammeLine


class TrajectoryKind(StrEnum):
    """TrajectoryKind (domain §3.6.3); the kinds without a messenger come with their own features."""

    CM_INDIVIDUAL = "cm_individual"


class TrajectoryStatus(StrEnum):
    """States of the machine in workflow.py (domain §3.8.4)."""

    REQUESTED = "requested"
    MATCHING = "matching"
    MATCH_PROPOSED = "match_proposed"
    READY = "ready"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDING = "ending"
    ENDED = "ended"
    REJECTED = "rejected"
    STOPPED = "stopped"


#: From here on the coordinator guides it; before that they look for a messenger.
GUIDED = (TrajectoryStatus.READY, TrajectoryStatus.ACTIVE, TrajectoryStatus.PAUSED, TrajectoryStatus.ENDING)
#: In these states a trajectory takes one of its messenger's places (domain I-10).
HOLDS_A_PLACE = (TrajectoryStatus.MATCH_PROPOSED, *GUIDED)


class EndReason(StrEnum):
    """TrajectoryEndReason (domain §3.6.3)."""

    GOALS_REACHED = "goals_reached"
    PARTLY_REACHED = "partly_reached"
    STOPPED_BY_YOUTH = "stopped_by_youth"
    STOPPED_BY_MESSENGER = "stopped_by_messenger"
    NO_CONTACT = "no_contact"
    MOVED = "moved"
    DETAINED = "detained"
    HANDED_OVER_CARE = "handed_over_care"
    UNSAFE = "unsafe"
    OTHER = "other"


class Trajectory(PersonalData, InContext, Identified, Tracked, Versioned, Base):
    """A request and what became of it; its state is the truth, its history is in trajectory_event."""

    __tablename__ = "trajectory"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        UniqueConstraint("id", "team_id"),
        UniqueConstraint("number"),
        one_of("kind", TrajectoryKind),
        one_of("status", TrajectoryStatus),
        one_of("context", Context),
        CheckConstraint(
            "end_reason IS NULL OR end_reason IN ({})".format(", ".join(f"'{r}'" for r in EndReason)), name="end_reason"
        ),
        CheckConstraint("length(request_text) BETWEEN 1 AND 1000", name="request_text_length"),
        CheckConstraint("length(wish) <= 500", name="wish_length"),
        some_of("languages", Language),
        some_of("interests", Interest),
        CheckConstraint("status NOT IN ('ended', 'stopped') OR ended_on IS NOT NULL", name="ended_on"),
        CheckConstraint(
            "status NOT IN ('match_proposed', 'ready', 'active', 'paused', 'ending') OR messenger_id IS NOT NULL",
            name="messenger",
        ),
        Index(
            "uq_trajectory_open",
            "person_id",
            "kind",
            unique=True,
            postgresql_where=text("status NOT IN ('ended', 'rejected', 'stopped')"),
        ),
        Index("ix_trajectory_coordination", "coordination_team_id", "status", "requested_at"),
        Index("ix_trajectory_team", "team_id", "status"),
        Index("ix_trajectory_messenger", "messenger_id", "status"),
        Index("ix_trajectory_person", "person_id"),
        Index("ix_trajectory_programme_line", "programme_line_id"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    number: Mapped[str]  # TRJ-2026-00001
    kind: Mapped[str] = mapped_column(server_default="cm_individual", default=TrajectoryKind.CM_INDIVIDUAL)
    context: Mapped[str] = mapped_column(server_default="voluntary_guidance", default=Context.VOLUNTARY_GUIDANCE)
    person_id: Mapped[UUID]
    team_id: Mapped[UUID]  # the young person's team
    coordination_team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))  # whose coordinators find the match
    status: Mapped[str] = mapped_column(server_default="requested", default=TrajectoryStatus.REQUESTED)
    status_since: Mapped[datetime]
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    requested_at: Mapped[datetime]
    request_text: Mapped[str]  # what the young person wants from it, in the worker's words
    wish: Mapped[str] = mapped_column(server_default="", default="")  # what kind of messenger suits, without names
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)  # one of these is nice
    interests: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)  # what they like to do
    youth_agreed_on: Mapped[date | None]
    searching_since: Mapped[datetime | None]  # since when another messenger is needed; empty before the first one
    messenger_id: Mapped[UUID | None] = mapped_column(ForeignKey("credible_messenger.id"))
    programme_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme_line.id"))  # what it is part of
    started_on: Mapped[date | None]
    planned_end_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]

    person: Mapped[Person] = relationship()
    messenger: Mapped[CredibleMessenger | None] = relationship()
    programme_line: Mapped[ProgrammeLine | None] = relationship()


class MatchStatus(StrEnum):
    """State of one proposed or made match."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class Match(PersonalData, Identified, Tracked, Versioned, Base):
    """A messenger proposed for a trajectory, and the answers of both."""

    __tablename__ = "match"
    __table_args__ = (
        ForeignKeyConstraint(["trajectory_id", "team_id"], ["trajectory.id", "trajectory.team_id"], onupdate="CASCADE"),
        one_of("status", MatchStatus),
        CheckConstraint("length(motivation) <= 1000", name="motivation_length"),
        Index(
            "uq_match_open", "trajectory_id", unique=True, postgresql_where=text("status IN ('proposed', 'accepted')")
        ),
        Index("ix_match_messenger", "messenger_id", "status"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    trajectory_id: Mapped[UUID]
    team_id: Mapped[UUID]
    messenger_id: Mapped[UUID] = mapped_column(ForeignKey("credible_messenger.id"))
    status: Mapped[str] = mapped_column(server_default="proposed", default=MatchStatus.PROPOSED)
    motivation: Mapped[str] = mapped_column(server_default="", default="")
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    proposed_at: Mapped[datetime]
    youth_ok_at: Mapped[datetime | None]
    messenger_ok_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_note: Mapped[str] = mapped_column(server_default="", default="")


class TrajectoryEvent(StepTaken, PersonalData, Identified, Base):
    """One step of a trajectory."""

    __tablename__ = "trajectory_event"
    __table_args__ = (
        ForeignKeyConstraint(["trajectory_id", "team_id"], ["trajectory.id", "trajectory.team_id"], onupdate="CASCADE"),
        CheckConstraint("length(note) <= 1000", name="note_length"),
        Index("ix_trajectory_event_trajectory", "trajectory_id", "at"),
        Index("ix_trajectory_event_by", "by_id", "at"),
        Index("uq_trajectory_event_undoes", "undoes_id", unique=True),  # a step is taken back once
    )

    trajectory_id: Mapped[UUID]
    team_id: Mapped[UUID]
    undoes_id: Mapped[UUID | None] = mapped_column(ForeignKey("trajectory_event.id"))  # the step this one took back
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # what the step changed, as it was; for taking it back
