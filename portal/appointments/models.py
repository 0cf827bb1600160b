"""Appointments: who meets whom, when and where, and what became of it; and the secret address of a calendar."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.model import Base, Identified, PersonalData, Tracked, Versioned, one_of
from portal.people.models import Person
from portal.privacy.contexts import Context, InContext


class AppointmentStatus(StrEnum):
    """What became of an appointment."""

    PLANNED = "planned"
    HELD = "held"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    MOVED = "moved"  # another moment took its place, or has to


class Appointment(PersonalData, InContext, Identified, Tracked, Versioned, Base):
    """One appointment of a worker. Put on another moment it stays as it was, and a new one follows it.

    All appointments of such a chain carry the id of the first as `chain_id`; to a calendar they are one event, whose
    changes `revision` counts.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        UniqueConstraint("id", "team_id"),
        one_of("status", AppointmentStatus),
        one_of("context", Context),
        CheckConstraint("ends_at > starts_at AND ends_at <= starts_at + interval '1 day'", name="length"),
        CheckConstraint("length(what) <= 120", name="what_length"),
        CheckConstraint("length(place) <= 120", name="place_length"),
        CheckConstraint("length(reason) <= 200", name="reason_length"),
        CheckConstraint("(status = 'planned') = (ended_at IS NULL)", name="ended_at"),
        Index("ix_appointment_owner", "owner_id", "starts_at"),
        Index("ix_appointment_team", "team_id", "starts_at"),
        Index("ix_appointment_planned", "starts_at", postgresql_where=text("status = 'planned'")),
        Index("ix_appointment_chain", "chain_id"),
        Index(
            "uq_appointment_successor",
            "moved_from_id",
            unique=True,
            postgresql_where=text("moved_from_id IS NOT NULL AND NOT withdrawn"),
        ),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))  # team in which the owner acts
    context: Mapped[str] = mapped_column(server_default="jv_district", default=Context.JV_DISTRICT)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    what: Mapped[str] = mapped_column(server_default="", default="")
    place: Mapped[str] = mapped_column(server_default="", default="")
    status: Mapped[str] = mapped_column(server_default="planned", default=AppointmentStatus.PLANNED)
    ended_at: Mapped[datetime | None]  # when it stopped being planned
    reason: Mapped[str] = mapped_column(server_default="", default="")  # why it was cancelled or moved
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)  # the contact that closed it
    chain_id: Mapped[UUID]
    moved_from_id: Mapped[UUID | None] = mapped_column(ForeignKey("appointment.id"))
    moves: Mapped[int] = mapped_column(server_default="0", default=0)  # how often it was moved until here
    revision: Mapped[int] = mapped_column(server_default="0", default=0)  # SEQUENCE of the event, over the chain
    withdrawn: Mapped[bool] = mapped_column(server_default="false", default=False)  # the moving was undone

    #: Who is in it, of which teams, and who goes along; kept by the database, for row-level security.
    person_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}", deferred=True)
    person_team_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}", deferred=True)
    colleague_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}", deferred=True)

    participants: Mapped[list[AppointmentParticipant]] = relationship(
        back_populates="appointment", cascade="all, delete-orphan"
    )
    colleagues: Mapped[list[AppointmentColleague]] = relationship(cascade="all, delete-orphan")


class AppointmentParticipant(PersonalData, Base):
    """A young person with whom the appointment is; carries both teams (docs/adr/0003)."""

    __tablename__ = "appointment_participant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["appointment_id", "appointment_team_id"], ["appointment.id", "appointment.team_id"], onupdate="CASCADE"
        ),
        ForeignKeyConstraint(["person_id", "person_team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        Index("ix_appointment_participant_person", "person_id"),
    )

    appointment_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    appointment_team_id: Mapped[UUID]
    person_team_id: Mapped[UUID]

    appointment: Mapped[Appointment] = relationship(back_populates="participants")
    person: Mapped[Person] = relationship()


class AppointmentColleague(Base):
    """Somebody who goes along."""

    __tablename__ = "appointment_colleague"
    __table_args__ = (Index("ix_appointment_colleague_user", "user_id"),)

    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointment.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), primary_key=True)


class CalendarFeed(Identified, Base):
    """The secret address at which somebody's calendar reads when they are taken. Only its hash is stored."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("uq_calendar_feed_open", "user_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    token_hash: Mapped[bytes] = mapped_column(deferred=True)  # not for reading: a function looks it up
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # replaced or withdrawn
    last_read_at: Mapped[datetime | None]
