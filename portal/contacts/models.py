"""Contact moments (domain §3.5.1, §3.6.1), their corrections, and the follow-ups that come out of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.model import Base, Identified, PersonalData, Tracked, Versioned, one_of
from portal.people.models import Person
from portal.privacy.contexts import Context, InContext
from portal.privacy.sources import Source


class Channel(StrEnum):
    """ContactChannel."""

    STREET = "street"
    YOUTH_CENTRE = "youth_centre"
    HOME_VISIT = "home_visit"
    SCHOOL = "school"
    PHONE = "phone"
    CHAT = "chat"
    VIDEO = "video"
    ONLINE_PLATFORM = "online_platform"
    SPORT = "sport"
    HOMEBASE = "homebase"
    DETENTION_VISIT = "detention_visit"
    MEETING = "meeting"


class Result(StrEnum):
    """ContactResult."""

    REACHED = "reached"
    BRIEF = "brief"
    NOT_REACHED = "not_reached"
    NO_SHOW = "no_show"
    DECLINED = "declined"
    RESCHEDULED = "rescheduled"
    THIRD_PARTY = "third_party"
    SEEN_ONLY = "seen_only"
    HANDED_OVER = "handed_over"


#: These count as effective contact (geslaagd contact); the rest are attempts (domain §3.6.1).
EFFECTIVE = (Result.REACHED, Result.BRIEF, Result.HANDED_OVER)


class ContactPurpose(StrEnum):
    """What the contact was for: zicht, verbinding, hulp."""

    VIEW = "view"
    CONNECTION = "connection"
    HELP = "help"


class Confidentiality(StrEnum):
    """Who may read the note."""

    TEAM = "team"  # own team: the workers assigned to this young person
    CASE_TEAM = "case_team"  # also the team's director and those in the trajectory
    SHARED_COVENANT = "shared_covenant"  # also partners under the covenant


class Contact(PersonalData, InContext, Identified, Tracked, Versioned, Base):
    """One contact moment or attempt, by one worker, with one or more young people."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("id", "team_id"),
        UniqueConstraint("worker_id", "idempotency_key"),  # a form sent twice is one contact
        one_of("channel", Channel),
        one_of("result", Result),
        one_of("purpose", ContactPurpose),
        one_of("confidentiality", Confidentiality),
        one_of("source", Source),
        one_of("context", Context),
        CheckConstraint("length(note) <= 1500", name="note_length"),
        CheckConstraint("length(place) <= 120", name="place_length"),
        CheckConstraint("duration_min BETWEEN 0 AND 1440", name="duration_min"),
        CheckConstraint("headcount BETWEEN 1 AND 999", name="headcount"),
        Index("ix_contact_team_occurred", "team_id", "occurred_at", "id"),
        Index("ix_contact_worker_occurred", "worker_id", "occurred_at"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))  # team in which the worker acted
    context: Mapped[str] = mapped_column(server_default="jv_district", default=Context.JV_DISTRICT)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    trajectory_id: Mapped[UUID | None] = mapped_column(ForeignKey("trajectory.id"), index=True)
    occurred_at: Mapped[datetime]
    duration_min: Mapped[int | None]  # minutes
    headcount: Mapped[int | None]  # young people present in all, the named ones among them; None: only those
    channel: Mapped[str]
    result: Mapped[str]
    purpose: Mapped[str]
    place: Mapped[str] = mapped_column(server_default="", default="")
    note: Mapped[str] = mapped_column(server_default="", default="")
    described: Mapped[bool] = mapped_column(Computed("note <> ''", persisted=False), deferred=True)  # for counting
    confidentiality: Mapped[str] = mapped_column(server_default="team", default=Confidentiality.TEAM)
    source: Mapped[str] = mapped_column(server_default="street", default=Source.STREET)  # from whom this is known
    idempotency_key: Mapped[UUID]

    #: Who is in it, and of which teams; the database keeps these equal to the participants, for row-level security.
    person_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}", deferred=True)
    person_team_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}", deferred=True)

    participants: Mapped[list[ContactParticipant]] = relationship(
        back_populates="contact", cascade="all, delete-orphan"
    )
    corrections: Mapped[list[ContactCorrection]] = relationship(
        viewonly=True, order_by=lambda: (ContactCorrection.at, ContactCorrection.id)
    )


