"""External partners have an account for at most a year; after its last day it is closed (domain I-21, R38)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from portal.accounts import sessions, tokens
from portal.accounts.models import RoleAssignment, User
from portal.core import clock, db
from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Role

LONGEST = timedelta(days=366)


def check_term(role: str, valid_from: date, valid_until: date | None) -> None:
    """Refuse a role of an external partner without an end within a year. Raises Invalid."""
    if role != Role.EXTERNAL_PARTNER:
        return
    if valid_until is None:
        raise Invalid(valid_until=N_("Een externe partner heeft altijd een laatste dag."))
    if valid_until > valid_from + LONGEST:
        raise Invalid(valid_until=N_("Een externe partner krijgt hoogstens een jaar een account."))


def close_expired(actor: Actor) -> int:
    """Close the accounts that were an external partner's until before today and have nothing left. Returns how many."""
    last = select(RoleAssignment.user_id).group_by(RoleAssignment.user_id)
    last = last.having(func.bool_and(RoleAssignment.valid_until < clock.today()))
    last = last.having(func.bool_or(RoleAssignment.role == Role.EXTERNAL_PARTNER))
    statement = select(User).where(User.deactivated_at.is_(None), User.id.in_(last))
    found = db.session.scalars(statement.order_by(User.id).with_for_update(skip_locked=True)).all()
    for user in found:
        user.deactivated_at = clock.now()
        user.version += 1
        sessions.end_all(user.id)
        tokens.withdraw(user.id)
        access_log.record(actor, Action.ADMINISTER, Subject("user", user.id), fields=["deactivated_at"])
    return len(found)
