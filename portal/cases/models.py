"""Cases: what several people do together for one young person in view (domain §3.4, §3.6.2, §3.6.3, §3.8.3)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.model import Base, Identified, PersonalData, StepTaken, Tracked, Versioned, one_of
from portal.in_view.models import CaseLevel
from portal.people.models import Person
from portal.privacy.contexts import Context, InContext


class CaseStatus(StrEnum):
    """States of the machine in workflow.py (domain §3.8.3)."""

    INTAKE = "intake"
    PLANNING = "planning"
    RUNNING = "running"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"
    ARCHIVED = "archived"
    BROKEN_OFF = "broken_off"


class PlanStatus(StrEnum):
    """State of one version of the plan; one is being written at most, and one holds at most."""

    DRAFT = "draft"
    AGREED = "agreed"
    REPLACED = "replaced"


class Domain(StrEnum):
    """OutcomeDomain: the thirteen parts of life of the ZRM."""

    FINANCE = "finance"
    WORK_EDUCATION = "work_education"
    TIME_USE = "time_use"
    HOUSING = "housing"
    HOME_RELATIONS = "home_relations"
    MENTAL_HEALTH = "mental_health"
    PHYSICAL_HEALTH = "physical_health"
    SUBSTANCE_USE = "substance_use"
    BASIC_ADL = "basic_adl"
    INSTRUMENTAL_ADL = "instrumental_adl"
    SOCIAL_NETWORK = "social_network"
    PARTICIPATION = "participation"
    JUSTICE = "justice"


class GoalStatus(StrEnum):
    """What became of a goal."""

    OPEN = "open"
    CLOSED = "closed"


class ActionStatus(StrEnum):
    """What became of an action."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Moment(StrEnum):
    """When in the life of a case a measurement was taken."""

    START = "start"
    INTERIM = "interim"
    END = "end"
    FOLLOW_UP = "follow_up"


class Rater(StrEnum):
    """Who says how it is going."""

    WORKER = "worker"
    YOUTH = "youth"


