"""The register of youth groups: a neutral code and what they are like, without members (domain §3.5.7).

Who is in a group is not held here: names come only in an approach, from step 2B of the seven steps.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.model import Base, Identified, Tracked, Versioned, one_of
from portal.programmes.models import Enrolment

MOST_AREAS = 10


class SizeBand(StrEnum):
    """How many there usually are, in the bands of a street round (domain §3.5.1)."""

    UP_TO_5 = "1_5"
    UP_TO_10 = "6_10"
    UP_TO_20 = "11_20"
    MORE = "21_up"


class AgeBand(StrEnum):
    """How old most of them are (domain §5.1)."""

    FROM_8 = "8_11"
    FROM_12 = "12_13"
    FROM_14 = "14_15"
    FROM_16 = "16_17"
    FROM_18 = "18_22"
    FROM_23 = "23_27"


class YouthGroup(Identified, Tracked, Versioned, Base):
    """A group of young people as a team knows it: by a code, never by a name."""

    __tablename__ = "youth_group"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("id", "team_id"),
        one_of("size_band", SizeBand),
        one_of("age_band", AgeBand),
        Index("ix_youth_group_team", "team_id", "code"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    code: Mapped[str]  # T-2026-03: stadsdeel, year, number
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    area_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    size_band: Mapped[str]
    age_band: Mapped[str]
    online: Mapped[bool] = mapped_column(server_default="false", default=False)
    fluid: Mapped[bool] = mapped_column(server_default="false", default=False)  # who is there changes all the time


# What a group is enrolled in leads to the group. Said here: programmes lie below groups and know nothing of them.
Base.metadata.tables[Enrolment.__tablename__].append_constraint(
    ForeignKeyConstraint(["group_id", "team_id"], ["youth_group.id", "youth_group.team_id"], onupdate="CASCADE")
)
