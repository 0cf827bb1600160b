"""Young people in view (jongere in beeld, domain §3.3, §3.8.2): proposed, decided, reviewed, objected to, ended."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.model import Base, Identified, PersonalData, StepTaken, Tracked, Versioned, one_of
from portal.people.models import Person
from portal.privacy.contexts import Context, InContext

#: How long one part of a reason, a motivation or somebody's own words may be.
LONGEST = 2000


class ViewStatus(StrEnum):
    """States of the machine in workflow.py (domain §3.8.2)."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    TRANSFER_PENDING = "transfer_pending"
    UNDER_OBJECTION = "under_objection"
    ENDED = "ended"


#: Decided and not over: what "in beeld" means, in lists and in figures.
IN_VIEW = (ViewStatus.ACTIVE, ViewStatus.SUSPENDED, ViewStatus.TRANSFER_PENDING, ViewStatus.UNDER_OBJECTION)


class ViewEndReason(StrEnum):
    """ViewEndReason (domain §3.6.2), and a proposal that was not followed."""

    GOALS_REACHED = "goals_reached"
    NO_LONGER_NEEDED = "no_longer_needed"
    MOVED = "moved"
    TRANSFERRED = "transferred"
    ADULT_OUT_OF_SCOPE = "adult_out_of_scope"
    UNLAWFUL = "unlawful"
    DECEASED = "deceased"
    OBJECTION_UPHELD = "objection_upheld"
    NOT_REGISTERED = "not_registered"


class SourceKind(StrEnum):
    """What a proposal rests on (domain I-13)."""

    SIGNAL = "signal"
    NOMINATION = "nomination"


class CaseLevel(StrEnum):
    """At which level the young person is worked with (domain §3.6.2)."""

    DISTRICT = "district"
    IN_BETWEEN = "in_between"
    CITY = "city"


class Side(StrEnum):
    """Whom a letter is for, or whose words these are."""

    YOUTH = "youth"
    GUARDIAN = "guardian"


class LetterKind(StrEnum):
    """What a letter says."""

    INFORMATION = "information"
    ENDING = "ending"


#: The parts of a reason, in the order in which they are answered: the young person's interest before the worry.
REASON = ("best_interest", "concern", "facts", "fact_source", "expected", "proportionality", "alternatives")


class YouthInView(PersonalData, InContext, Identified, Tracked, Versioned, Base):
    """One decision to keep a young person in view in one stadsdeel. Holds no score and no order (domain §0.3).

    After an objection that was right only the dates, the stadsdeel and the reason of ending stay: no young person.
    """

    __tablename__ = "youth_in_view"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        UniqueConstraint("id", "team_id"),
        UniqueConstraint("number"),
        one_of("context", Context),
        one_of("status", ViewStatus),
        one_of("source_kind", SourceKind),
        one_of("level", CaseLevel),
        CheckConstraint(
            "end_reason IN ({})".format(", ".join(f"'{reason}'" for reason in ViewEndReason)), name="end_reason"
        ),
        *(CheckConstraint(f"length({part}) <= {LONGEST}", name=f"{part}_length") for part in REASON),
        CheckConstraint("length(nominated_by) <= 120", name="nominated_by_length"),
        CheckConstraint(
            "stripped_at IS NOT NULL OR (source_kind = 'signal' AND source_signal_id IS NOT NULL)"
            " OR (source_kind = 'nomination' AND nominated_by <> '')",
            name="source",
        ),
        CheckConstraint("decided_by <> proposed_by", name="other_decider"),
        CheckConstraint(
            "status NOT IN ('active', 'suspended', 'transfer_pending', 'under_objection')"
            " OR (registered_on IS NOT NULL AND decided_by IS NOT NULL AND next_review_on IS NOT NULL)",
            name="decided",
        ),
        CheckConstraint("(status = 'ended') = (ended_on IS NOT NULL AND end_reason IS NOT NULL)", name="ended"),
        CheckConstraint("ended_on >= registered_on", name="period"),
        CheckConstraint("(status = 'transfer_pending') = (transfer_team_id IS NOT NULL)", name="transfer"),
        CheckConstraint("(transfer_team_id IS NULL) = (transfer_stadsdeel IS NULL)", name="transfer_whole"),
        CheckConstraint("(status = 'under_objection') = (objection_due_on IS NOT NULL)", name="objection"),
        CheckConstraint("(person_id IS NULL) = (stripped_at IS NOT NULL)", name="stripped"),
        CheckConstraint("stripped_at IS NULL OR status = 'ended'", name="stripped_when_ended"),
        CheckConstraint("review_no >= 0 AND longer_review_no > 4", name="review_no"),
        Index(
            "uq_youth_in_view_open",
            "person_id",
            "stadsdeel_code",
            unique=True,
            postgresql_where=text("status <> 'ended'"),
        ),
        Index("ix_youth_in_view_person", "person_id"),
        Index("ix_youth_in_view_team", "team_id", "status", "next_review_on"),
        Index("ix_youth_in_view_review", "next_review_on", postgresql_where=text("status <> 'ended'")),
        Index("ix_youth_in_view_letter", "letter_due_on", postgresql_where=text("letter_due_on IS NOT NULL")),
        Index("ix_youth_in_view_transfer", "transfer_team_id", postgresql_where=text("transfer_team_id IS NOT NULL")),
        Index("ix_youth_in_view_objection", "status", postgresql_where=text("status = 'under_objection'")),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    number: Mapped[str]  # JIB-2026-00001
    context: Mapped[str] = mapped_column(server_default="jv_district", default=Context.JV_DISTRICT)
    person_id: Mapped[UUID | None]
    team_id: Mapped[UUID]  # the young person's team
    stadsdeel_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    status: Mapped[str] = mapped_column(server_default="proposed", default=ViewStatus.PROPOSED)
    level: Mapped[str] = mapped_column(server_default="district", default=CaseLevel.DISTRICT)
    best_interest: Mapped[str]  # belang van de jongere, answered before anything about safety (IVRK art. 3)
    concern: Mapped[str]
    facts: Mapped[str]  # what was seen or heard
    fact_source: Mapped[str]  # by whom, without names
    expected: Mapped[str]  # what is to come of it
    proportionality: Mapped[str]  # why this much
    alternatives: Mapped[str]  # what was tried that asks less
    source_kind: Mapped[str]
    source_signal_id: Mapped[UUID | None]  # no key: signals are a feature above this one
    nominated_by: Mapped[str] = mapped_column(server_default="", default="")  # an organisation, never a person
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    proposed_on: Mapped[date]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    registered_on: Mapped[date | None]  # in view since
    assigned_worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    care_partner_org_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))  # under twelve (I-15)
    next_review_on: Mapped[date | None]
    review_no: Mapped[int] = mapped_column(server_default="0", default=0)  # reviews held so far
    longer_review_no: Mapped[int | None]  # the review after the fourth that a manager allowed
    letter_due_on: Mapped[date | None]  # of the information letter, until all of them are sent
    transfer_team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    transfer_stadsdeel: Mapped[str | None] = mapped_column(ForeignKey("area.code"))
    objection_due_on: Mapped[date | None]  # until when an objection is decided on
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    stripped_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(viewonly=True)


