"""Young people: name, aliases, related persons, assigned workers. Everything carries the team (second wall)."""

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
    Text,
    UniqueConstraint,
    and_,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core import sealing
from portal.core.model import Base, GivesRights, Identified, PersonalData, Tracked, Versioned, one_of
from portal.privacy.contexts import Context, InContext

#: How many other names and related persons a dossier holds at most.
MAX_ALIASES = MAX_RELATED = 10


class BirthDatePrecision(StrEnum):
    """How precisely the birth date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class PersonStatus(StrEnum):
    """Whether the team still works with this young person."""

    OPEN = "open"
    CLOSED = "closed"


class RelatedRole(StrEnum):
    """Role of a related person (domain §3.3); never a brother, sister or friend as a subject (domain §0.3)."""

    GUARDIAN = "guardian"
    PARENT = "parent"
    COACH = "coach"
    MENTOR_SCHOOL = "mentor_school"
    CONFIDANT = "confidant"


class Sort(StrEnum):
    """Orders of the list of young people; never an order of risk or need."""

    NAME = "naam"
    CONTACT = "contact"  # longest without contact first, never spoken to before all


class PreferredLanguage(StrEnum):
    """Language someone likes to speak with us: what we offer an interpreter or translation for (ISO 639)."""

    DUTCH = "nl"
    ENGLISH = "en"
    ARABIC = "ar"
    FRENCH = "fr"
    PAPIAMENTU = "pap"
    PERSIAN = "fa"
    POLISH = "pl"
    PORTUGUESE = "pt"
    SOMALI = "so"
    SPANISH = "es"
    SRANAN = "srn"
    TAMAZIGHT = "zgh"
    TIGRINYA = "ti"
    TURKISH = "tr"
    UKRAINIAN = "uk"
    SIGN_LANGUAGE = "dse"


class Person(PersonalData, InContext, Identified, Tracked, Versioned, Base):
    """A young person. Holds no score, no origin, no home address (domain §0.3)."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("id", "team_id"),  # target of the composite keys that carry team_id onto child rows
        UniqueConstraint("pseudonym"),
        one_of("birth_date_precision", BirthDatePrecision),
        one_of("status", PersonStatus),
        one_of("context", Context),
        CheckConstraint("length(given_name) BETWEEN 1 AND 80", name="given_name_length"),
        CheckConstraint("length(family_name) <= 80", name="family_name_length"),
        CheckConstraint("length(call_name) <= 80", name="call_name_length"),
        CheckConstraint("birth_date >= DATE '1990-01-01'", name="birth_date"),
        Index("ix_person_birth_date", "birth_date"),
        Index("ix_person_team_sort", "team_id", "status", "sort_key", "id"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    context: Mapped[str] = mapped_column(server_default="jv_district", default=Context.JV_DISTRICT)
    pseudonym: Mapped[str]  # Kenmerk, P- and six random letters or digits; the name used where a name is too much
    given_name: Mapped[str]  # Voornaam
    family_name: Mapped[str] = mapped_column(server_default="", default="")
    call_name: Mapped[str] = mapped_column(server_default="", default="")  # Roepnaam, when it differs
    birth_date: Mapped[date]
    birth_date_precision: Mapped[str] = mapped_column(server_default="day", default=BirthDatePrecision.DAY)
    area_code: Mapped[str | None] = mapped_column(ForeignKey("area.code"), index=True)  # wijk or stadsdeel of residence
    preferred_language: Mapped[str] = mapped_column(server_default="", default="")
    plain_language: Mapped[bool] = mapped_column(server_default="false", default=False)  # a wish, not a label
    phone_sealed: Mapped[bytes | None]
    status: Mapped[str] = mapped_column(server_default="open", default=PersonStatus.OPEN)
    closed_on: Mapped[date | None]
    sort_key: Mapped[str]  # see portal.core.text.sort_key
    search_text: Mapped[str]  # folded names and aliases, one space between
    sounds: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")  # see portal.core.sounds
    last_contact_at: Mapped[datetime | None]  # moment of the last effective contact, kept by contacts.service

    aliases: Mapped[list[PersonAlias]] = relationship(cascade="all, delete-orphan", order_by="PersonAlias.alias")
    related: Mapped[list[RelatedPerson]] = relationship(cascade="all, delete-orphan", order_by="RelatedPerson.name")
    assignments: Mapped[list[PersonAssignment]] = relationship(order_by="PersonAssignment.since")

    @property
    def phone(self) -> str:
        """Phone number as it was typed, unsealed; empty when unknown. Only for those who may see it."""
        return _unsealed(self.phone_sealed, self.__tablename__, self.id)

    @property
    def first_name(self) -> str:
        """What one calls this young person: the call name, else the given name."""
        return self.call_name or self.given_name

    @property
    def initials(self) -> str:
        """One or two letters for the disc beside the name."""
        return (self.first_name[:1] + (self.family_name.split()[-1][:1] if self.family_name else "")).upper()

    @property
    def display_name(self) -> str:
        """Name as people use it: call name or given name, then the family name."""
        return f"{self.first_name} {self.family_name}".strip()

    @property
    def short_name(self) -> str:
        """'Yassine B.': enough for a list on a phone in the street."""
        last = self.family_name.split()[-1][:1] + "." if self.family_name else ""
        return f"{self.first_name} {last}".strip()

    def age_on(self, day: date) -> int:
        """Completed years on `day`; never stored."""
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


def _unsealed(sealed: bytes | None, table: str, row_id: UUID) -> str:
    return sealing.unseal(sealed, table=table, column="phone_sealed", row_id=row_id) if sealed else ""


class PersonAlias(PersonalData, Identified, Tracked, Base):
    """Another name this young person goes by."""

    __tablename__ = "person_alias"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        CheckConstraint("length(alias) BETWEEN 1 AND 80", name="alias_length"),
        Index("ix_person_alias_team", "team_id", "person_id"),
    )

    person_id: Mapped[UUID]
    team_id: Mapped[UUID]
    alias: Mapped[str]


