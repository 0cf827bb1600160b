"""The reminder ledger (docs/adr/0002). PostgreSQL is the scheduler; Celery is only the tick."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.model import Base, Identified, one_of
from portal.core.registry import RuleClass


class DispatchState(StrEnum):
    """State of one message to one recipient over one channel."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    DEAD = "dead"
    CANCELLED = "cancelled"


class DispatchChannel(StrEnum):
    """Where a message goes; in-app is a notification row and needs no dispatch."""

    EMAIL = "email"
    SMS = "sms"


class AttemptOutcome(StrEnum):
    """What the other side said."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


class Reminder(Identified, Base):
    """What is due, for whom, about which record, by which rule. Holds no content of the record."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("rule_code", "object_id", "due_on", "recipient_id", "stage"),  # domain I-26
        Index("ix_reminder_recipient", "recipient_id", "created_at"),
        Index("ix_reminder_object", "object_id"),
        Index("ix_reminder_live", "rule_code", postgresql_where=text("cancelled_at IS NULL")),
    )

    rule_code: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[UUID]
    person_id: Mapped[UUID | None]  # for the entitlement check; never part of a message
    team_id: Mapped[UUID | None]
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    stage: Mapped[int] = mapped_column(server_default="0", default=0)
    due_on: Mapped[date]  # local date the rule fired for
    since: Mapped[datetime] = mapped_column(server_default=text("app_now()"))  # from when it deserved a reminder
    created_at: Mapped[datetime] = mapped_column(server_default=text("app_now()"))
    cancelled_at: Mapped[datetime | None]  # from when it no longer holds: done, moved, no longer entitled
    cancel_reason: Mapped[str] = mapped_column(server_default="", default="")
    dispatch_id: Mapped[UUID | None] = mapped_column(ForeignKey("dispatch.id"), index=True)  # the mail it is in
    sms_dispatch_id: Mapped[UUID | None] = mapped_column(ForeignKey("dispatch.id"), index=True)  # and the SMS


class Dispatch(Identified, Base):
    """One message per recipient × channel × slot, carrying one reminder or a digest of many."""

    __tablename__ = "dispatch"
    __table_args__ = (
        UniqueConstraint("occurrence_key"),
        one_of("state", DispatchState),
        one_of("channel", DispatchChannel),
        CheckConstraint("(state = 'claimed') = (lease_token IS NOT NULL)", name="lease"),
        Index("ix_dispatch_open", "not_before", "id", postgresql_where=text("state IN ('pending', 'claimed')")),
        Index("ix_dispatch_state", "state", "created_at"),
        Index("ix_dispatch_recipient", "recipient_id", "created_at"),
    )

    occurrence_key: Mapped[str]  # recipient | channel | local date | slot
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    channel: Mapped[str] = mapped_column(server_default="email", default=DispatchChannel.EMAIL)
    state: Mapped[str] = mapped_column(server_default="pending", default=DispatchState.PENDING)
    slot_on: Mapped[date]
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("app_now()"))
    settled_at: Mapped[datetime | None]

    reminders: Mapped[list[Reminder]] = relationship(
        order_by="Reminder.due_on",
        primaryjoin="or_(Dispatch.id == Reminder.dispatch_id, Dispatch.id == Reminder.sms_dispatch_id)",
        viewonly=True,
    )


class Attempt(Identified, Base):
    """One try to send a dispatch; append-only but for its ending."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("dispatch_id", "n"),
        CheckConstraint(
            "outcome IS NULL OR outcome IN ('accepted', 'temporary', 'permanent', 'unknown')", name="outcome"
        ),
    )

    dispatch_id: Mapped[UUID] = mapped_column(ForeignKey("dispatch.id"))
    n: Mapped[int]
    token: Mapped[UUID]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    reply: Mapped[str] = mapped_column(server_default="", default="")


class Notification(Base):
    """The in-app message; its key is the reminder's, so it exists exactly once."""

    __tablename__ = "notification"
    __table_args__ = (Index("ix_notification_recipient", "recipient_id", "created_at"),)

    reminder_id: Mapped[UUID] = mapped_column(ForeignKey("reminder.id"), primary_key=True)
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("app_now()"))
    read_at: Mapped[datetime | None]

    reminder: Mapped[Reminder] = relationship()


class DeliveryWish(Base):
    """How one colleague wants to be reached beyond the portal; no row means the defaults.

    Whether the ordinary class is mailed is User.mail_reminders; the legal class always is.
    """

    __tablename__ = "delivery_wish"
    __table_args__ = (
        CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL) AND (quiet_from IS NULL) = (quiet_free_days IS NULL)",
            name="quiet",
        ),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    mail_acute: Mapped[bool] = mapped_column(server_default="true", default=True)
    sms_normal: Mapped[bool] = mapped_column(server_default="false", default=False)
    sms_acute: Mapped[bool] = mapped_column(server_default="true", default=True)
    sms_legal: Mapped[bool] = mapped_column(server_default="false", default=False)
    quiet_from: Mapped[time | None]  # own quiet hours, wall clock of Amsterdam
    quiet_until: Mapped[time | None]
    quiet_free_days: Mapped[bool | None]
    number_sealed: Mapped[bytes | None]  # mobile number for SMS


class RuleVersion(Identified, Base):
    """A version of a reminder rule as it was put into use; the newest holds, and none is ever changed."""

    __tablename__ = "reminder_rule_version"
    __table_args__ = (
        UniqueConstraint("rule_code", "n"),
        CheckConstraint("n >= 1", name="n"),
        one_of("kind", RuleClass),
        CheckConstraint("jsonb_typeof(terms) = 'object'", name="terms"),
        CheckConstraint("length(reason) BETWEEN 5 AND 500", name="reason_length"),
    )

    rule_code: Mapped[str]
    n: Mapped[int]
    enabled: Mapped[bool]
    kind: Mapped[str]
    terms: Mapped[dict[str, int]] = mapped_column(JSONB)
    reason: Mapped[str]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime] = mapped_column(server_default=text("app_now()"))


class Snooze(Base):
    """A reminder that its recipient put off; the key lets it happen once."""

    __tablename__ = "snooze"

    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    rule_code: Mapped[str] = mapped_column(primary_key=True)
    object_id: Mapped[UUID] = mapped_column(primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    until: Mapped[date]  # on the morning of this day it is there again
    at: Mapped[datetime] = mapped_column(server_default=text("app_now()"))


class Heartbeat(Base):
    """Last sign of life of each source of ticks."""

    __tablename__ = "heartbeat"

    source: Mapped[str] = mapped_column(primary_key=True)  # 'beat' or 'worker'
    beat_at: Mapped[datetime]  # clock of the demo or test
    real_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    ticks: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