def _of_view() -> ForeignKeyConstraint:
    """To the view, with its team."""
    return ForeignKeyConstraint(
        ["view_id", "team_id"], ["youth_in_view.id", "youth_in_view.team_id"], onupdate="CASCADE"
    )


class InViewStep(StepTaken, PersonalData, Identified, Base):
    """One step of a view; its note goes when the view is stripped."""

    __tablename__ = "in_view_step"
    __table_args__ = (
        _of_view(),
        CheckConstraint(f"length(note) <= {LONGEST}", name="note_length"),
        Index("ix_in_view_step_view", "view_id", "at"),
        Index("ix_in_view_step_at", "at"),
    )

    view_id: Mapped[UUID]
    team_id: Mapped[UUID]


class InViewReview(PersonalData, Identified, Tracked, Base):
    """The question after half a year whether it is still needed, with what the young person thinks of it."""

    __tablename__ = "in_view_review"
    __table_args__ = (
        _of_view(),
        UniqueConstraint("view_id", "review_no"),
        CheckConstraint("outcome IN ('continue', 'end')", name="outcome"),
        *(
            CheckConstraint(f"length({part}) <= {LONGEST}", name=f"{part}_length")
            for part in ("motivation", "youth_voice", "guardian_voice")
        ),
        Index("ix_in_view_review_due", "team_id", "due_on"),
    )

    view_id: Mapped[UUID]
    team_id: Mapped[UUID]
    review_no: Mapped[int]
    due_on: Mapped[date]  # when it had to be done
    held_on: Mapped[date]
    held_by: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    outcome: Mapped[str]
    motivation: Mapped[str]
    youth_voice: Mapped[str]
    guardian_voice: Mapped[str] = mapped_column(server_default="", default="")


class InViewLetter(PersonalData, Identified, Tracked, Versioned, Base):
    """A letter that has to go out: who must hear what by when, and that it was given or posted."""

    __tablename__ = "in_view_letter"
    __table_args__ = (
        _of_view(),
        UniqueConstraint("view_id", "kind", "side"),
        one_of("kind", LetterKind),
        one_of("side", Side),
        CheckConstraint("way IN ('by_hand', 'post')", name="way"),
        CheckConstraint("num_nulls(sent_on, sent_by, way) IN (0, 3)", name="sent"),
        CheckConstraint("num_nulls(delayed_until, delay_asked_by) IN (0, 2)", name="delay"),
        CheckConstraint("delayed_until > due_on", name="delayed_until"),
        CheckConstraint("num_nulls(delay_allowed_by, delay_allowed_at) IN (0, 2)", name="delay_allowed"),
        CheckConstraint("delay_allowed_by <> delay_asked_by", name="other_allows"),
        CheckConstraint("length(delay_reason) <= 500", name="delay_reason_length"),
        Index("ix_in_view_letter_open", "team_id", "due_on", postgresql_where=text("sent_on IS NULL")),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    view_id: Mapped[UUID]
    team_id: Mapped[UUID]
    kind: Mapped[str]
    side: Mapped[str]
    due_on: Mapped[date]
    sent_on: Mapped[date | None]
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    way: Mapped[str | None]
    delay_reason: Mapped[str] = mapped_column(server_default="", default="")
    delayed_until: Mapped[date | None]
    delay_asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    delay_allowed_by: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    delay_allowed_at: Mapped[datetime | None]


class InViewStatement(PersonalData, Identified, Tracked, Base):
    """What the young person or a parent says about it, in their own words."""

    __tablename__ = "in_view_statement"
    __table_args__ = (
        _of_view(),
        one_of("side", Side),
        CheckConstraint(f"length(body) <= {LONGEST}", name="body_length"),
        Index("ix_in_view_statement_view", "view_id", "said_on"),
    )

    view_id: Mapped[UUID]
    team_id: Mapped[UUID]
    side: Mapped[str]  # whose words
    said_on: Mapped[date]
    body: Mapped[str]
    written_by: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
