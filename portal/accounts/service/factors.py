"""The factors of the own account beside the password: passkeys, the code of an app, recovery codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.accounts import passkeys, recovery, sessions, tokens, totp
from portal.accounts.models import Passkey, TokenKind, User
from portal.accounts.passkeys import Asked
from portal.accounts.service.own import WRONG_CODE, confirm, get, log
from portal.core import db
from portal.core.errors import Invalid, NotFound
from portal.core.i18n import N_
from portal.privacy.actor import Actor

WRONG_PASSKEY = N_("De passkey is niet opgeslagen. Probeer het opnieuw en bevestig met je pincode of vinger.")
LAST = N_("Dit is je laatste tweede stap. Zet eerst een andere aan.")
FIRST = N_("Zet eerst een passkey of een code aan.")
ENOUGH = N_("Je hebt al 10 passkeys. Verwijder er eerst een.")


@dataclass(frozen=True)
class Held:
    """What an account has beside its password."""

    passkeys: Sequence[Passkey]
    code: bool
    recovery_codes: int  # that still work
    addressable: bool  # whether passkeys can work on this address

    @property
    def any(self) -> bool:
        """Whether there is a second step at all."""
        return self.code or bool(self.passkeys)


def of(user: User) -> Held:
    """The factors of an account."""
    known = passkeys.of(user.id)
    return Held(known, user.totp_sealed is not None, recovery.left(user.id), passkeys.available())


def asked_of(user: User) -> bool:
    """Whether signing in takes a second step."""
    return user.totp_sealed is not None or bool(passkeys.of(user.id))


# --- passkeys ----------------------------------------------------------------


def ask_passkey(actor: Actor) -> Asked:
    """What the browser needs to make a passkey."""
    return passkeys.ask_new(get(actor), session_id=actor.session_id)


def add_passkey(actor: Actor, *, name: str, answer: str, challenge: str, current: str, origin: str) -> Passkey:
    """Save a new passkey, and mail that there is one. Raises Invalid (also for a wrong password) or TooMany."""
    user = get(actor)
    confirm(actor, user, current, origin)
    held = of(user)
    if len(held.passkeys) >= passkeys.MOST:
        raise Invalid(name=ENOUGH)
    made = passkeys.check_new(user, answer, challenge=challenge, session_id=actor.session_id, name=name)
    if made is None or _taken(made.credential_id):
        raise Invalid(name=WRONG_PASSKEY)
    db.session.add(made)
    _changed(actor, user, first=not held.any)
    return made


def _taken(credential_id: bytes) -> bool:
    return db.session.scalar(select(Passkey.id).where(Passkey.credential_id == credential_id)) is not None


def passkey(actor: Actor, passkey_id: UUID) -> Passkey:
    """One of the actor's own passkeys. Raises NotFound."""
    row = db.session.get(Passkey, passkey_id)
    if row is None or row.user_id != actor.user_id:
        raise NotFound
    return row


def remove_passkey(actor: Actor, passkey_id: UUID, *, current: str, origin: str) -> None:
    """Remove a passkey, never the last factor. Raises NotFound, Invalid or TooMany."""
    row, user = passkey(actor, passkey_id), _locked(actor)
    confirm(actor, user, current, origin)
    if user.totp_sealed is None and len(passkeys.of(user.id)) == 1:
        raise Invalid(current=LAST)
    db.session.delete(row)
    _changed(actor, user)


# --- the code of an app ------------------------------------------------------


def turn_on_code(actor: Actor, *, secret: str, code: str, current: str, origin: str) -> None:
    """Let the codes of an app be a second factor from now on.

    Raises Invalid for a wrong password or code, or when it is on already, and TooMany after many wrong passwords.
    """
    user = _locked(actor)
    confirm(actor, user, current, origin)
    step = totp.matching_step(secret, code)
    if user.totp_sealed is not None or step is None:
        raise Invalid(code=WRONG_CODE)
    first = not passkeys.of(user.id)
    totp.seal(user, secret)
    user.totp_last_step = step  # the code that confirms it opens nothing any more
    _changed(actor, user, first=first)


def turn_off_code(actor: Actor, *, current: str, origin: str) -> None:
    """Ask for no code any more; a passkey must be left. Raises Invalid or TooMany."""
    user = _locked(actor)
    confirm(actor, user, current, origin)
    if not passkeys.of(user.id):
        raise Invalid(current=LAST)
    user.totp_sealed = None
    _changed(actor, user)


# --- recovery codes ----------------------------------------------------------


def renew_recovery_codes(actor: Actor, *, current: str, origin: str) -> list[str]:
    """Ten new codes, to be shown once. Raises Invalid (wrong password, no factor yet) or TooMany."""
    user = get(actor)
    confirm(actor, user, current, origin)
    if not of(user).any:
        raise Invalid(current=FIRST)
    made = recovery.renew(user.id)
    _changed(actor, user)
    return made


def _locked(actor: Actor) -> User:
    """The own account under a row lock: two browsers that each remove a factor leave one."""
    return db.session.scalars(
        select(User)
        .where(User.id == get(actor).id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _changed(actor: Actor, user: User, *, first: bool = False) -> None:
    """Log it and mail it; with the first factor every other browser starts again."""
    if first:
        sessions.end_all(user.id, but=actor.session_id)
    tokens.notify(user, TokenKind.FACTORS_CHANGED)
    log(actor, "second_factor")
