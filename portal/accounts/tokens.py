"""Mails about an account: links that work once, and notices. Asked for in a request, made and mailed by a task.

The secret exists only in the mail; the database holds its hash. The row is the truth: a message that got lost is found
by the sweeper.
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, insert, literal, or_, select, update

from portal.accounts import passwords, policy, sessions
from portal.accounts.models import LINKS, AccountToken, TokenKind, User
from portal.core import clock, db, letters, mail
from portal.core.errors import NotFound
from portal.core.ids import new_id
from portal.core.mail import Mail
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.models import Action
from portal.settings import settings

log = logging.getLogger(__name__)

LIFETIME = {
    TokenKind.INVITATION: timedelta(days=7),
    TokenKind.PASSWORD_RESET: timedelta(hours=1),
    # A notice is worth sending for as long as somebody may act on it.
    TokenKind.FACTORS_CHANGED: timedelta(days=7),
    TokenKind.FACTORS_RESET: timedelta(days=7),
    TokenKind.RECOVERY_USED: timedelta(days=7),
    TokenKind.INTEGRITY: timedelta(days=7),
    TokenKind.ADDRESS_CHANGED: timedelta(days=7),
}
#: Addresses are fixed here because the mail is made outside any request.
PATH = {TokenKind.INVITATION: "/uitnodiging", TokenKind.PASSWORD_RESET: "/nieuw-wachtwoord"}
#: The page a notice leads to.
PAGE = {
    TokenKind.FACTORS_CHANGED: "/mijn-account",
    TokenKind.FACTORS_RESET: "/mijn-account",
    TokenKind.RECOVERY_USED: "/mijn-account",
    TokenKind.INTEGRITY: "/integriteit",
    TokenKind.ADDRESS_CHANGED: "/mijn-account",
}
SEND_TASK = "tasks.accounts.send_token"
#: A second request for the same link within this time gets no second mail.
QUIET = timedelta(minutes=5)
#: How long a first try may take before another process tries again; doubles with every try.
LEASE = timedelta(minutes=2)
LONGEST_LEASE = timedelta(hours=4)
MAX_TRIES = 12


def request_reset(login: str) -> None:
    """Ask for a link for this name or address. The same statements and message, whether or not it is known."""
    wanted, now, token_id = login.strip().lower(), clock.now(), new_id()
    known = select(
        literal(token_id),
        User.id,
        literal(str(TokenKind.PASSWORD_RESET)),
        literal(now),
        literal(now + LIFETIME[TokenKind.PASSWORD_RESET]),
    ).where(
        or_(func.lower(User.login) == wanted, func.lower(User.email) == wanted),
        User.deactivated_at.is_(None),
        User.password_hash.is_not(None),
        ~_asked_lately(),
    )
    columns = ["id", "user_id", "kind", "requested_at", "expires_at"]
    db.session.execute(insert(AccountToken).from_select(columns, known.limit(1), include_defaults=False))
    db.enqueue(SEND_TASK, token_id)


def _asked_lately() -> ColumnElement[bool]:
    return exists().where(
        AccountToken.user_id == User.id,
        AccountToken.kind == TokenKind.PASSWORD_RESET,
        AccountToken.requested_at > clock.now() - QUIET,
        AccountToken.used_at.is_(None),
    )


def invite(user: User) -> AccountToken:
    """Mail an invitation; earlier ones stop working."""
    withdraw(user.id, TokenKind.INVITATION)
    token = _new(user, TokenKind.INVITATION)
    user.invited_at = token.requested_at
    db.enqueue(SEND_TASK, token.id)
    return token


def notify(user: User, kind: TokenKind, *, address: str | None = None) -> None:
    """Mail the owner of an account what happened to it; nobody can turn this off. `address`: another than theirs."""
    db.enqueue(SEND_TASK, _new(user, kind, address=address).id)


def invite_by_hand(user: User) -> str:
    """An invitation that is not mailed; returns its address, for the first administrator."""
    token, secret = _new(user, TokenKind.INVITATION), secrets.token_urlsafe(32)
    token.token_hash, token.sent_at = sessions.hash_token(secret), clock.now()
    user.invited_at = token.requested_at
    return address(TokenKind.INVITATION, secret)


def _new(user: User, kind: TokenKind, *, address: str | None = None) -> AccountToken:
    now = clock.now()
    token = AccountToken(
        id=new_id(), user_id=user.id, kind=kind, requested_at=now, expires_at=now + LIFETIME[kind], address=address
    )
    db.session.add(token)
    db.session.flush()
    return token


def withdraw(user_id: UUID, *kinds: TokenKind) -> None:
    """Let the open links of these kinds (all when none is named) end; notices go out whatever happens."""
    statement = update(AccountToken).where(
        AccountToken.user_id == user_id, AccountToken.used_at.is_(None), AccountToken.kind.in_(kinds or LINKS)
    )
    db.session.execute(statement.values(used_at=clock.now()))


def address(kind: TokenKind, secret: str) -> str:
    """The link in the mail."""
    return f"{settings().base_url}{PATH[kind]}/{secret}"


# --- using -------------------------------------------------------------------


def holder(kind: TokenKind, secret: str) -> User:
    """Whose link this is. Raises NotFound when it is unknown, used, too old or of a closed account."""
    return _open(kind, secret)[1]


def redeem(kind: TokenKind, secret: str, password: str) -> User:
    """Set a password with a link: it ends, and so do all sessions and other links. Raises NotFound or Invalid."""
    token, user = _open(kind, secret, lock=True)
    passwords.check_new(password, names=passwords.names_of(user.name, user.login, user.email))
    user.password_hash, user.password_changed_at = passwords.hashed(password), clock.now()
    withdraw(user.id)
    sessions.end_all(user.id)
    db.act_as(user.id)
    access_log.record(
        sessions.actor_of(user), Action.UPDATE, Subject("user", user.id), fields=["password"], context=token.kind
    )
    return user


def _open(kind: TokenKind, secret: str, *, lock: bool = False) -> tuple[AccountToken, User]:
    statement = (
        select(AccountToken, User)
        .join(User, User.id == AccountToken.user_id)
        .where(
            AccountToken.token_hash == sessions.hash_token(secret),
            AccountToken.kind == kind,
            AccountToken.used_at.is_(None),
            AccountToken.expires_at > clock.now(),
            User.deactivated_at.is_(None),
        )
    )
    row = db.session.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None or not policy.may_sign_in(row[1]):
        raise NotFound
    return row[0], row[1]


# --- mailing -----------------------------------------------------------------


def send(token_id: UUID) -> None:
    """Mail one link, if nobody else is doing so or did. Called by the task."""
    claimed = _claim(token_id)
    if claimed is None:
        return
    message, config = claimed, settings()
    sent = mail.send(message, url=config.mail_url, sender=config.mail_from, timeout=config.mail_timeout_seconds)
    log.info("account mail", extra={"outcome": sent.outcome})
    with db.unit_of_work(part="accounts"):
        if sent.outcome in ("accepted", "unknown"):  # unknown: it may have arrived, a new secret would break its link
            db.session.execute(update(AccountToken).where(AccountToken.id == token_id).values(sent_at=clock.now()))


def _claim(token_id: UUID) -> Mail | None:
    """Make the secret and store its hash, committed before anything leaves; None when there is nothing to do."""
    with db.unit_of_work(part="accounts"):
        statement = select(AccountToken, User).join(User, User.id == AccountToken.user_id)
        mine = statement.where(AccountToken.id == token_id, _unsent(), User.deactivated_at.is_(None))
        row = db.session.execute(mine.with_for_update(of=AccountToken, skip_locked=True)).one_or_none()
        if row is None:
            return None
        token, user = row
        kind, now = TokenKind(token.kind), clock.now()
        secret = secrets.token_urlsafe(32) if kind in LINKS else ""
        token.token_hash = sessions.hash_token(secret) if secret else None
        token.try_after = now + min(LEASE * 2**token.attempts, LONGEST_LEASE)
        token.attempts += 1
        token.expires_at = now + LIFETIME[kind]
        return _letter(user, kind, secret, token.address or user.email)


def _unsent() -> ColumnElement[bool]:
    """Waiting, not too old, and nobody is busy with it."""
    now = clock.now()
    return and_(
        AccountToken.sent_at.is_(None),
        AccountToken.used_at.is_(None),
        AccountToken.attempts < MAX_TRIES,
        AccountToken.expires_at > now,
        or_(AccountToken.try_after.is_(None), AccountToken.try_after <= now),
    )


def _letter(user: User, kind: TokenKind, secret: str, to: str) -> Mail:
    link = address(kind, secret) if secret else f"{settings().base_url}{PAGE[kind]}"
    letter = letters.compose(f"accounts/{kind}", user.language, link=link, login=user.login)
    return Mail(to, letter.subject, letter.text, letter.html)


def unsent() -> list[UUID]:
    """The links that wait to be mailed, for the sweeper."""
    with db.unit_of_work(part="accounts"):
        return list(
            db.session.scalars(select(AccountToken.id).where(_unsent()).order_by(AccountToken.requested_at).limit(50))
        )
