"""Closing and opening accounts. Nothing is deleted: the log and the records keep pointing at the person."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from portal.accounts import open_work, sessions, tokens
from portal.accounts.service.roles import end_all, leave_behind
from portal.accounts.service.users import State, log, state_of, to_change
from portal.core import clock
from portal.core.errors import Conflict, Invalid
from portal.core.i18n import N_
from portal.privacy.actor import Actor

#: What somebody leaves that is nobody else's, erased when the account is closed. Filled by features.
_erasers: list[Callable[[UUID], None]] = []


def erased_with_account(erase: Callable[[UUID], None]) -> None:
    """Let a feature erase what only the user of an account needs; it is called with their id."""
    if erase not in _erasers:
        _erasers.append(erase)


def close(actor: Actor, user_id: UUID, *, version: int | None) -> None:
    """Close an account: sessions, links and roles end now. Raises NotFound, Conflict or Invalid."""
    user = to_change(actor, user_id, version)
    if state_of(user) == State.CLOSED:
        raise Conflict
    if user.id == actor.user_id:
        raise Invalid(confirm=N_("Je kunt je eigen account niet sluiten. Vraag het aan een andere beheerder."))
    if open_work.of(user.id):
        raise Invalid(confirm=N_("Deze persoon heeft nog werk openstaan. Draag het eerst over."))
    end_all(user, field="confirm")
    user.deactivated_at = clock.now()
    user.version += 1
    sessions.end_all(user.id)
    tokens.withdraw(user.id)
    for erase in _erasers:
        erase(user.id)
    log(actor, user.id, "deactivated_at", "roles")


def reopen(actor: Actor, user_id: UUID) -> None:
    """Open a closed account; it has no roles until it is given some. Raises NotFound or Conflict."""
    user = to_change(actor, user_id)
    if state_of(user) != State.CLOSED:
        raise Conflict
    leave_behind(user)
    user.deactivated_at = None
    user.version += 1
    if user.password_hash is None:
        tokens.invite(user)
    log(actor, user.id, "deactivated_at")