class ContactParticipant(PersonalData, Base):
    """A young person took part in a contact; carries both teams (docs/adr/0003)."""

    __tablename__ = "contact_participant"
    __table_args__ = (
        ForeignKeyConstraint(["contact_id", "contact_team_id"], ["contact.id", "contact.team_id"], onupdate="CASCADE"),
        ForeignKeyConstraint(["person_id", "person_team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        Index("ix_contact_participant_person", "person_id", "occurred_at", "contact_id"),
        Index("ix_contact_participant_team", "person_team_id", "occurred_at"),
    )

    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_team_id: Mapped[UUID]
    person_team_id: Mapped[UUID]
    occurred_at: Mapped[datetime]  # copy of the contact's, so that a timeline is one index walk

    contact: Mapped[Contact] = relationship(back_populates="participants")
    person: Mapped[Person] = relationship()


class ContactCorrection(PersonalData, Identified, Base):
    """What its author put right in a contact after the term: both versions of the fields concerned (domain I-11).

    Made once and never changed, but for the moment at which a director of the team saw it.
    """

    __tablename__ = "contact_correction"
    __table_args__ = (
        ForeignKeyConstraint(["contact_id", "team_id"], ["contact.id", "contact.team_id"], onupdate="CASCADE"),
        CheckConstraint("length(reason) BETWEEN 10 AND 500", name="reason_length"),
        CheckConstraint("before <> '{}' AND jsonb_typeof(before) = 'object'", name="before"),
        CheckConstraint("after <> before AND jsonb_typeof(after) = 'object'", name="after"),
        CheckConstraint("(seen_at IS NULL) = (seen_by_id IS NULL)", name="seen"),
        Index("ix_contact_correction_contact", "contact_id", "at"),
        Index("ix_contact_correction_team_at", "team_id", "at"),
    )

    contact_id: Mapped[UUID]
    team_id: Mapped[UUID]
    at: Mapped[datetime]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    reason: Mapped[str]
    before: Mapped[dict[str, str]] = mapped_column(JSONB)  # field → value as text, moments as ISO 8601 in UTC
    after: Mapped[dict[str, str]] = mapped_column(JSONB)  # the same fields
    #: Of the contact, for row-level security.
    person_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}", deferred=True)
    person_team_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), server_default="{}", deferred=True)
    seen_at: Mapped[datetime | None]
    seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))


class FollowUpStatus(StrEnum):
    """State of a follow-up."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class FollowUpKind(StrEnum):
    """What has to be done."""

    CONTACT = "contact"
    CALL = "call"
    PROMISE = "promise"
    PROPOSE = "propose"  # that the young person comes in view; ends by itself with the proposal


class Outcome(StrEnum):
    """What came of a promise (domain §3.4)."""

    KEPT = "kept"
    PARTLY = "partly"
    NOT_KEPT = "not_kept"
    WITHDRAWN = "withdrawn"


class FollowUp(PersonalData, InContext, Identified, Tracked, Versioned, Base):
    """The next step with a young person: what, by whom, on which day. Its reminders are computed from this row.

    A promise is one of them, made by `created_by`. It stays open until the young person was told what came of it
    (domain I-19), also when that is known already.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        one_of("status", FollowUpStatus),
        one_of("kind", FollowUpKind),
        one_of("outcome", Outcome),
        one_of("context", Context),
        one_of("source", Source),
        CheckConstraint("kind = 'promise' OR outcome IS NULL", name="outcome_of_promise"),
        CheckConstraint("kind <> 'promise' OR status <> 'cancelled'", name="promise_answered"),
        CheckConstraint("(told_on IS NOT NULL) = (kind = 'promise' AND status = 'done')", name="told_on"),
        CheckConstraint("told_on IS NULL OR outcome IS NOT NULL", name="told_what"),
        CheckConstraint("kind <> 'promise' OR what <> ''", name="promise_what"),
        CheckConstraint("length(what) <= 120", name="what_length"),
        CheckConstraint("length(end_note) <= 200", name="end_note_length"),
        CheckConstraint("(status = 'done') = (done_at IS NOT NULL)", name="done_at"),
        Index("ix_follow_up_assignee", "assignee_id", "due_on", postgresql_where=text("status = 'open'")),
        Index("ix_follow_up_due", "due_on", "id", postgresql_where=text("status = 'open'")),
        Index("ix_follow_up_person", "person_id", "status"),
        Index("ix_follow_up_team", "team_id", "due_on"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    person_id: Mapped[UUID]
    team_id: Mapped[UUID]
    context: Mapped[str] = mapped_column(server_default="jv_district", default=Context.JV_DISTRICT)
    source: Mapped[str] = mapped_column(server_default="street", default=Source.STREET)  # that of its contact
    contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)  # the contact it came out of
    assignee_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    kind: Mapped[str] = mapped_column(server_default="contact", default=FollowUpKind.CONTACT)
    what: Mapped[str] = mapped_column(server_default="", default="")
    due_on: Mapped[date]  # civil date in Amsterdam
    status: Mapped[str] = mapped_column(server_default="open", default=FollowUpStatus.OPEN)
    done_at: Mapped[datetime | None]
    done_by_contact_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact.id"), index=True)
    end_note: Mapped[str] = mapped_column(server_default="", default="")  # why it was closed without a contact
    outcome: Mapped[str | None]  # of a promise
    told_on: Mapped[date | None]  # the civil date on which the young person was told what came of the promise

    person: Mapped[Person] = relationship()
