"""Programmes: what the city does about it, by whom, where, and what was learned (domain §1.1, §3.6.6)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Organisation, User
from portal.core.db import Base, Identified, Tracked, Versioned, one_of
from portal.privacy.contexts import Context


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


class FocusArea(Identified, Tracked, Versioned, Base):
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

    def holds_on(self, day: date) -> bool:
        """Whether the programme looks at this area on this civil date."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


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
