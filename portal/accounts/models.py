"""Organisations, teams with areas, people with roles per team, their sessions and sign-in attempts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.model import Base, ForPeriod, GivesRights, Identified, Tracked, Versioned, one_of
from portal.privacy.permissions import Role


class OrganisationKind(StrEnum):
    """Kinds of organisation (domain §1.9, reduced to what access needs)."""

    MUNICIPALITY = "municipality"
    YOUTH_WORK = "youth_work"
    CM_NETWORK = "cm_network"
    OTHER = "other"


class TeamKind(StrEnum):
    """A district team works for one stadsdeel; a city team for the whole city."""

    DISTRICT = "district"
    CITY = "city"


class Organisation(Identified, Tracked, Versioned, Base):
    """An employer: the municipality, a youth-work foundation, the messengers' network."""

    __tablename__ = "organisation"
    __table_args__ = (one_of("kind", OrganisationKind), UniqueConstraint("name"))
    __mapper_args__ = {"version_id_col": Versioned.version}

    name: Mapped[str]
    kind: Mapped[str]
    active: Mapped[bool] = mapped_column(server_default="true", default=True)


class Team(Identified, Tracked, Versioned, Base):
    """A team: the unit of access (every personal record carries its team)."""

    __tablename__ = "team"
    __table_args__ = (
        one_of("kind", TeamKind),
        UniqueConstraint("name"),
        CheckConstraint("caseload_norm BETWEEN 1 AND 100", name="norm"),
        CheckConstraint("contact_norm_days BETWEEN 1 AND 365", name="contact_norm_days"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    kind: Mapped[str]
    # What holds until the first TeamNorm; portal.accounts.service.norms says what holds on a day.
    first_caseload_norm: Mapped[int] = mapped_column("caseload_norm", server_default="12", default=12)
    first_contact_norm_days: Mapped[int] = mapped_column("contact_norm_days", server_default="30", default=30)
    active: Mapped[bool] = mapped_column(server_default="true", default=True)

    organisation: Mapped[Organisation] = relationship()
    areas: Mapped[list[TeamArea]] = relationship(back_populates="team", cascade="all, delete-orphan")


class TeamNorm(Identified, Tracked, Base):
    """What a team aims at from a day on, until the next row; what has begun is never changed."""

    __tablename__ = "team_norm"
    __table_args__ = (
        UniqueConstraint("team_id", "valid_from"),
        CheckConstraint("caseload_norm BETWEEN 1 AND 100", name="caseload_norm"),
        CheckConstraint("contact_norm_days BETWEEN 1 AND 365", name="contact_norm_days"),
        CheckConstraint("in_between_norm_days BETWEEN 1 AND 365", name="in_between_norm_days"),
        CheckConstraint("city_norm_days BETWEEN 1 AND 365", name="city_norm_days"),
        CheckConstraint("case_norm BETWEEN 1 AND 100", name="case_norm"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    valid_from: Mapped[date]
    caseload_norm: Mapped[int]  # young people per full-time worker
    contact_norm_days: Mapped[int]  # days without effective contact after which a young person is long silent
    # The same while a case runs at that level, where it is stricter; and how many running cases one has in hand.
    in_between_norm_days: Mapped[int] = mapped_column(server_default="14", default=14)
    city_norm_days: Mapped[int] = mapped_column(server_default="7", default=7)
    case_norm: Mapped[int] = mapped_column(server_default="10", default=10)


class TeamArea(Base):
    """A team works in this area (stadsdeel, gebied or wijk)."""

    __tablename__ = "team_area"

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"), primary_key=True)

    team: Mapped[Team] = relationship(back_populates="areas")


class User(Identified, Tracked, Versioned, Base):
    """A person with an account. Staff data, not case data."""

    __tablename__ = "app_user"
    __table_args__ = (
        Index("uq_app_user_email", text("lower(email)"), unique=True),
        Index("uq_app_user_login", text("lower(login)"), unique=True),
        CheckConstraint("language IN ('nl', 'en')", name="language"),
        CheckConstraint("theme IN ('', 'light', 'dark')", name="theme"),
        CheckConstraint("length(name) BETWEEN 1 AND 120", name="name_length"),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(index=True)
    login: Mapped[str]  # short sign-in name
    email: Mapped[str]
    phone: Mapped[str] = mapped_column(server_default="", default="")  # work number
    password_hash: Mapped[str | None]  # argon2id; None until the invitation is used
    password_changed_at: Mapped[datetime | None]
    totp_sealed: Mapped[bytes | None]
    totp_last_step: Mapped[int | None]  # a code works once
    language: Mapped[str] = mapped_column(server_default="nl", default="nl")
    theme: Mapped[str] = mapped_column(server_default="", default="")
    mail_reminders: Mapped[bool] = mapped_column(server_default="true", default=True)
    shortcuts: Mapped[bool] = mapped_column(server_default="true", default=True)  # single keys do something
    hints_seen: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}", default=list)  # codes
    invited_at: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    roles: Mapped[list[RoleAssignment]] = relationship(back_populates="user", foreign_keys="RoleAssignment.user_id")


class RoleAssignment(ForPeriod, Identified, Tracked, Base):
    """A role in a team for a period, with the formation (FTE) it is done with."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("fte >= 0 AND fte <= 1.5", name="fte"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="period"),
        CheckConstraint(
            "role <> 'external_partner' OR valid_until <= valid_from + 366 AND valid_until IS NOT NULL", name="guest"
        ),
        Index(
            "uq_role_assignment_open",
            "user_id",
            "team_id",
            "role",
            unique=True,
            postgresql_where=text("valid_until IS NULL"),
        ),
        Index("ix_role_assignment_team", "team_id", "role"),
        Index("ix_role_assignment_sponsor", "sponsor_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    role: Mapped[str]
    fte: Mapped[Decimal] = mapped_column(Numeric(3, 2), server_default="1", default=Decimal(1))
    sponsor_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))  # who answers for somebody from outside

    user: Mapped[User] = relationship(back_populates="roles", foreign_keys=[user_id])
    team: Mapped[Team] = relationship()
    sponsor: Mapped[User | None] = relationship(foreign_keys=[sponsor_id])


class Absence(GivesRights, Identified, Tracked, Versioned, Base):
    """Somebody is away for a period, and perhaps a colleague stands in. Holds no reason: that would be about health.

    Rights and reminders compare the period with the one clock, so that they return by themselves. An absence that was
    taken back before it began has an empty period.
    """

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("ends_at >= starts_at", name="period"),
        CheckConstraint("replacement_id IS DISTINCT FROM user_id", name="other_person"),
        CheckConstraint("declined_at IS NULL OR replacement_id IS NOT NULL", name="declined"),
        ExcludeConstraint(
            ("user_id", "="),
            (func.tstzrange(text("starts_at"), text("ends_at")), "&&"),
            name="ex_absence_overlap",
            using="gist",
        ),
        Index("ix_absence_user", "user_id", "ends_at"),
        Index("ix_absence_replacement", "replacement_id", "ends_at"),
        Index("ix_absence_ends", "ends_at"),
    )
    __mapper_args__ = {"version_id_col": Versioned.version}

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    replacement_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_user.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # exclusive
    declined_at: Mapped[datetime | None]  # the replacement said that it is not possible

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    replacement: Mapped[User | None] = relationship(foreign_keys=[replacement_id])


class Duty(Identified, Tracked, Base):
    """Somebody of a team can be reached outside working hours for a period. One taken back has an empty period."""

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint("ends_at >= starts_at", name="period"),
        ExcludeConstraint(
            ("user_id", "="),
            ("team_id", "="),
            (func.tstzrange(text("starts_at"), text("ends_at")), "&&"),
            name="ex_duty_overlap",
            using="gist",
        ),
        Index("ix_duty_team", "team_id", "ends_at"),
        Index("ix_duty_user", "user_id", "ends_at"),
    )

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # exclusive


class UserSession(Identified, Base):
    """A signed-in browser. Only the hash of its secret is stored; ends when idle, when old, or when revoked."""

    __tablename__ = "user_session"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_user_session_user", "user_id", "ended_at"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    token_hash: Mapped[bytes] = mapped_column(deferred=True)  # not for reading: a function looks it up
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]  # absolute end
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(server_default="", default="")  # "Chrome op Android", for "Mijn account"
    second_factor: Mapped[bool] = mapped_column(server_default="false", default=False)
    confirmed_at: Mapped[datetime | None]  # when a second factor was last asked and given in this session


class Passkey(Identified, Base):
    """A key in a phone, computer or security key (WebAuthn). What is stored here is of no use to a thief."""

    __tablename__ = "passkey"
    __table_args__ = (
        UniqueConstraint("credential_id"),
        CheckConstraint("length(name) BETWEEN 1 AND 60", name="name_length"),
        CheckConstraint("sign_count >= 0", name="sign_count"),
        Index("ix_passkey_user", "user_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)  # 0 for keys that do not count
    name: Mapped[str]  # given by its owner
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class ChallengeUse(StrEnum):
    """What somebody is going to do with a passkey."""

    ADD = "add"
    SIGN_IN = "sign_in"
    CONFIRM = "confirm"


class PasskeyChallenge(Base):
    """A question to a passkey that was not answered yet; it is deleted by the first answer, right or wrong."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (one_of("use", ChallengeUse), Index("ix_passkey_challenge_user", "user_id", "expires_at"))

    challenge_hash: Mapped[bytes] = mapped_column(primary_key=True)  # the challenge itself is in the browser's cookie
    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    session_id: Mapped[UUID | None]  # None before signing in
    use: Mapped[str]
    expires_at: Mapped[datetime]


class RecoveryCode(Identified, Base):
    """A code on paper for who lost the other factors; works once. Only its hash is stored (80 random bits)."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    code_hash: Mapped[bytes]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInOutcome(StrEnum):
    """How an attempt ended."""

    STARTED = "started"  # written before it is judged; this one counts
    OK = "ok"
    WRONG = "wrong"
    BLOCKED = "blocked"
    SECOND_FACTOR_WRONG = "second_factor_wrong"


class SignInAttempt(Identified, Base):
    """An attempt to sign in: counter and evidence. Name and origin are kept only as keyed hashes."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        one_of("outcome", SignInOutcome),
        Index("ix_sign_in_attempt_login", "login_hash", "at"),
        Index("ix_sign_in_attempt_origin", "origin_hash", "at"),
    )

    at: Mapped[datetime]
    login_hash: Mapped[bytes]
    origin_hash: Mapped[bytes]
    user_id: Mapped[UUID | None]
    outcome: Mapped[str]


class TokenKind(StrEnum):
    """What a mail about an account is for: the first two carry a link, the others tell what happened."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 — a kind, not a secret
    FACTORS_CHANGED = "factors_changed"
    FACTORS_RESET = "factors_reset"
    RECOVERY_USED = "recovery_used"
    INTEGRITY = "integrity"
    ADDRESS_CHANGED = "address_changed"


LINKS = frozenset({TokenKind.INVITATION, TokenKind.PASSWORD_RESET})


class AccountToken(Identified, Base):
    """A mail about an account. The secret of a link is made by the task that mails it; only its hash is stored."""

    __tablename__ = "account_token"
    __table_args__ = (
        one_of("kind", TokenKind),
        UniqueConstraint("token_hash"),
        Index("ix_account_token_user", "user_id", "kind"),
        Index("ix_account_token_unsent", "requested_at", postgresql_where=text("sent_at IS NULL AND used_at IS NULL")),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("app_user.id"))
    kind: Mapped[str]
    requested_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0", default=0)
    try_after: Mapped[datetime | None]  # a task is mailing it, or did not get it mailed; not again before
    token_hash: Mapped[bytes | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # used or withdrawn
    address: Mapped[str | None]  # where it goes; NULL is the address of the account
