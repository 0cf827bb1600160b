"""Programmes: what the city does about it, by whom, where, and what was learned (domain §1.1, §3.6.6)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Organisation, User
from portal.core.model import Base, ForPeriod, Identified, PersonalData, StepTaken, Tracked, Versioned, one_of
from portal.people.models import Person
from portal.privacy.contexts import Context, InContext


class ThemeLine(StrEnum):
    """ThemeLine (domain §3.6.6, SS-01)."""

    MONEY = "money"
    VIOLENCE = "violence"
    NEIGHBOURHOODS = "neighbourhoods"


class PmgLine(StrEnum):
    """The three lines of Preventie met Gezag (SS-06); a line of any programme may count for one of them."""

    PREVENTION_PERSPECTIVE = "prevention_perspective"
    BREAK_CAREERS = "break_careers"
    CONTEXTUAL_NETWORKS = "contextual_networks"


class EvidenceStatus(StrEnum):
    """How much is known about whether it works (domain §3.6.6)."""

    EVIDENCE_BASED = "evidence_based"
    EVIDENCE_INFORMED = "evidence_informed"
    PROMISING = "promising"
    NONE = "none"


class Goal(StrEnum):
    """Which of the two goals a programme serves (SS-04)."""

    FEWER_ENTRANTS = "fewer_entrants"
    BREAK_CAREERS = "break_careers"


#: In which contexts young people can be enrolled: early action in the district, or of their own free will.
ENROLS_IN = (Context.JV_DISTRICT, Context.VOLUNTARY_GUIDANCE)
#: The same, and the one in which groups are: they say no yes, so that a director decides.
ENROLMENT_CONTEXTS = (*ENROLS_IN, Context.GROUP_APPROACH)
#: The ages that Preventie met Gezag is for nationally; a programme may say otherwise (domain §2.4).
YOUNGEST, OLDEST = 8, 27


class Programme(Identified, Tracked, Versioned, Base):
    """A programme with its owner and its plan. About nobody: who takes part is in `enrolment`."""

    __tablename__ = "programme"
    __table_args__ = (
        UniqueConstraint("name"),
        one_of("theme_line", ThemeLine),
        one_of("goal", Goal),
        one_of("evidence", EvidenceStatus),
        CheckConstraint("context IN ({})".format(", ".join(f"'{each}'" for each in ENROLS_IN)), name="context"),
        CheckConstraint("length(name) BETWEEN 1 AND 120", name="name_length"),
        CheckConstraint("length(aim) BETWEEN 1 AND 1000", name="aim_length"),
        CheckConstraint("length(plan_text) <= 4000", name="plan_text_length"),
        CheckConstraint("length(why_new) <= 1000", name="why_new_length"),
        CheckConstraint("builds_on_id IS NOT NULL OR why_new <> ''", name="why_new"),
        CheckConstraint("builds_on_id <> id", name="builds_on_another"),
        CheckConstraint("age_from BETWEEN 0 AND age_until AND age_until <= 99", name="ages"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        Index("ix_programme_organisation", "organisation_id"),
        Index("ix_programme_owner", "owner_id"),
        Index("ix_programme_builds_on", "builds_on_id"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    name: Mapped[str]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))  # the person who answers for it
    context: Mapped[str]  # in which young people are enrolled; fixed from the start
    aim: Mapped[str]  # what it does, for whom
    theme_line: Mapped[str] = mapped_column(server_default="neighbourhoods", default=ThemeLine.NEIGHBOURHOODS)
    goal: Mapped[str]
    evidence: Mapped[str]
    age_from: Mapped[int]
    age_until: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    plan_text: Mapped[str] = mapped_column(server_default="", default="")
    plan_url: Mapped[str] = mapped_column(server_default="", default="")
    alliances: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)
    builds_on_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"))
    why_new: Mapped[str] = mapped_column(server_default="", default="")  # why no existing one was strengthened (SS-08)

    organisation: Mapped[Organisation] = relationship()
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])
    builds_on: Mapped[Programme | None] = relationship(remote_side="Programme.id")
    lines: Mapped[list[ProgrammeLine]] = relationship(order_by="ProgrammeLine.position, ProgrammeLine.name")
    focus_areas: Mapped[list[FocusArea]] = relationship(order_by="FocusArea.valid_from, FocusArea.area_code")

    def runs_on(self, day: date) -> bool:
        """Whether the programme runs on this civil date."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


