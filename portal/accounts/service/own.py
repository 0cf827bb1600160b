"""What people do with their own account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from portal.accounts import attempts, passwords, sessions, tokens
from portal.accounts.models import RoleAssignment, SignInOutcome, Team, User, UserSession
from portal.core import clock, db
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Role
from portal.settings import settings

WRONG_PASSWORD = N_("Dit wachtwoord klopt niet.")
WRONG_CODE = N_("Deze code klopt niet. Kijk of de tijd op je telefoon goed staat en vul de nieuwste code in.")


@dataclass(frozen=True)
class OpenSession:
    """A browser that is signed in."""

    id: UUID
    device: str
    created_at: datetime
    last_seen_at: datetime
    current: bool


def get(actor: Actor) -> User:
    """The actor's own account."""
    user = db.session.get(User, actor.user_id)
    if user is None:
        raise NotFound
    return user


def roles(actor: Actor) -> list[tuple[Role, str]]:
    """Roles that hold today with the name of their team, in the order of the matrix."""
    today = clock.today()
    held = (
        select(RoleAssignment.role, Team.name)
        .join(Team, Team.id == RoleAssignment.team_id)
        .where(
            RoleAssignment.user_id == actor.user_id,
            RoleAssignment.holds_on(today),
        )
        .order_by(Team.name)
    )
    return sorted(((Role(role), name) for role, name in db.session.execute(held)), key=lambda r: list(Role).index(r[0]))


def set_language(actor: Actor, *, language: str) -> None:
    """Remember the language (nl or en); a choice of one's own, so it takes no version."""
    _set(actor, language=language)


def set_theme(actor: Actor, *, theme: str) -> None:
    """Remember the colours: light, dark, or empty for what the device says."""
    _set(actor, theme=theme)


def set_preferences(actor: Actor, *, language: str, theme: str) -> None:
    """Remember both choices at once."""
    _set(actor, language=language, theme=theme)


def set_shortcuts(actor: Actor, *, on: bool) -> None:
    """Whether single keys do something."""
    _set(actor, shortcuts=on)


def set_hints_seen(actor: Actor, *, codes: frozenset[str]) -> None:
    """Remember the codes of the hints that were put away."""
    _set(actor, hints_seen=sorted(codes))


def _set(actor: Actor, **values: object) -> None:
    db.session.execute(update(User).where(User.id == actor.user_id).values(**values))


def confirm(actor: Actor, user: User, password: str, origin: str) -> None:
    """Raise Invalid unless this is the actor's password, and TooMany after many wrong ones."""
    attempt = attempts.begin(f"confirm {user.id}", origin=origin)
    if not passwords.matches(user.password_hash, password):
        attempts.end(attempt, SignInOutcome.WRONG, user_id=user.id)
        raise Invalid(current=WRONG_PASSWORD)
    attempts.end(attempt, SignInOutcome.OK, user_id=user.id)


def log(actor: Actor, field: str) -> None:
    """Write down which part of the own account changed."""
    access_log.record(
        actor, Action.UPDATE, Subject("user", actor.user_id), permission=Permission.OWN_ACCOUNT, fields=[field]
    )


def change_password(actor: Actor, *, current: str, password: str, origin: str) -> None:
    """Set a new password; all other sessions and mailed links end. Raises Invalid or TooMany."""
    user = get(actor)
    confirm(actor, user, current, origin)
    if passwords.matches(user.password_hash, password):
        raise Invalid(password=N_("Dit is je wachtwoord van nu. Kies een ander."))
    passwords.check_new(password, names=passwords.names_of(user.name, user.login, user.email))
    user.password_hash, user.password_changed_at = passwords.hashed(password), clock.now()
    sessions.end_all(user.id, but=actor.session_id)
    tokens.withdraw(user.id)
    log(actor, "password")


# --- sessions ----------------------------------------------------------------


def open_sessions(actor: Actor) -> Sequence[OpenSession]:
    """The browsers that are signed in, this one first, then the last used."""
    now = clock.now()
    idle_since = now - timedelta(minutes=settings().session_idle_minutes)
    rows = db.session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == actor.user_id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > now,
            UserSession.last_seen_at > idle_since,
        )
        .order_by(UserSession.last_seen_at.desc())
    )
    found = [OpenSession(r.id, r.device, r.created_at, r.last_seen_at, r.id == actor.session_id) for r in rows]
    return sorted(found, key=lambda row: not row.current)


def end_session(actor: Actor, session_id: UUID) -> None:
    """Sign one browser out. Raises NotFound for a session that is not the actor's or has ended."""
    if session_id not in {row.id for row in open_sessions(actor)}:
        raise NotFound
    sessions.end(session_id)
    log(actor, "session")


def end_all_sessions(actor: Actor) -> None:
    """Sign every browser out, this one included."""
    sessions.end_all(get(actor).id)
    log(actor, "session")
