"""What tables are made of: their base, the columns they share, and the marks that decide what a change of them asks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    DateTime,
    ForeignKey,
    Interval,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    or_,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal.core.ids import new_id

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of all tables. Text is text, moments are timestamptz, ids are UUIDv7."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        str: Text(),
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
    }


#: One row: how far the clock of a demo or test is moved, or where it stands still (see portal.core.clock).
app_clock = Table(
    "app_clock",
    Base.metadata,
    Column(
        "singleton", Boolean, CheckConstraint("singleton", name="singleton"), primary_key=True, server_default="true"
    ),
    Column("shift", Interval, nullable=False, server_default="0"),
    Column("frozen_at", DateTime(timezone=True)),
    CheckConstraint("singleton", name="singleton"),
)


#: One row: what contexts are signed with. Only the functions of row-level security read it.
context_key = Table(
    "context_key",
    Base.metadata,
    Column("singleton", Boolean, primary_key=True, server_default="true"),
    Column("inner_pad", LargeBinary, nullable=False),
    Column("outer_pad", LargeBinary, nullable=False),
    CheckConstraint("singleton", name="singleton"),
)


class Identified:
    """Primary key, made by Python or by the database, whichever inserts."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, server_default=text("uuidv7()"))


class Tracked:
    """Who made and last changed the row, and when; filled at flush from the unit of work."""

    created_at: Mapped[datetime] = mapped_column(server_default=text("app_now()"))
    created_by: Mapped[UUID | None]
    updated_at: Mapped[datetime] = mapped_column(server_default=text("app_now()"))
    updated_by: Mapped[UUID | None]


class Versioned:
    """Optimistic lock: a form carries the version it was filled from; an older one is refused with 409."""

    version: Mapped[int] = mapped_column(server_default=text("1"), default=1)


class StepTaken:
    """One step of a machine (core.machine): who, when, from where to where, and why. Rows are added, never changed."""

    at: Mapped[datetime]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))  # nobody: the portal itself
    event: Mapped[str]
    from_status: Mapped[str] = mapped_column(server_default="", default="")
    to_status: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="", default="")


class ForPeriod:
    """Holds from a civil date on, until another one, that day included; without an end it goes on."""

    valid_from: Mapped[date]
    valid_until: Mapped[date | None]  # last day

    @classmethod
    def holds_on(cls, day: Any) -> ColumnElement[bool]:
        """SQL: whether it holds on this civil date, a value or a column."""
        return and_(cls.valid_from <= day, cls.not_over(day))

    @classmethod
    def not_over(cls, day: Any) -> ColumnElement[bool]:
        """SQL: whether it holds on this civil date or begins later."""
        return or_(cls.valid_until.is_(None), cls.valid_until >= day)

    def held_on(self, day: date) -> bool:
        """Whether this one holds on a civil date."""
        return self.valid_from <= day and (self.valid_until is None or self.valid_until >= day)


class PersonalData:
    """Marks a table whose change or read must leave a row in the access log in the same transaction."""

    __personal_data__ = True


class GivesRights:
    """Marks a table whose rows decide who reaches whom, so that a change makes the session look again."""

    __gives_rights__ = True


def one_of(column: str, values: type[Any]) -> CheckConstraint:
    """CHECK that a text column holds a member of a StrEnum. Text, because enum operators are not leakproof."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
