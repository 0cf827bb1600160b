"""Signals: what a professional saw or heard, until it is judged and something came of it (domain §3.4).

Who reports is always known. A young person who is not known yet is a nickname, sealed, that lives for two weeks.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core import sealing
from portal.core.model import Base, Identified, PersonalData, StepTaken, Tracked, Versioned, one_of
from portal.groups.models import YouthGroup
from portal.people.models import Person
from portal.places.models import MonitoredLocation
from portal.privacy.contexts import Context, InContext

TEXT_LENGTH = 1500
NICKNAME_LENGTH = 40


class SignalKind(StrEnum):
    """What it is about (domain §3.6.2); good news is a kind as well."""

    NUISANCE = "nuisance"
    SCHOOL_ABSENCE = "school_absence"
    WEAPON = "weapon"
    RECRUITMENT = "recruitment"
    CRIMINAL_EXPLOITATION = "criminal_exploitation"
    DRUG_DEALING = "drug_dealing"
    SUBSTANCE_USE = "substance_use"
    VIOLENCE = "violence"
    GROUP_CONFLICT = "group_conflict"
    EXPLOSIVES = "explosives"
    ONLINE_INCITEMENT = "online_incitement"
    SUDDEN_MONEY = "sudden_money"
    DEBT_PRESSURE = "debt_pressure"
    HOME_SITUATION = "home_situation"
    VICTIMISATION = "victimisation"
    UNREST_AFTER_INCIDENT = "unrest_after_incident"
    POSITIVE = "positive"
    OTHER = "other"


#: Who does this may be a victim; that is looked at before anything is decided (I-18).
PERHAPS_VICTIM = (SignalKind.CRIMINAL_EXPLOITATION, SignalKind.EXPLOSIVES)


class SubjectKind(StrEnum):
    """Whom or what a signal is about."""

    PERSON = "person"
    GROUP = "group"
    LOCATION = "location"
    PHENOMENON = "phenomenon"


class Urgency(StrEnum):
    """How soon it has to be judged."""

    NORMAL = "normal"
    SOON = "soon"
    ACUTE = "acute"


class VictimPerspective(StrEnum):
    """Whether somebody asked if this young person is a victim."""

    NOT_APPLICABLE = "not_applicable"
    CONSIDERED_NO = "considered_no"
    CONSIDERED_YES = "considered_yes"


class SignalStatus(StrEnum):
    """States of the machine in workflow.py (domain §3.8.1)."""

    NEW = "new"
    TO_TRIAGE = "to_triage"
    IN_TRIAGE = "in_triage"
    WAITING_INFO = "waiting_info"
    FOLLOWED_UP = "followed_up"
    NO_ACTION = "no_action"
    EMERGENCY = "emergency"
    CLOSED = "closed"
    STRIPPED = "stripped"
    VOID = "void"


#: Nobody decided about these yet.
UNDECIDED = (SignalStatus.TO_TRIAGE, SignalStatus.IN_TRIAGE, SignalStatus.WAITING_INFO)
DECIDED = (SignalStatus.FOLLOWED_UP, SignalStatus.NO_ACTION, SignalStatus.EMERGENCY, SignalStatus.CLOSED)


class SignalOutcome(StrEnum):
    """What is done with it (domain §3.6.2)."""

    NO_ACTION = "no_action"
    MONITOR_LOCATION = "monitor_location"
    ADVISE_REPORTER = "advise_reporter"
    ONE_CONTACT = "one_contact"
    REGISTER_IN_VIEW = "register_in_view"
    ADD_TO_CASE = "add_to_case"
    GROUP_STEP1 = "group_step1"
    CARE_REPORT = "care_report"
    EMERGENCY = "emergency"
    REFER = "refer"


class Feedback(StrEnum):
    """What the reporter hears: never what was decided about whom."""

    PICKED_UP = "picked_up"
    ALREADY_KNOWN = "already_known"
    PASSED_ON = "passed_on"
    NOTHING_NOW = "nothing_now"
    WILL_CALL = "will_call"


def _maybe(column: str, values: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IS NULL OR {column} IN ({listed})", name=column)


_DECIDED = ", ".join(f"'{status}'" for status in DECIDED)
_VICTIM = ", ".join(f"'{kind}'" for kind in PERHAPS_VICTIM)


class Signal(PersonalData, InContext, Identified, Tracked, Versioned, Base):
    """One signal. What was seen and what the reporter makes of it are two fields (I-17)."""

    __tablename__ = "signal"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        UniqueConstraint("id", "team_id"),
        UniqueConstraint("number"),
        UniqueConstraint("reporter_id", "key"),
        one_of("context", Context),
        one_of("kind", SignalKind),
        one_of("subject_kind", SubjectKind),
        one_of("urgency", Urgency),
        one_of("victim_perspective", VictimPerspective),
        one_of("status", SignalStatus),
        _maybe("outcome", SignalOutcome),
        _maybe("feedback", Feedback),
        CheckConstraint(f"length(facts) <= {TEXT_LENGTH}", name="facts_length"),
        CheckConstraint(f"length(interpretation) <= {TEXT_LENGTH}", name="interpretation_length"),
        CheckConstraint("facts <> '' OR subject_kind <> 'person' OR status = 'stripped'", name="facts"),
        CheckConstraint("subject_kind = 'person' OR (person_id IS NULL AND nickname_sealed IS NULL)", name="subject"),
        CheckConstraint("group_id IS NULL OR (person_id IS NULL AND nickname_sealed IS NULL)", name="group_alone"),
        CheckConstraint("(nickname_sealed IS NULL) = (stub_until IS NULL)", name="stub"),
        CheckConstraint(
            "status <> 'stripped' OR (person_id IS NULL AND nickname_sealed IS NULL AND facts = ''"
            " AND interpretation = '')",
            name="stripped",
        ),
        CheckConstraint(
            f"status NOT IN ({_DECIDED}) OR kind NOT IN ({_VICTIM}) OR victim_perspective <> 'not_applicable'",
            name="victim",
        ),
        CheckConstraint(f"status NOT IN ({_DECIDED}) OR decided_at IS NOT NULL", name="decided_at"),
        CheckConstraint("(feedback IS NULL) = (feedback_at IS NULL)", name="feedback_at"),
        Index("ix_signal_team", "team_id", "status", "triage_due_at"),
        Index("ix_signal_reporter", "reporter_id", "received_at"),
        Index("ix_signal_person", "person_id"),
        Index("ix_signal_group", "group_id"),
        Index("ix_signal_location", "location_id"),
        Index("ix_signal_same_as", "same_as_id"),
        Index("ix_signal_stub", "stub_until"),
        Index("ix_signal_area", "area_code", "kind", "received_at"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    number: Mapped[str]  # SIG-2026-00001
    key: Mapped[UUID]  # of the form; sent twice is one signal
    context: Mapped[str] = mapped_column(server_default="jv_district", default=Context.JV_DISTRICT)
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))  # whose director judges it
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    reporter_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    received_at: Mapped[datetime]
    kind: Mapped[str]
    subject_kind: Mapped[str]
    person_id: Mapped[UUID | None]
    nickname_sealed: Mapped[bytes | None]  # of somebody who is not known yet; nobody can search it
    stub_until: Mapped[datetime | None]  # without a decision by then, nothing of it is kept
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("youth_group.id"))
    location_id: Mapped[UUID | None] = mapped_column(ForeignKey("monitored_location.id"))
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    facts: Mapped[str] = mapped_column(server_default="", default="")  # what was seen or heard, by whom
    interpretation: Mapped[str] = mapped_column(server_default="", default="")  # what the reporter makes of it
    urgency: Mapped[str] = mapped_column(server_default="normal", default=Urgency.NORMAL)
    first_hand: Mapped[bool] = mapped_column(server_default="true", default=True)
    under_twelve: Mapped[bool] = mapped_column(server_default="false", default=False)
    victim_perspective: Mapped[str] = mapped_column(
        server_default="not_applicable", default=VictimPerspective.NOT_APPLICABLE
    )
    status: Mapped[str] = mapped_column(server_default="new", default=SignalStatus.NEW)
    status_since: Mapped[datetime]
    remind_at: Mapped[datetime]  # when three fifths of the term have passed
    triage_due_at: Mapped[datetime]
    taken_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    outcome: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    feedback: Mapped[str | None]
    feedback_at: Mapped[datetime | None]
    same_as_id: Mapped[UUID | None] = mapped_column(ForeignKey("signal.id"))  # an earlier one about the same event

    person: Mapped[Person | None] = relationship()
    group: Mapped[YouthGroup | None] = relationship()
    location: Mapped[MonitoredLocation | None] = relationship()
    reporter: Mapped[User] = relationship(foreign_keys=[reporter_id])

    @property
    def nickname(self) -> str:
        """What the reporter called somebody who is not known yet; empty when there is no such name."""
        if self.nickname_sealed is None:
            return ""
        return sealing.unseal(self.nickname_sealed, table=self.__tablename__, column="nickname_sealed", row_id=self.id)


class SignalAssessment(PersonalData, Identified, Tracked, Versioned, Base):
    """Why it was decided so, and what came of it; not for the reporter."""

    __tablename__ = "signal_assessment"
    __table_args__ = (
        ForeignKeyConstraint(["signal_id", "team_id"], ["signal.id", "signal.team_id"], onupdate="CASCADE"),
        UniqueConstraint("signal_id"),
        one_of("outcome", SignalOutcome),
        *(
            CheckConstraint(f"length({name}) <= 1000", name=f"{name}_length")
            for name in ("interest", "motivation", "guardian_note", "approval_note")
        ),
        CheckConstraint("length(follow_up_label) <= 200", name="follow_up_label_length"),
        Index("ix_signal_assessment_team", "team_id"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    signal_id: Mapped[UUID]
    team_id: Mapped[UUID]
    assessor_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime]
    outcome: Mapped[str]
    interest: Mapped[str] = mapped_column(server_default="", default="")  # what is best for the young person
    motivation: Mapped[str] = mapped_column(server_default="", default="")
    guardian_note: Mapped[str] = mapped_column(server_default="", default="")  # under twelve: how parents take part
    approval_note: Mapped[str] = mapped_column(server_default="", default="")  # under twelve: who looked along
    follow_up_kind: Mapped[str] = mapped_column(server_default="", default="")  # what it led to: a kind of record
    follow_up_id: Mapped[UUID | None]  # no foreign key: of several tables, and it outlives the record
    follow_up_label: Mapped[str] = mapped_column(server_default="", default="")

    assessor: Mapped[User] = relationship()


class SignalStep(StepTaken, PersonalData, Identified, Base):
    """One step of a signal. Its note is a question to the reporter or the answer; reasons are in the assessment."""

    __tablename__ = "signal_step"
    __table_args__ = (
        ForeignKeyConstraint(["signal_id", "team_id"], ["signal.id", "signal.team_id"], onupdate="CASCADE"),
        CheckConstraint("length(note) <= 1000", name="note_length"),
        Index("ix_signal_step_signal", "signal_id", "at"),
        Index("ix_signal_step_by", "by_id", "at"),
    )

    signal_id: Mapped[UUID]
    team_id: Mapped[UUID]
