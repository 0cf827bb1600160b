"""Signing in and out. Every refusal looks the same and costs the same, whether or not the account exists."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import func, or_, select

from portal.accounts import attempts, passkeys, passwords, recovery, sessions, tokens, totp
from portal.accounts.attempts import Attempt
from portal.accounts.models import ChallengeUse, SignInOutcome, TokenKind, User
from portal.accounts.passkeys import Answered
from portal.accounts.policy import may_sign_in
from portal.core import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.settings import settings

WRONG = N_("De naam of het wachtwoord klopt niet.")
WRONG_CODE = N_("Deze code klopt niet of is al gebruikt. Wacht op de volgende code in je app.")
WRONG_PASSKEY = N_("Dit is niet gelukt. Probeer het opnieuw en bevestig met je pincode of vinger.")
WRONG_RECOVERY = N_("Deze herstelcode klopt niet of is al gebruikt.")
WRONG_PASSWORD = N_("Dit wachtwoord klopt niet.")


def find(login: str) -> User | None:
    """The user with this sign-in name or mail address, in any case of letters."""
    wanted = login.strip().lower()
    named = or_(func.lower(User.login) == wanted, func.lower(User.email) == wanted)
    users = db.session.scalars(select(User).where(named).limit(2)).all()
    return next((user for user in users if user.login.lower() == wanted), users[0] if users else None)


def account(user_id: UUID) -> User:
    """Who gave the right password just now. Raises NotFound when the account is gone."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


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
    return _judged(user_id, lambda user: totp.use(user, code), refusal=WRONG_CODE, origin=origin)


def check_passkey(user_id: UUID, answer: str, *, challenge: str, origin: str) -> User:
    """The user whose passkey answered. Raises Invalid or TooMany."""
    return _by_passkey(user_id, answer, Answered(challenge, ChallengeUse.SIGN_IN, None), origin)


def check_recovery(user_id: UUID, code: str, *, origin: str) -> User:
    """The user whose recovery code this is; they get a mail about it. Raises Invalid or TooMany."""
    user = _judged(user_id, lambda user: recovery.use(user.id, code), refusal=WRONG_RECOVERY, origin=origin)
    tokens.notify(user, TokenKind.RECOVERY_USED)
    return user


def _by_passkey(user_id: UUID, answer: str, answered: Answered, origin: str) -> User:
    return _judged(
        user_id, lambda user: passkeys.use(user.id, answer, answered) is not None, refusal=WRONG_PASSKEY, origin=origin
    )


def _judged(user_id: UUID, right: Callable[[User], bool], *, refusal: str, origin: str) -> User:
    """All second factors share one limit on guessing."""
    attempt = attempts.begin(f"code {user_id}", origin=origin)
    user = db.session.get(User, user_id)
    if user is None or not may_sign_in(user) or not right(user):
        _refused(attempt, SignInOutcome.SECOND_FACTOR_WRONG, user)
        raise Invalid(code=refusal)
    attempts.end(attempt, SignInOutcome.OK, user_id=user.id)
    return user


# --- once more, before something weighty -------------------------------------


def confirm_by_code(actor: Actor, code: str, *, origin: str) -> None:
    """The code of the app, in a session that is open. Raises Invalid or TooMany."""
    _confirmed(actor, check_code(_id(actor), code, origin=origin))


def confirm_by_passkey(actor: Actor, answer: str, *, challenge: str, origin: str) -> None:
    """A passkey, in a session that is open. Raises Invalid or TooMany."""
    answered = Answered(challenge, ChallengeUse.CONFIRM, actor.session_id)
    _confirmed(actor, _by_passkey(_id(actor), answer, answered, origin))


def confirm_by_password(actor: Actor, password: str, *, origin: str) -> None:
    """Their password, for accounts of a demo, which have no second factor. Raises Invalid, TooMany or Forbidden."""
    if not password_will_do(actor):
        raise Forbidden
    user = _judged(
        _id(actor),
        lambda user: passwords.matches(user.password_hash, password),
        refusal=WRONG_PASSWORD,
        origin=origin,
    )
    _confirmed(actor, user)


def password_will_do(actor: Actor) -> bool:
    """Whether the password stands in for a second factor: in a demo, for who has none."""
    user = db.session.get(User, actor.user_id)
    return settings().demo and user is not None and user.totp_sealed is None and not passkeys.of(user.id)


def _id(actor: Actor) -> UUID:
    if actor.user_id is None or actor.session_id is None:
        raise Forbidden
    return actor.user_id


def _confirmed(actor: Actor, user: User) -> None:
    if actor.session_id is not None:
        sessions.confirm(actor.session_id)
    access_log.record(actor, Action.SIGN_IN, Subject("user", user.id), fields=["second_factor"])


def _refused(attempt: Attempt, outcome: SignInOutcome, user: User | None) -> None:
    attempts.end(attempt, outcome, user_id=user.id if user else None)
    access_log.record_denied(None, Subject("user", user.id if user else None), action=Action.SIGN_IN_FAILED)


def open_session(user: User, *, device: str, second_factor: bool, fresh: bool = True) -> str:
    """Start a session and log it; returns the secret for the cookie. A recovery code is not `fresh`: it opens only."""
    row, token = sessions.start(user, device=device, second_factor=second_factor)
    if not fresh:
        row.confirmed_at = None
    db.act_as(user.id)
    actor = sessions.actor_of(user, session_id=row.id)
    access_log.record(actor, Action.SIGN_IN, Subject("user", user.id))
    return token


def sign_out(actor: Actor) -> None:
    """End the session of this browser and log it."""
    if actor.session_id is not None:
        sessions.end(actor.session_id)
    access_log.record(actor, Action.SIGN_OUT, Subject("user", actor.user_id))