class ConferenceStatus(StrEnum):
    """State of a case conference."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class NominationStatus(StrEnum):
    """How far a nomination for another level has come."""

    PROPOSED = "proposed"
    SECONDED = "seconded"
    ACCEPTED = "accepted"
    REFUSED = "refused"


#: Levels from near to far; scaling up goes to a later one.
LEVELS = tuple(CaseLevel)
MOST_GOALS = 5  # only what is worked on is measured (domain §2.10)


class Case(PersonalData, InContext, Identified, Tracked, Versioned, Base):
    """One case of one young person; its state is the truth, its history is in case_step."""

    __tablename__ = "youth_case"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        ForeignKeyConstraint(["view_id"], ["youth_in_view.id"]),
        UniqueConstraint("id", "team_id"),
        UniqueConstraint("number"),
        one_of("level", CaseLevel),
        one_of("status", CaseStatus),
        one_of("context", Context),
        CheckConstraint("length(reason) BETWEEN 40 AND 2000", name="reason_length"),
        CheckConstraint("length(intake) <= 2000", name="intake_length"),
        CheckConstraint("length(closing_summary) <= 2000", name="closing_summary_length"),
        CheckConstraint("status IN ('intake', 'broken_off') OR director_id IS NOT NULL", name="director"),
        CheckConstraint("(status = 'paused') = (paused_until IS NOT NULL)", name="paused_until"),
        CheckConstraint("(status IN ('closed', 'archived')) = (closed_on IS NOT NULL)", name="closed_on"),
        CheckConstraint("level <> 'in_between' OR intake <> ''", name="intake"),
        CheckConstraint("satisfaction BETWEEN 1 AND 10", name="satisfaction"),
        CheckConstraint("(satisfaction IS NULL) = (satisfaction_on IS NULL)", name="satisfaction_on"),
        Index(
            "uq_youth_case_open",
            "person_id",
            unique=True,
            postgresql_where=text("status NOT IN ('closed', 'archived', 'broken_off')"),
        ),
        Index("ix_youth_case_team", "team_id", "status"),
        Index("ix_youth_case_person", "person_id"),
        Index("ix_youth_case_view", "view_id"),
        Index("ix_youth_case_director", "director_id", "status"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    number: Mapped[str]  # CAS-2026-00001
    person_id: Mapped[UUID]
    team_id: Mapped[UUID]
    view_id: Mapped[UUID]
    context: Mapped[str] = mapped_column(server_default="jv_district", default=Context.JV_DISTRICT)
    level: Mapped[str] = mapped_column(server_default="district", default=CaseLevel.DISTRICT)
    status: Mapped[str] = mapped_column(server_default="intake", default=CaseStatus.INTAKE)
    status_since: Mapped[datetime]
    opened_on: Mapped[date]
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    director_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    reason: Mapped[str]  # why somebody alone cannot do this
    intake: Mapped[str] = mapped_column(server_default="", default="")  # of the level in between: what falls in the gap
    research_consent_on: Mapped[date | None]  # the young person said yes to taking part in the action research
    plan_due_on: Mapped[date | None]  # there is to be an agreed plan by then, the first or the next
    measure_due_on: Mapped[date | None]  # the next measurement
    paused_until: Mapped[date | None]
    closing_summary: Mapped[str] = mapped_column(server_default="", default="")
    closed_on: Mapped[date | None]
    satisfaction: Mapped[int | None]  # the mark the young person gives for the help, 1 to 10; the last one stays
    satisfaction_on: Mapped[date | None]

    person: Mapped[Person] = relationship()


def _of_case() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["case_id", "team_id"], ["youth_case.id", "youth_case.team_id"], onupdate="CASCADE")


class CaseStep(StepTaken, PersonalData, Identified, Base):
    """One step of a case."""

    __tablename__ = "case_step"
    __table_args__ = (
        _of_case(),
        CheckConstraint("length(note) <= 2000", name="note_length"),
        Index("ix_case_step_case", "case_id", "at"),
    )

    case_id: Mapped[UUID]
    team_id: Mapped[UUID]


class CasePartner(PersonalData, Identified, Tracked, Base):
    """An organisation that works along, and the account of its contact person, who sees the summary."""

    __tablename__ = "case_partner"
    __table_args__ = (
        _of_case(),
        CheckConstraint("length(name) BETWEEN 2 AND 120", name="name_length"),
        CheckConstraint("length(agreed) <= 500", name="agreed_length"),
        CheckConstraint("until IS NULL OR until >= since", name="period"),
        Index("ix_case_partner_case", "case_id"),
        Index("ix_case_partner_user", "user_id", postgresql_where=text("until IS NULL")),
    )

    case_id: Mapped[UUID]
    team_id: Mapped[UUID]
    name: Mapped[str]  # of the organisation
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    agreed: Mapped[str] = mapped_column(server_default="", default="")  # what they do, for the partner to read too
    since: Mapped[date]
    until: Mapped[date | None]  # last day

    @classmethod
    def holds_on(cls, day: Any) -> ColumnElement[bool]:
        """SQL: whether it works along on this civil date."""
        return and_(cls.since <= day, or_(cls.until.is_(None), cls.until >= day))


class Plan(PersonalData, Identified, Tracked, Versioned, Base):
    """A version of the plan, for at most six months, with what the young person thinks of it."""

    __tablename__ = "case_plan"
    __table_args__ = (
        _of_case(),
        UniqueConstraint("case_id", "version_no"),
        one_of("status", PlanStatus),
        CheckConstraint("version_no >= 1", name="version_no"),
        CheckConstraint("length(youth_voice) <= 2000", name="youth_voice_length"),
        CheckConstraint("length(guardian_voice) <= 2000", name="guardian_voice_length"),
        CheckConstraint(
            "valid_until > valid_from AND valid_until <= valid_from + interval '6 months'", name="six_months"
        ),
        CheckConstraint("status = 'draft' OR (agreed_on IS NOT NULL AND youth_voice <> '')", name="youth_voice"),
        Index("uq_case_plan_draft", "case_id", unique=True, postgresql_where=text("status = 'draft'")),
        Index("uq_case_plan_agreed", "case_id", unique=True, postgresql_where=text("status = 'agreed'")),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    case_id: Mapped[UUID]
    team_id: Mapped[UUID]
    version_no: Mapped[int]
    status: Mapped[str] = mapped_column(server_default="draft", default=PlanStatus.DRAFT)
    youth_voice: Mapped[str] = mapped_column(server_default="", default="")
    guardian_voice: Mapped[str] = mapped_column(server_default="", default="")
    agreed_on: Mapped[date | None]  # the day on which the young person said yes to it
    valid_from: Mapped[date]
    valid_until: Mapped[date]


class Goal(PersonalData, Identified, Tracked, Versioned, Base):
    """What the young person and the others want to reach in one part of life; it goes on from plan to plan."""

    __tablename__ = "case_goal"
    __table_args__ = (
        _of_case(),
        UniqueConstraint("id", "case_id"),
        one_of("domain", Domain),
        one_of("status", GoalStatus),
        CheckConstraint("length(body) BETWEEN 5 AND 500", name="body_length"),
        CheckConstraint("attainment BETWEEN -2 AND 2", name="attainment"),
        CheckConstraint("(status = 'closed') = (attainment IS NOT NULL AND closed_on IS NOT NULL)", name="closed"),
        CheckConstraint("num_nulls(shared_with, shared_on, shared_by) IN (0, 3)", name="shared"),
        Index("uq_case_goal_domain", "case_id", "domain", unique=True, postgresql_where=text("status = 'open'")),
        Index("ix_case_goal_shared_with", "shared_with", postgresql_where=text("shared_with IS NOT NULL")),
        Index("ix_case_goal_shared_by", "shared_by", postgresql_where=text("shared_by IS NOT NULL")),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    case_id: Mapped[UUID]
    team_id: Mapped[UUID]
    domain: Mapped[str]
    body: Mapped[str]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), index=True)
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(server_default="open", default=GoalStatus.OPEN)
    attainment: Mapped[int | None]  # -2 far less than hoped, 0 as hoped, 2 far more
    closed_on: Mapped[date | None]
    shared_with: Mapped[UUID | None] = mapped_column(ForeignKey("trajectory.id"))  # whose messenger reads it
    shared_on: Mapped[date | None]
    shared_by: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))


class Task(PersonalData, Identified, Tracked, Versioned, Base):
    """Something somebody does for the case by a day: a colleague, or somebody of another organisation."""

    __tablename__ = "case_action"
    __table_args__ = (
        _of_case(),
        ForeignKeyConstraint(["goal_id", "case_id"], ["case_goal.id", "case_goal.case_id"]),
        ForeignKeyConstraint(["conference_id", "case_id"], ["case_conference.id", "case_conference.case_id"]),
        one_of("status", ActionStatus),
        CheckConstraint("length(what) BETWEEN 3 AND 200", name="what_length"),
        CheckConstraint("length(owner_name) <= 120", name="owner_name_length"),
        CheckConstraint("(owner_id IS NULL) = (owner_name <> '')", name="one_owner"),
        CheckConstraint("length(result) <= 500", name="result_length"),
        CheckConstraint("(status = 'open') = (ended_on IS NULL)", name="ended_on"),
        CheckConstraint("status <> 'dropped' OR result <> ''", name="dropped_why"),
        Index("ix_case_action_case", "case_id", "status"),
        Index("ix_case_action_owner", "owner_id", "due_on", postgresql_where=text("status = 'open'")),
        Index("ix_case_action_goal", "goal_id"),
        Index("ix_case_action_conference", "conference_id"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    case_id: Mapped[UUID]
    team_id: Mapped[UUID]
    goal_id: Mapped[UUID | None]
    conference_id: Mapped[UUID | None]  # where it was agreed
    what: Mapped[str]
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    owner_name: Mapped[str] = mapped_column(server_default="", default="")  # the organisation of who has no account
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(server_default="open", default=ActionStatus.OPEN)
    result: Mapped[str] = mapped_column(server_default="", default="")
    ended_on: Mapped[date | None]


class Measurement(PersonalData, Identified, Base):
    """How it stands with one goal's part of life, said by the worker or by the young person. Added, never changed."""

    __tablename__ = "case_measurement"
    __table_args__ = (
        _of_case(),
        ForeignKeyConstraint(["goal_id", "case_id"], ["case_goal.id", "case_goal.case_id"]),
        one_of("domain", Domain),
        one_of("moment", Moment),
        one_of("rater", Rater),
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        CheckConstraint("rater = 'worker' OR assisted", name="assisted"),
        CheckConstraint("length(note) <= 500", name="note_length"),
        Index("uq_case_measurement_once", "goal_id", "rater", "moment", "measured_on", unique=True),
        Index("ix_case_measurement_case", "case_id", "measured_on"),
    )

    case_id: Mapped[UUID]
    team_id: Mapped[UUID]
    goal_id: Mapped[UUID]
    domain: Mapped[str]
    moment: Mapped[str]
    rater: Mapped[str]
    level: Mapped[int]  # 1 acute trouble … 5 fully able
    assisted: Mapped[bool] = mapped_column(server_default="false", default=False)  # typed in together with the youth
    measured_on: Mapped[date]
    note: Mapped[str] = mapped_column(server_default="", default="")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]