class RelatedPerson(PersonalData, Identified, Tracked, Base):
    """Guardian, parent, coach, mentor or confidant: a contact, without a dossier of their own."""

    __tablename__ = "related_person"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        one_of("role", RelatedRole),
        CheckConstraint("length(name) BETWEEN 1 AND 120", name="name_length"),
        Index("ix_related_person_team", "team_id", "person_id"),
    )

    person_id: Mapped[UUID]
    team_id: Mapped[UUID]
    role: Mapped[str]
    name: Mapped[str]
    phone_sealed: Mapped[bytes | None]
    may_be_contacted: Mapped[bool] = mapped_column(server_default="false", default=False)
    valid_until: Mapped[date | None]

    @property
    def phone(self) -> str:
        """Phone number as it was typed, unsealed; empty when unknown."""
        return _unsealed(self.phone_sealed, self.__tablename__, self.id)


class PersonAssignment(PersonalData, GivesRights, Identified, Tracked, Base):
    """A worker is responsible for this young person during a period; the basis of 'own caseload'."""

    __tablename__ = "person_assignment"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        CheckConstraint("until IS NULL OR until >= since", name="period"),
        Index("uq_person_assignment_open", "person_id", "user_id", unique=True, postgresql_where=text("until IS NULL")),
        Index(
            "uq_person_assignment_primary",
            "person_id",
            unique=True,
            postgresql_where=text("until IS NULL AND is_primary"),
        ),
        Index("ix_person_assignment_user", "user_id", "until", "person_id"),
        Index("ix_person_assignment_team", "team_id", "person_id"),
    )

    person_id: Mapped[UUID]
    team_id: Mapped[UUID]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    is_primary: Mapped[bool] = mapped_column(server_default="true", default=True)
    since: Mapped[date]
    until: Mapped[date | None]  # first day on which it no longer holds

    user: Mapped[User] = relationship()

    @classmethod
    def holds_on(cls, day: Any) -> ColumnElement[bool]:
        """SQL: whether the worker is responsible on this civil date."""
        return and_(cls.since <= day, cls.not_over(day))

    @classmethod
    def not_over(cls, day: Any) -> ColumnElement[bool]:
        """SQL: whether the worker is responsible on this civil date or from a later one."""
        return or_(cls.until.is_(None), cls.until > day)


class HandOverStatus(StrEnum):
    """How a hand-over ended, or that it waits."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"  # decided for who leaves, without asking


class HandOver(PersonalData, Identified, Tracked, Versioned, Base):
    """A young person goes from one worker to another: proposed and answered, or moved at once when somebody leaves."""

    __tablename__ = "hand_over"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        one_of("status", HandOverStatus),
        CheckConstraint("from_user_id <> to_user_id", name="other_person"),
        CheckConstraint("(status = 'proposed') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("(status = 'moved') = (batch_id IS NOT NULL)", name="batch"),
        CheckConstraint("together_days BETWEEN 0 AND 56", name="together_days"),
        CheckConstraint("reads_days BETWEEN 0 AND 91", name="reads_days"),
        CheckConstraint("reads_until >= together_until", name="reads_after"),
        CheckConstraint(
            "(status = 'accepted') OR num_nulls(together_until, reads_until) = 2", name="dates_when_accepted"
        ),
        CheckConstraint("length(note) <= 500", name="note_length"),
        CheckConstraint("length(answer_note) <= 200", name="answer_note_length"),
        Index("uq_hand_over_open", "person_id", unique=True, postgresql_where=text("status = 'proposed'")),
        Index("ix_hand_over_receiver", "to_user_id", "status"),
        Index("ix_hand_over_giver", "from_user_id", "status"),
        Index("ix_hand_over_person", "person_id"),
        Index("ix_hand_over_team", "team_id", "answered_at"),
        Index("ix_hand_over_answered", "answered_at"),
        Index(
            "ix_hand_over_together",
            "together_until",
            postgresql_where=text("together_until IS NOT NULL AND ended_at IS NULL"),
        ),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    person_id: Mapped[UUID]
    team_id: Mapped[UUID]
    from_user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    to_user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    proposed_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(server_default="proposed", default=HandOverStatus.PROPOSED)
    answered_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(server_default="", default="")
    answer_note: Mapped[str] = mapped_column(server_default="", default="")
    together_days: Mapped[int] = mapped_column(server_default="0", default=0)  # both work on, from the day of the yes
    reads_days: Mapped[int] = mapped_column(server_default="0", default=0)  # and after that the giver still reads
    together_until: Mapped[date | None]  # last day on which both work with this young person
    reads_until: Mapped[date | None]  # last day on which the giver may look something up
    ended_at: Mapped[datetime | None]  # when what the giver still had open went along
    batch_id: Mapped[UUID | None]  # the young people who went to one receiver when somebody left
