"""Credible messengers: who they are, where they work, how much room they have (domain §3.5.4)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.model import Base, Identified, PersonalData, Tracked, Versioned, one_of
from portal.privacy.contexts import Context, InContext


class MessengerStatus(StrEnum):
    """MessengerStatus (domain §3.6.3); only `active` may get new trajectories."""

    CANDIDATE = "candidate"
    IN_TRAINING = "in_training"
    CERTIFIED = "certified"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Language(StrEnum):
    """Languages besides Dutch that messengers speak and requests ask for (ISO 639 codes)."""

    ARABIC = "ar"
    BERBER = "ber"
    ENGLISH = "en"
    PAPIAMENTO = "pap"
    POLISH = "pl"
    SARNAMI = "hns"
    SPANISH = "es"
    SRANAN = "srn"
    TIGRINYA = "ti"
    TURKISH = "tr"
    TWI = "tw"


class Interest(StrEnum):
    """What somebody likes to do, to find a messenger who likes it too."""

    BOXING = "boxing"
    FOOTBALL = "football"
    FITNESS = "fitness"
    MUSIC = "music"
    DANCE = "dance"
    GAMING = "gaming"
    COOKING = "cooking"
    CREATIVE = "creative"
    TECHNIQUE = "technique"
    BUSINESS = "business"


def some_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """CHECK that an array column holds members of a StrEnum only."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} <@ ARRAY[{listed}]", name=column)


class CredibleMessenger(PersonalData, InContext, Identified, Tracked, Versioned, Base):
    """A credible messenger, in the context cm_workforce."""

    __tablename__ = "credible_messenger"
    __table_args__ = (
        one_of("status", MessengerStatus),
        one_of("context", Context),
        some_of("languages", Language),
        some_of("interests", Interest),
        CheckConstraint("max_individual BETWEEN 0 AND 8", name="max_individual"),
        CheckConstraint("length(display_name) BETWEEN 1 AND 120", name="display_name_length"),
        Index("uq_credible_messenger_user", "user_id", unique=True, postgresql_where=text("user_id IS NOT NULL")),
        Index("ix_credible_messenger_team", "team_id", "status", "sort_key"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))  # the coordinating team
    context: Mapped[str] = mapped_column(server_default="cm_workforce", default=Context.CM_WORKFORCE)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    display_name: Mapped[str]
    sort_key: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="candidate", default=MessengerStatus.CANDIDATE)
    max_individual: Mapped[int] = mapped_column(server_default="4", default=4)  # trajectories at the same time, ≤ 8
    certified_on: Mapped[date | None]
    available_from: Mapped[date | None]
    available_until: Mapped[date | None]
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)  # besides Dutch
    interests: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)

    areas: Mapped[list[MessengerArea]] = relationship(cascade="all, delete-orphan")


class MessengerArea(Base):
    """A messenger knows this area."""

    __tablename__ = "messenger_area"

    messenger_id: Mapped[UUID] = mapped_column(ForeignKey("credible_messenger.id"), primary_key=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"), primary_key=True)
