"""The access log and the grants: who may reach a young person beyond the own team, and who did what."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    and_,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.model import Base, GivesRights, Identified, PersonalData, Tracked, one_of


class Action(StrEnum):
    """What was done (NEN 7513 event types, in our words)."""

    READ = "read"
    LIST = "list"
    SEARCH = "search"
    CREATE = "create"
    UPDATE = "update"
    EXPORT = "export"
    DENIED = "denied"
    SIGN_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_OUT = "sign_out"
    ADMINISTER = "administer"
    NOTIFY = "notify"


class AccessEvent(Identified, Base):
    """One read or write, one row per data subject, in the transaction it records (NEN 7513). Insert-only.

    Kept in months (access_event_2026_11, …); what strays goes to access_event_default until the night.
    """

    __tablename__ = "access_event"
    __table_args__ = (
        one_of("action", Action),
        CheckConstraint("result IN ('ok', 'denied')", name="result"),
        Index("ix_access_event_subject", "subject_type", "subject_id", "at"),
        Index("ix_access_event_actor", "actor_id", "at"),
        Index("ix_access_event_xid", "epoch", "xid"),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    at: Mapped[datetime] = mapped_column(server_default=text("app_now()"), primary_key=True)
    actor_id: Mapped[UUID | None]  # no foreign key: the log outlives the account
    actor_name: Mapped[str]  # "system:…" for tasks, '' for nobody
    on_behalf_of: Mapped[UUID | None]
    role: Mapped[str] = mapped_column(server_default="")  # the role that granted it
    organisation_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    origin: Mapped[str] = mapped_column(server_default="")  # endpoint, task or command
    action: Mapped[str]
    result: Mapped[str] = mapped_column(server_default="ok")
    subject_type: Mapped[str] = mapped_column(server_default="")
    subject_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None] = mapped_column(index=True)  # the young person concerned, if any
    team_id: Mapped[UUID | None]
    fields: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")  # names of fields, never values
    purpose: Mapped[str] = mapped_column(server_default="")
    context: Mapped[str] = mapped_column(server_default="")
    break_glass: Mapped[bool] = mapped_column(server_default="false")
    request_id: Mapped[str] = mapped_column(server_default="")
    # Filled in by the database alone: which transaction of which life of it wrote the row (docs/adr/0008).
    epoch: Mapped[int] = mapped_column(server_default=text("1"), deferred=True)
    xid: Mapped[int] = mapped_column(
        BigInteger, server_default=text("pg_current_xact_id()::text::bigint"), deferred=True
    )


class GrantReason(StrEnum):
    """Why somebody outside the ordinary reach may see a young person."""

    TRAJECTORY = "trajectory"
    REPLACEMENT = "replacement"
    TRANSFER = "transfer"
    FORMER = "former"  # guided this young person, and reads on for a while
    BREAK_GLASS = "break_glass"


class AccessGrant(GivesRights, Identified, Base):
    """Reading right on one young person for a user, or for the holders of a role in a team, for a period."""

    __tablename__ = "access_grant"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        CheckConstraint("(grantee_user_id IS NULL) <> (grantee_team_id IS NULL)", name="one_grantee"),
        CheckConstraint("grantee_team_id IS NULL OR grantee_role IS NOT NULL", name="team_needs_role"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),
        one_of("reason", GrantReason),
        Index("ix_access_grant_user", "grantee_user_id", "valid_until"),
        Index("ix_access_grant_team", "grantee_team_id", "valid_until"),
        Index("ix_access_grant_person", "person_id"),
        Index("ix_access_grant_record", "record_id"),
    )

    person_id: Mapped[UUID]
    team_id: Mapped[UUID]  # the young person's team
    grantee_user_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    grantee_team_id: Mapped[UUID | None] = mapped_column(ForeignKey("team.id"))
    grantee_role: Mapped[str | None]
    reason: Mapped[str]
    record_id: Mapped[UUID | None]  # the trajectory, absence or case it follows from
    valid_from: Mapped[datetime] = mapped_column(server_default=text("app_now()"))
    valid_until: Mapped[datetime | None]
    created_by: Mapped[UUID | None]

    @classmethod
    def holds_at(cls, moment: Any) -> ColumnElement[bool]:
        """SQL: whether it holds at this moment; the end is exclusive."""
        return and_(cls.valid_from <= moment, or_(cls.valid_until.is_(None), cls.valid_until > moment))


class DeclaredRelation(PersonalData, GivesRights, Identified, Tracked, Base):
    """A colleague says: I know this young person in private. Nothing about how; ended by themselves.

    From then on they do not see or count them, unless they answer for them (domain I-24).
    """

    __tablename__ = "declared_relation"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "team_id"], ["person.id", "person.team_id"], onupdate="CASCADE"),
        Index("ix_declared_relation_person_id", "person_id"),
        Index(
            "uq_declared_relation_open", "user_id", "person_id", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
        CheckConstraint("ended_at IS NULL OR ended_at >= declared_at", name="period"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    person_id: Mapped[UUID]
    team_id: Mapped[UUID]
    declared_at: Mapped[datetime] = mapped_column(server_default=text("app_now()"))
    ended_at: Mapped[datetime | None]
