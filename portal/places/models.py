"""Monitored locations: places where youth nuisance or crime is watched over time (domain §3.5.11, SS-12).

A location is about a place, never about who stands there: it holds no names and no free text.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.db import Base, Identified, StepTaken, Tracked, Versioned, one_of

NAME_LENGTH = 80


class LocationKind(StrEnum):
    """What kind of place it is (domain §3.5.11)."""

    SQUARE = "square"
    PLAYGROUND = "playground"
    HANGOUT = "hangout"
    SCHOOL_SURROUNDINGS = "school_surroundings"
    STATION_STOP = "station_stop"
    GARAGE_BOX = "garage_box"
    PARK = "park"
    SHOPPING = "shopping"
    ONLINE = "online"


class LocationStatus(StrEnum):
    """How closely a place is watched; workflow.py says how it changes."""

    MONITORED = "monitored"
    PRIORITY = "priority"
    QUIET = "quiet"
    ENDED = "ended"


class MonitoredLocation(Identified, Tracked, Versioned, Base):
    """A place that a team watches, with who looks after it and when it is looked at again."""

    __tablename__ = "monitored_location"
    __table_args__ = (
        one_of("kind", LocationKind),
        one_of("status", LocationStatus),
        CheckConstraint(f"length(name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
        CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL)", name="ended_on"),
        Index("ix_monitored_location_team", "team_id", "status"),
        Index("ix_monitored_location_name", "name", "id"),
        Index("ix_monitored_location_owner", "owner_id"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    name: Mapped[str]
    kind: Mapped[str]
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"), index=True)
    status: Mapped[str] = mapped_column(server_default="monitored", default=LocationStatus.MONITORED)
    since_on: Mapped[date]
    ended_on: Mapped[date | None]
    review_on: Mapped[date]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))

    owner: Mapped[User] = relationship()


class LocationStep(StepTaken, Identified, Base):
    """One change in how closely a place is watched, so that the stock of any day can be counted."""

    __tablename__ = "location_step"
    __table_args__ = (
        CheckConstraint("length(note) <= 200", name="note_length"),
        Index("ix_location_step_location", "location_id", "at"),
        Index("ix_location_step_by", "by_id"),
    )

    location_id: Mapped[UUID] = mapped_column(ForeignKey("monitored_location.id"))
