"""Monitored locations: places where youth nuisance or crime is watched over time (domain §3.5.11, SS-12).

A location is about a place, never about who stands there: it holds no names and no free text. What somebody saw there
is answered by choosing.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.model import Base, Identified, StepTaken, Tracked, Versioned, one_of

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


class Headcount(StrEnum):
    """About how many were there, in the bands of a street round (domain §3.5.1)."""

    NOBODY = "0"
    UP_TO_5 = "1_5"
    UP_TO_10 = "6_10"
    UP_TO_20 = "11_20"
    MORE = "21_up"


class Atmosphere(StrEnum):
    """What it was like there (domain §3.5.1)."""

    CALM = "calm"
    BUSY = "busy"
    TENSE = "tense"
    INCIDENT = "incident"


class Sight(StrEnum):
    """What there was to see: behaviour at a place (domain §3.5.8) and the state it is in, never who."""

    GOOD = "good"  # sports, play, a talk
    NOISE = "noise"
    LITTER = "litter"
    VANDALISM = "vandalism"
    DARK = "dark"  # badly lit
    SUBSTANCE_USE = "substance_use"
    DEALING = "dealing"
    INTIMIDATION = "intimidation"
    THEFT = "theft"
    VIOLENCE = "violence"
    WEAPONS = "weapons"
    INCITEMENT = "online_incitement"


#: What somebody else has to judge: these ask for a signal.
GRAVE_AIR = (Atmosphere.TENSE, Atmosphere.INCIDENT)
GRAVE = (Sight.DEALING, Sight.INTIMIDATION, Sight.THEFT, Sight.VIOLENCE, Sight.WEAPONS, Sight.INCITEMENT)


class MonitoredLocation(Identified, Tracked, Versioned, Base):
    """A place that a team watches, with who looks after it and when it is looked at again."""

    __tablename__ = "monitored_location"
    __table_args__ = (
        UniqueConstraint("id", "team_id"),
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


class LocationShare(Identified, Tracked, Base):
    """A partner reads a place for a time, because a director said so."""

    __tablename__ = "location_share"
    __table_args__ = (
        ForeignKeyConstraint(
            ["location_id", "team_id"], ["monitored_location.id", "monitored_location.team_id"], onupdate="CASCADE"
        ),
        CheckConstraint("until BETWEEN since AND since + 366", name="period"),
        Index("ix_location_share_location", "location_id"),
        Index("ix_location_share_user", "user_id"),
    )

    location_id: Mapped[UUID]
    team_id: Mapped[UUID]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    since: Mapped[date]
    until: Mapped[date]  # the last day
    ended_at: Mapped[datetime | None]  # sooner

    user: Mapped[User] = relationship()


_SIGHTS = ", ".join(f"'{sight}'" for sight in Sight)


class Observation(Identified, Base):
    """How it was at a place when a colleague came by. Only that it was a mistake is added later."""

    __tablename__ = "location_observation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["location_id", "team_id"], ["monitored_location.id", "monitored_location.team_id"], onupdate="CASCADE"
        ),
        UniqueConstraint("by_id", "key"),
        one_of("headcount", Headcount),
        one_of("atmosphere", Atmosphere),
        CheckConstraint(f"sights <@ ARRAY[{_SIGHTS}]", name="sights"),
        Index("ix_location_observation_location", "location_id", "seen_at"),
        Index("ix_location_observation_team", "team_id", "seen_at"),
    )

    location_id: Mapped[UUID]
    team_id: Mapped[UUID]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    key: Mapped[UUID]  # of the form; sent twice is one visit
    seen_at: Mapped[datetime]
    headcount: Mapped[str]
    atmosphere: Mapped[str]
    sights: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    created_at: Mapped[datetime] = mapped_column(server_default=text("app_now()"))
    withdrawn_at: Mapped[datetime | None]  # it was a mistake; not shown or counted any more

    @property
    def grave(self) -> bool:
        """Whether somebody else has to judge what was seen."""
        return self.atmosphere in GRAVE_AIR or any(sight in GRAVE for sight in self.sights)
