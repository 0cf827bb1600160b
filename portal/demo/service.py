"""What only a demo can do: let a day pass."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import update

from portal.accounts.models import UserSession
from portal.core import clock, db, workdays

#: Just after the morning slot of the reminders, Amsterdam time: what is due that day leaves at once.
MORNING = time(8, 31)


def next_day() -> date:
    """Move the one clock to the morning of the next working day and ask for a tick. Returns that day.

    Free days are passed over: nothing is mailed on them (portal.reminders.quiet), so there is nothing to see. Who is
    signed in stays signed in: for them only a moment has passed.
    """
    before = clock.now()
    target = clock.from_local(datetime.combine(workdays.add(clock.today(), 1), MORNING))
    by = target - before
    clock.shift(db.session(), by)
    db.session.execute(
        update(UserSession)
        .where(UserSession.ended_at.is_(None), UserSession.expires_at > before)
        .values(last_seen_at=UserSession.last_seen_at + by, expires_at=UserSession.expires_at + by)
    )
    db.enqueue("tasks.reminders.tick")
    return clock.today()
