"""Server-side sessions: the cookie holds a secret, the database its hash; and the actor that goes with it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import literal, or_, select, union_all, update

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
    """The detached identity of a user with the roles that hold today, and for whom they stand in now."""
    today = clock.today()
    held = (
        select(RoleAssignment.role, RoleAssignment.team_id)
        .join(Team, Team.id == RoleAssignment.team_id)
        .where(
            RoleAssignment.user_id == user.id,
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until >= today),
            Team.active,
        )
    )
    stands_in = absence.stood_in_for(user.id, at=clock.now()).with_only_columns(literal(""), Absence.user_id)
    rows = db.session.execute(union_all(held, stands_in)).all()  # one statement: it runs with every page
    return Actor(
        user_id=user.id,
        name=user.name,
        roles=frozenset((Role(role), team_id) for role, team_id in rows if role),
        organisation_id=user.organisation_id,
        session_id=session_id,
        replaces=frozenset(user_id for role, user_id in rows if not role),
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
