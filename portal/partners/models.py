"""The partners' directory: organisations around the work, and who to call there (domain §1.9)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.model import Base, ForPeriod, Identified, Tracked, Versioned, one_of


class PartnerKind(StrEnum):
    """Kinds of organisation that a worker calls (domain §1.9); none of them needs an account for it."""

    DISTRICT_TEAM = "district_team"
    SAFETY_HOUSE = "safety_house"
    POLICE = "police"
    PUBLIC_HEALTH = "public_health"
    SOCIAL_TEAM = "social_team"
    SCHOOL = "school"
    CARE = "care"
    YOUTH_WORK = "youth_work"
    SPORT = "sport"
    HOUSING = "housing"
    CITIZENS = "citizens"
    ALLIANCE = "alliance"
    OTHER = "other"


class Post(StrEnum):
    """What somebody does there for us."""

    LIAISON = "liaison"  # GGD verbindingsfunctionaris
    SCHOOL_LIAISON = "school_liaison"  # schoolcontactpersoon
    ACTION_TEAM = "action_team"  # Wijk Actie Team
    OFFICER = "officer"  # wijkagent
    AREA_BROKER = "area_broker"  # gebiedsmakelaar
    COUNSELLOR = "counsellor"  # zorgcoördinator of hulpverlener
    COACH = "coach"
    BOARD = "board"  # of a citizens' initiative
    OTHER = "other"


class Partner(Identified, Tracked, Versioned, Base):
    """An organisation in the directory; about nobody."""

    __tablename__ = "partner"
    __table_args__ = (
        UniqueConstraint("name"),
        one_of("kind", PartnerKind),
        CheckConstraint("length(name) BETWEEN 1 AND 120", name="name_length"),
        CheckConstraint("length(about) <= 500", name="about_length"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    name: Mapped[str]
    sort_key: Mapped[str]
    kind: Mapped[str]
    about: Mapped[str] = mapped_column(server_default="", default="")  # what one can turn to them for
    phone: Mapped[str] = mapped_column(server_default="", default="")
    email: Mapped[str] = mapped_column(server_default="", default="")
    active: Mapped[bool] = mapped_column(server_default="true", default=True)

    contacts: Mapped[list[PartnerContact]] = relationship(back_populates="partner", order_by="PartnerContact.sort_key")


class PartnerContact(ForPeriod, Identified, Tracked, Versioned, Base):
    """A professional at a partner, in their work: for which stadsdeel, for which period, and when that was checked."""

    __tablename__ = "partner_contact"
    __table_args__ = (
        one_of("post", Post),
        CheckConstraint("length(name) BETWEEN 1 AND 120", name="name_length"),
        CheckConstraint("valid_until >= valid_from", name="period"),
        CheckConstraint("phone <> '' OR email <> ''", name="reachable"),
        Index("ix_partner_contact_partner", "partner_id"),
        Index("ix_partner_contact_area", "area_code"),
        Index("ix_partner_contact_checked_by", "checked_by"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partner.id"))
    name: Mapped[str]
    sort_key: Mapped[str]
    post: Mapped[str]
    area_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"))  # stadsdeel; empty is the whole city
    phone: Mapped[str] = mapped_column(server_default="", default="")
    email: Mapped[str] = mapped_column(server_default="", default="")
    checked_on: Mapped[date]
    checked_by: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))

    partner: Mapped[Partner] = relationship(back_populates="contacts")
    checker: Mapped[User] = relationship(foreign_keys=[checked_by])