class Conference(PersonalData, Identified, Tracked, Versioned, Base):
    """A case conference: when, where, and afterwards what was said in a few lines."""

    __tablename__ = "case_conference"
    __table_args__ = (
        _of_case(),
        UniqueConstraint("id", "case_id"),
        one_of("status", ConferenceStatus),
        CheckConstraint("length(place) <= 120", name="place_length"),
        CheckConstraint("length(minutes) <= 4000", name="minutes_length"),
        CheckConstraint("(status = 'held') = (held_on IS NOT NULL)", name="held_on"),
        Index("uq_case_conference_planned", "case_id", unique=True, postgresql_where=text("status = 'planned'")),
        Index("ix_case_conference_case", "case_id", "starts_at"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    case_id: Mapped[UUID]
    team_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(server_default="", default="")
    status: Mapped[str] = mapped_column(server_default="planned", default=ConferenceStatus.PLANNED)
    held_on: Mapped[date | None]
    minutes: Mapped[str] = mapped_column(server_default="", default="")


class Invitee(PersonalData, Identified, Base):
    """Somebody who is asked to a conference: a colleague, or an organisation."""

    __tablename__ = "case_invitee"
    __table_args__ = (
        _of_case(),
        ForeignKeyConstraint(["conference_id", "case_id"], ["case_conference.id", "case_conference.case_id"]),
        CheckConstraint("length(name) <= 120", name="name_length"),
        CheckConstraint("(user_id IS NULL) = (name <> '')", name="one_who"),
        Index("uq_case_invitee_user", "conference_id", "user_id", unique=True),
        Index("ix_case_invitee_case", "case_id"),
        Index("ix_case_invitee_user", "user_id"),
    )

    case_id: Mapped[UUID]
    team_id: Mapped[UUID]
    conference_id: Mapped[UUID]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    name: Mapped[str] = mapped_column(server_default="", default="")  # of an organisation
    present: Mapped[bool | None]  # empty until it was held


class Decision(PersonalData, Identified, Base):
    """What was decided in a conference. Added, never changed."""

    __tablename__ = "case_decision"
    __table_args__ = (
        _of_case(),
        ForeignKeyConstraint(["conference_id", "case_id"], ["case_conference.id", "case_conference.case_id"]),
        CheckConstraint("length(body) BETWEEN 3 AND 1000", name="body_length"),
        Index("ix_case_decision_conference", "conference_id", "at"),
        Index("ix_case_decision_case", "case_id"),
    )

    case_id: Mapped[UUID]
    team_id: Mapped[UUID]
    conference_id: Mapped[UUID]
    body: Mapped[str]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]


class Nomination(PersonalData, InContext, Identified, Tracked, Versioned, Base):
    """The question to work on this case at another level: asked, read by a second person, answered by the partner."""

    __tablename__ = "case_nomination"
    __table_args__ = (
        _of_case(),
        one_of("level", CaseLevel),
        one_of("status", NominationStatus),
        one_of("context", Context),
        CheckConstraint("level <> 'district'", name="upward"),
        CheckConstraint("length(interest) BETWEEN 10 AND 2000", name="interest_length"),
        CheckConstraint("length(reasons) BETWEEN 40 AND 2000", name="reasons_length"),
        CheckConstraint("length(alternatives) BETWEEN 10 AND 2000", name="alternatives_length"),
        CheckConstraint("length(proportionality) BETWEEN 10 AND 2000", name="proportionality_length"),
        CheckConstraint("second_reader_id <> nominated_by", name="two_people"),
        CheckConstraint("length(answer_note) <= 1000", name="answer_note_length"),
        CheckConstraint("(status = 'proposed') = (second_reader_id IS NULL)", name="second_reader"),
        CheckConstraint("status <> 'accepted' OR (answered_on IS NOT NULL AND answered_by <> '')", name="answered"),
        Index(
            "uq_case_nomination_open",
            "case_id",
            unique=True,
            postgresql_where=text("status IN ('proposed', 'seconded')"),
        ),
        Index("ix_case_nomination_team", "team_id", "status"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    case_id: Mapped[UUID]
    team_id: Mapped[UUID]
    case_number: Mapped[str]  # a second reader knows the case by it
    context: Mapped[str] = mapped_column(server_default="acvz_referral", default=Context.ACVZ_REFERRAL)
    level: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="proposed", default=NominationStatus.PROPOSED)
    nominated_by: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    nominated_at: Mapped[datetime]
    interest: Mapped[str]  # the interest of the young person, asked before anything else
    reasons: Mapped[str]
    alternatives: Mapped[str]
    proportionality: Mapped[str]
    youth_informed_on: Mapped[date]
    second_reader_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    answered_on: Mapped[date | None]
    answered_by: Mapped[str] = mapped_column(server_default="", default="")  # the organisation that said yes or no
    answer_note: Mapped[str] = mapped_column(server_default="", default="")
