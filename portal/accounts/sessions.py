"""Server-side sessions: the cookie holds a secret, the database its hash; and the actor that goes with it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Date,
    DateTime,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import array

from portal.accounts import absence, duty
from portal.accounts.models import Absence, Duty, RoleAssignment, Team, User, UserSession
from portal.accounts.policy import may_sign_in
from portal.core import clock, db
from portal.privacy.actor import Actor
from portal.privacy.permissions import Role
from portal.settings import settings

#: `last_seen_at` is written at most this often, so that reading pages does not write on every request.
SEEN_EVERY = timedelta(seconds=30)
NOW, TODAY = bindparam("now", type_=DateTime(timezone=True)), bindparam("today", type_=Date())
#: What the database tells of the session behind a secret; from then on the transaction acts as its user.
_ACT = func.act_by_session(
    bindparam("token", type_=LargeBinary()), bindparam("idle_since", type_=DateTime(timezone=True))
)
_OPENED = _ACT.table_valued(
    column("session_id", Uuid()),
    column("user_id", Uuid()),
    column("last_seen_at", DateTime(timezone=True)),
    column("confirmed_at", DateTime(timezone=True)),
    name="opened",
)
#: What every request asks of the user; columns, because entities would cost more than the statement.
OF_USER = (
    User.id, User.name, User.organisation_id, User.email, User.language, User.theme, User.shortcuts, User.hints_seen,
    User.deactivated_at,
)  # fmt: skip


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
        confirmed_at=now if second_factor else None,
    )
    db.session.add(row)
    db.session.flush()
    return row, token


def actor_for(token: str) -> Actor | None:
    """The actor behind a cookie, or None when the session ended, was idle too long or the account is closed."""
    now = clock.now()
    idle_since = now - timedelta(minutes=settings().session_idle_minutes)
    given = {"token": hash_token(token), "idle_since": idle_since}
    found = db.session.execute(_BY_TOKEN, given | {"now": now, "today": clock.today()}).one_or_none()
    if found is None or not may_sign_in(found):
        return None
    db.acting(select(_ACT).params(**given))
    if now - found.last_seen_at > SEEN_EVERY:
        seen = update(UserSession).where(UserSession.id == found.session_id).values(last_seen_at=now)
        db.session.execute(seen, execution_options={"synchronize_session": False})
    return replace(_actor(found, found, found.session_id), confirmed_at=found.confirmed_at)


def actor_of(user: User, *, session_id: UUID | None = None) -> Actor:
    """The detached identity of a user: the roles that hold today, for whom they stand in, and whether they are away."""
    now = clock.now()
    held = db.session.execute(_BY_USER, {"user": user.id, "now": now, "today": clock.today()}).one()
    return _actor(user, held, session_id)


def _roles() -> Any:
    """The roles of the User in the statement around it that hold today: an array of [role, team], or NULL."""
    return (
        select(func.array_agg(array([RoleAssignment.role, cast(RoleAssignment.team_id, Text)])))
        .join(Team, Team.id == RoleAssignment.team_id)
        .where(
            RoleAssignment.user_id == User.id,
            RoleAssignment.holds_on(TODAY),
            Team.active,
        )
        .correlate(User)
        .scalar_subquery()
        .label("roles")
    )


def _replaces() -> Any:
    """For whom the User in the statement around it stands in at this moment: an array of ids."""
    away = absence.stood_in_for(User.id, at=NOW).correlate(User).scalar_subquery()
    return func.array(away, type_=ARRAY(Uuid())).label("replaces")


def _away_until() -> Any:
    """Until when the User in the statement around it is away; NULL when not."""
    absent = select(func.max(Absence.ends_at)).where(Absence.user_id == User.id, absence.running(at=NOW))
    return absent.correlate(User).scalar_subquery().label("away_until")


def _duty_until() -> Any:
    """Until when the User in the statement around it has duty; NULL when not."""
    has = select(func.max(Duty.ends_at)).where(Duty.user_id == User.id, duty.running(at=NOW))
    return has.correlate(User).scalar_subquery().label("duty_until")


#: Written once, because every request asks it.
_HELD = (_roles(), _replaces(), _away_until(), _duty_until())
_BY_USER = select(*_HELD).where(User.id == bindparam("user", type_=Uuid()))
_BY_TOKEN = (
    select(_OPENED.c.session_id, _OPENED.c.last_seen_at, _OPENED.c.confirmed_at, *OF_USER, *_HELD)
    .select_from(_OPENED)
    .join(User, User.id == _OPENED.c.user_id)
)


def _actor(user: Any, held: Any, session_id: UUID | None) -> Actor:
    return Actor(
        user_id=user.id,
        name=user.name,
        roles=frozenset((Role(role), UUID(team_id)) for role, team_id in held.roles or ()),
        organisation_id=user.organisation_id,
        session_id=session_id,
        replaces=frozenset(held.replaces),
        away_until=held.away_until,
        duty_until=held.duty_until,
        email=user.email,
        language=user.language,
        theme=user.theme,
        shortcuts=user.shortcuts,
        hints_seen=frozenset(user.hints_seen),
    )


def confirm(session_id: UUID) -> None:
    """A second factor was just given in this session."""
    statement = update(UserSession).where(UserSession.id == session_id, UserSession.ended_at.is_(None))
    db.session.execute(statement.values(confirmed_at=clock.now(), second_factor=True))


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
