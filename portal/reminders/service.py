"""What the portal asks of the ledger: the inbox of one person."""

from __future__ import annotations

from sqlalchemy import func, select

from portal.core import db
from portal.privacy.actor import Actor
from portal.reminders.models import Notification


def unread_count(actor: Actor) -> int:
    """How many notifications this person has not read; counted up to 100, because more is shown as 99+."""
    unread = (
        select(Notification.reminder_id)
        .where(Notification.recipient_id == actor.user_id, Notification.read_at.is_(None))
        .limit(100)
    )
    return db.session.scalar(select(func.count()).select_from(unread.subquery())) or 0