class ProgrammeLine(Identified, Tracked, Versioned, Base):
    """A line of work within a programme."""

    __tablename__ = "programme_line"
    __table_args__ = (
        UniqueConstraint("programme_id", "name"),
        UniqueConstraint("id", "programme_id"),
        CheckConstraint("pmg_line IN ({})".format(", ".join(f"'{each}'" for each in PmgLine)), name="pmg_line"),
        CheckConstraint("length(name) BETWEEN 1 AND 120", name="name_length"),
        CheckConstraint("length(about) <= 500", name="about_length"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    name: Mapped[str]
    about: Mapped[str] = mapped_column(server_default="", default="")
    pmg_line: Mapped[str | None]
    for_people: Mapped[bool] = mapped_column(server_default="true", default=True)  # else for groups and places only
    position: Mapped[int]  # in which order the lines are named
    active: Mapped[bool] = mapped_column(server_default="true", default=True)

    programme: Mapped[Programme] = relationship(back_populates="lines")


class FocusArea(ForPeriod, Identified, Tracked, Versioned, Base):
    """A programme looks at this area first, for a period."""

    __tablename__ = "programme_focus_area"
    __table_args__ = (
        CheckConstraint("valid_until >= valid_from", name="period"),
        ExcludeConstraint(
            ("programme_id", "="),
            ("area_code", "="),
            (func.daterange(text("valid_from"), text("valid_until"), "[]"), "&&"),
            name="ex_programme_focus_area_period",
            using="gist",
        ),
        Index("ix_programme_focus_area_programme", "programme_id", "valid_from"),
        Index("ix_programme_focus_area_area", "area_code"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]


class JournalEntry(Identified, Tracked, Base):
    """What was seen and what was decided: a programme that learns (domain §2.4). Added, never changed."""

    __tablename__ = "programme_journal_entry"
    __table_args__ = (
        CheckConstraint("length(saw) BETWEEN 1 AND 2000", name="saw_length"),
        CheckConstraint("length(decided) <= 1000", name="decided_length"),
        Index("ix_programme_journal_entry_programme", "programme_id", "seen_on"),
        Index("ix_programme_journal_entry_by", "by_id"),
    )

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    seen_on: Mapped[date]
    saw: Mapped[str]
    decided: Mapped[str] = mapped_column(server_default="", default="")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))

    by: Mapped[User] = relationship(foreign_keys=[by_id])


class EnrolmentStatus(StrEnum):
    """States of the machine in workflow.py."""

    PROPOSED = "proposed"
    ENROLLED = "enrolled"
    ENDED = "ended"
    DECLINED = "declined"


class EndReason(StrEnum):
    """Why somebody is no longer in a programme; the last one is given by the calendar, never by a person."""

    GOALS_REACHED = "goals_reached"
    OWN_WISH = "own_wish"
    OTHER_HELP = "other_help"
    MOVED = "moved"
    NOT_FITTING = "not_fitting"
    OTHER = "other"
    PERIOD_OVER = "period_over"


#: Those that can be said of a group.
GROUP_END_REASONS = frozenset({EndReason.GOALS_REACHED, EndReason.OTHER_HELP, EndReason.NOT_FITTING, EndReason.OTHER})


class Enrolment(PersonalData, InContext, Identified, Tracked, Versioned, Base):
    """A young person or a group in one programme, in one context, for a period that a human gave a reason for.

    Being in another programme is another row, in its own context; neither says anything about the other.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        ForeignKeyConstraint(["line_id", "programme_id"], ["programme_line.id", "programme_line.programme_id"]),
        UniqueConstraint("id", "team_id"),
        UniqueConstraint("number"),
        one_of("status", EnrolmentStatus),
        CheckConstraint(
            "context IN ({})".format(", ".join(f"'{each}'" for each in ENROLMENT_CONTEXTS)), name="context"
        ),
        CheckConstraint("num_nonnulls(person_id, group_id) = 1", name="one_subject"),
        CheckConstraint("(group_id IS NOT NULL) = (context = 'group_approach')", name="group_context"),
        CheckConstraint("end_reason IN ({})".format(", ".join(f"'{each}'" for each in EndReason)), name="end_reason"),
        CheckConstraint("length(reason) BETWEEN 1 AND 1000", name="reason_length"),
        CheckConstraint("until >= since", name="period"),
        CheckConstraint("ended_on >= since", name="ended_on"),
        CheckConstraint("status <> 'ended' OR (ended_on IS NOT NULL AND end_reason IS NOT NULL)", name="ended"),
        CheckConstraint(
            "context <> 'voluntary_guidance' OR status <> 'enrolled' OR youth_agreed_on IS NOT NULL", name="own_will"
        ),
        ExcludeConstraint(
            ("person_id", "="),
            ("programme_id", "="),
            (func.daterange(text("since"), text("COALESCE(ended_on, until)"), "[]"), "&&"),
            where=text("status <> 'declined'"),
            name="ex_enrolment_period",
            using="gist",
        ),
        ExcludeConstraint(
            ("group_id", "="),
            ("programme_id", "="),
            (func.daterange(text("since"), text("COALESCE(ended_on, until)"), "[]"), "&&"),
            where=text("status <> 'declined'"),
            name="ex_enrolment_group_period",
            using="gist",
        ),
        Index("ix_enrolment_group", "group_id", "team_id"),
        Index("ix_enrolment_person", "person_id", "team_id"),
        Index("ix_enrolment_team", "team_id", "status"),
        Index("ix_enrolment_line", "line_id", "programme_id"),
        Index("ix_enrolment_programme", "programme_id", "status"),
        Index("ix_enrolment_until", "until", postgresql_where=text("status = 'enrolled'")),
        Index("ix_enrolment_disclosure", "disclosure_id"),
        Index("ix_enrolment_proposed_by", "proposed_by"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    number: Mapped[str]  # INS-2026-00001
    person_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]  # the one or the other; portal.groups.models says where it leads
    team_id: Mapped[UUID]
    programme_id: Mapped[UUID]
    line_id: Mapped[UUID]
    context: Mapped[str] = mapped_column(server_default="jv_district")  # of the programme, or that of groups
    status: Mapped[str] = mapped_column(server_default="proposed", default=EnrolmentStatus.PROPOSED)
    status_since: Mapped[datetime]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    reason: Mapped[str]  # why this programme helps
    since: Mapped[date]
    until: Mapped[date]  # ends by itself after this day
    youth_agreed_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    disclosure_id: Mapped[UUID | None] = mapped_column(ForeignKey("disclosure.id"))  # what it was told with

    person: Mapped[Person | None] = relationship()
    line: Mapped[ProgrammeLine] = relationship()


class EnrolmentEvent(StepTaken, PersonalData, InContext, Identified, Base):
    """One step of an enrolment."""

    __tablename__ = "enrolment_event"
    __table_args__ = (
        ForeignKeyConstraint(["enrolment_id", "team_id"], ["enrolment.id", "enrolment.team_id"], onupdate="CASCADE"),
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        CheckConstraint(
            "context IN ({})".format(", ".join(f"'{each}'" for each in ENROLMENT_CONTEXTS)), name="context"
        ),
        CheckConstraint("length(note) <= 1000", name="note_length"),
        Index("ix_enrolment_event_enrolment", "enrolment_id", "at"),
        Index("ix_enrolment_event_person", "person_id"),
        Index("ix_enrolment_event_by", "by_id"),
    )

    enrolment_id: Mapped[UUID]
    team_id: Mapped[UUID]
    person_id: Mapped[UUID | None]  # with the context, for the second wall; none of a group
    context: Mapped[str] = mapped_column(server_default="jv_district")  # of the enrolment


class DisclosureBasis(StrEnum):
    """On what ground something may be told in another context (domain §2.8)."""

    AGREED = "agreed"  # the young person said yes
    PUBLIC_TASK = "public_task"
    COVENANT = "covenant"


class DisclosureStatus(StrEnum):
    """Whether it may be read in the other context: somebody else says so (domain §4.2)."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class Disclosure(PersonalData, InContext, Identified, Versioned, Base):
    """Verstrekking: something about a young person goes from one context to another (C-1).

    What is told never changes; whether it may be told is decided once, by another than who tells it.
    """

    __tablename__ = "disclosure"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        one_of("context", Context),
        one_of("context_to", Context),
        one_of("basis", DisclosureBasis),
        one_of("status", DisclosureStatus),
        CheckConstraint("context_to <> context", name="another_context"),
        CheckConstraint("decided_by <> by_id", name="two_people"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("status <> 'proposed' OR decided_by IS NULL", name="undecided"),
        CheckConstraint("status <> 'refused' OR (decided_by IS NOT NULL AND decision_note <> '')", name="refused"),
        CheckConstraint("length(decision_note) <= 1000", name="decision_note_length"),
        CheckConstraint("length(purpose) BETWEEN 1 AND 200", name="purpose_length"),
        CheckConstraint("length(reason) BETWEEN 1 AND 1000", name="reason_length"),
        Index("ix_disclosure_person", "person_id", "at"),
        Index("ix_disclosure_by", "by_id"),
        Index("ix_disclosure_decided_by", "decided_by"),
        Index("ix_disclosure_waiting", "team_id", "at", postgresql_where=text("status = 'proposed'")),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    person_id: Mapped[UUID]
    team_id: Mapped[UUID]
    context: Mapped[str] = mapped_column(server_default="jv_district")  # where it came from
    context_to: Mapped[str]
    purpose: Mapped[str]  # what it is told for
    basis: Mapped[str]
    reason: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]
    informed_on: Mapped[date | None]  # when the young person was told
    status: Mapped[str] = mapped_column(server_default="proposed", default=DisclosureStatus.PROPOSED)
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))  # none: nobody had to be asked
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(server_default="", default="")
