"""Signing in and out. Every refusal looks the same and costs the same, whether or not the account exists."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, or_, select

from portal.accounts import attempts, passwords, sessions, totp
from portal.accounts.attempts import Attempt
from portal.accounts.models import SignInOutcome, User
from portal.accounts.policy import may_sign_in
from portal.core import db
from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action

WRONG = N_("De naam of het wachtwoord klopt niet.")
WRONG_CODE = N_("Deze code klopt niet of is al gebruikt. Wacht op de volgende code in je app.")


def find(login: str) -> User | None:
    """The user with this sign-in name or mail address, in any case of letters."""
    wanted = login.strip().lower()
    named = or_(func.lower(User.login) == wanted, func.lower(User.email) == wanted)
    users = db.session.scalars(select(User).where(named).limit(2)).all()
    return next((user for user in users if user.login.lower() == wanted), users[0] if users else None)


def check_password(login: str, password: str, *, origin: str) -> User:
    """The user whose name and password these are. Raises Invalid, or TooMany.

    Exactly one password is computed, for an unknown, closed or not yet accepted account as well.
    """
    attempt = attempts.begin(login, origin=origin)
    user = find(login)
    stored = user.password_hash if user and may_sign_in(user) else None
    if not passwords.matches(stored, password) or user is None or stored is None:
        _refused(attempt, SignInOutcome.WRONG, user)
        raise Invalid(password=WRONG)
    attempts.end(attempt, SignInOutcome.OK, user_id=user.id)
    if passwords.outdated(stored):
        user.password_hash = passwords.hashed(password)
    return user


def check_code(user_id: UUID, code: str, *, origin: str) -> User:
    """The user whose second factor this is. Raises Invalid (also for a code that was used), or TooMany."""
    attempt = attempts.begin(f"code {user_id}", origin=origin)
    user = db.session.get(User, user_id)
    if user is None or not may_sign_in(user) or not totp.use(user, code):
        _refused(attempt, SignInOutcome.SECOND_FACTOR_WRONG, user)
        raise Invalid(code=WRONG_CODE)
    attempts.end(attempt, SignInOutcome.OK, user_id=user.id)
    return user


def _refused(attempt: Attempt, outcome: SignInOutcome, user: User | None) -> None:
    attempts.end(attempt, outcome, user_id=user.id if user else None)
    access_log.record_denied(None, Subject("user", user.id if user else None), action=Action.SIGN_IN_FAILED)


def open_session(user: User, *, device: str, second_factor: bool) -> str:
    """Start a session and log it; returns the secret for the cookie."""
    row, token = sessions.start(user, device=device, second_factor=second_factor)
    db.act_as(user.id)
    actor = sessions.actor_of(user, session_id=row.id)
    access_log.record(actor, Action.SIGN_IN, Subject("user", user.id))
    return token


def sign_out(actor: Actor) -> None:
    """End the session of this browser and log it."""
    if actor.session_id is not None:
        sessions.end(actor.session_id)
    access_log.record(actor, Action.SIGN_OUT, Subject("user", actor.user_id))
