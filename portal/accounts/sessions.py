"""Server-side sessions: the cookie holds a secret, the database its hash; and the actor that goes with it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import DateTime, cast, literal, null, or_, select, union_all, update

from portal.accounts import absence
from portal.accounts.models import Absence, RoleAssignment, Team, User, UserSession
from portal.accounts.policy import may_sign_in
from portal.core import clock, db
from portal.privacy.actor import Actor
from portal.privacy.permissions import Role
from portal.settings import settings

#: `last_seen_at` is written at most this often, so that reading pages does not write on every request.
SEEN_EVERY = timedelta(seconds=30)


def hash_token(token: str) -> bytes:
    """What is stored of a secret with 256 bits of entropy; a plain hash is enough for those."""
    return hashlib.sha256(token.encode()).digest()


def start(user: User, *, device: str = "", second_factor: bool = False) -> tuple[UserSession, str]:
    """Open a session; returns the row and the secret for the cookie."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    row = UserSession(
        user_id=user.id,
        token_hash=hash_token(token),
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(minutes=settings().session_absolute_minutes),
        device=device[:120],
        second_factor=second_factor,
    )
    db.session.add(row)
    db.session.flush()
    return row, token


def actor_for(token: str) -> Actor | None:
    """The actor behind a cookie, or None when the session ended, was idle too long or the account is closed."""
    now = clock.now()
    idle_since = now - timedelta(minutes=settings().session_idle_minutes)
    found = db.session.execute(
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.token_hash == hash_token(token),
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
            UserSession.last_seen_at > idle_since,
            User.deactivated_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    row, user = found
    if not may_sign_in(user):
        return None
    if now - row.last_seen_at > SEEN_EVERY:
        row.last_seen_at = now
    return actor_of(user, session_id=row.id)


def actor_of(user: User, *, session_id: UUID | None = None) -> Actor:
    """The detached identity of a user: the roles that hold today, for whom they stand in, and whether they are away.

    One statement, because it runs with every page.
    """
    today, now = clock.today(), clock.now()
    held = (
        select(RoleAssignment.role, RoleAssignment.team_id, cast(null(), DateTime(timezone=True)))
        .join(Team, Team.id == RoleAssignment.team_id)
        .where(
            RoleAssignment.user_id == user.id,
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until >= today),
            Team.active,
        )
    )
    stands_in = absence.stood_in_for(user.id, at=now).with_only_columns(literal(""), Absence.user_id, Absence.ends_at)
    away = select(literal(""), Absence.user_id, Absence.ends_at).where(
        Absence.user_id == user.id, absence.running(at=now)
    )
    rows = db.session.execute(union_all(held, stands_in, away)).all()
    return Actor(
        user_id=user.id,
        name=user.name,
        roles=frozenset((Role(role), team_id) for role, team_id, _ in rows if role),
        organisation_id=user.organisation_id,
        session_id=session_id,
        replaces=frozenset(user_id for role, user_id, _ in rows if not role and user_id != user.id),
        away_until=next((ends_at for role, user_id, ends_at in rows if not role and user_id == user.id), None),
        email=user.email,
        language=user.language,
        theme=user.theme,
        shortcuts=user.shortcuts,
        hints_seen=frozenset(user.hints_seen),
    )


def end(session_id: UUID) -> None:
    """Revoke one session at once."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def end_all(user_id: UUID, *, but: UUID | None = None) -> None:
    """Revoke every session of a user, for instance after a new password."""
    statement = update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    if but is not None:
        statement = statement.where(UserSession.id != but)
    db.session.execute(statement.values(ended_at=clock.now()))
