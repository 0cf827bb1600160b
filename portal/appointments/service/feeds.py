"""The agenda in somebody's own calendar: a secret address, and the events behind it, which name nobody."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from portal.accounts import sessions
from portal.accounts.models import User
from portal.accounts.policy import may_sign_in
from portal.appointments import policy
from portal.appointments.models import Appointment, CalendarFeed
from portal.core import clock, db
from portal.core.errors import Conflict, NotFound
from portal.core.ids import new_id
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission

#: What a calendar gets to see.
BACK, AHEAD = timedelta(days=30), timedelta(days=366)


@dataclass(frozen=True)
class Reading:
    """Whose calendar reads, through which address."""

    actor: Actor
    feed: CalendarFeed


def current(actor: Actor) -> CalendarFeed | None:
    """The actor's working address, without its secret."""
    return db.session.scalar(
        select(CalendarFeed).where(CalendarFeed.user_id == actor.user_id, CalendarFeed.ended_at.is_(None))
    )


def make(actor: Actor) -> str:
    """A new secret, shown this once; an earlier one stops working. Raises Forbidden for who plans nothing."""
    actor.require(Permission.CONTACTS_READ)
    db.session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))
    _end(actor)
    secret, made_id = secrets.token_urlsafe(32), new_id()
    db.session.add(
        CalendarFeed(id=made_id, user_id=actor.user_id, token_hash=sessions.hash_token(secret), made_at=clock.now())
    )
    db.session.flush()
    access_log.record(actor, Action.CREATE, Subject("calendar_feed", made_id), permission=Permission.OWN_ACCOUNT)
    return secret


def withdraw(actor: Actor) -> None:
    """Let the address stop working. Raises Conflict when there is none."""
    feed = current(actor)
    if feed is None:
        raise Conflict
    _end(actor)
    access_log.record(
        actor, Action.UPDATE, Subject("calendar_feed", feed.id), permission=Permission.OWN_ACCOUNT, fields=["ended_at"]
    )


def opened(secret: str) -> Reading:
    """Whose address this is. Raises NotFound for one that is unknown or withdrawn, or of who may not sign in."""
    act = func.act_by_feed(sessions.hash_token(secret))
    feed_id = db.session.scalar(select(act))
    found = db.session.execute(
        select(CalendarFeed, User).join(User, User.id == CalendarFeed.user_id).where(CalendarFeed.id == feed_id)
    ).one_or_none()
    if found is None or not may_sign_in(found[1]):
        raise NotFound
    db.acting(select(act))
    actor = sessions.actor_of(found[1])
    if not actor.can(Permission.CONTACTS_READ):
        raise NotFound
    found[0].last_read_at = clock.now()
    return Reading(actor, found[0])


def note_read(reading: Reading) -> None:
    """Log that a calendar got something new."""
    access_log.record(
        reading.actor,
        Action.EXPORT,
        Subject("calendar_feed", reading.feed.id),
        permission=Permission.CONTACTS_READ,
    )


def events(actor: Actor) -> Sequence[Appointment]:
    """The last state of every own appointment from a month ago to a year ahead; of a chain where it is now."""
    now = clock.now()
    last = (
        select(Appointment.id)
        .ext(distinct_on(Appointment.chain_id))
        .where(~Appointment.withdrawn, policy.own(actor))
        .order_by(Appointment.chain_id, Appointment.revision.desc(), Appointment.id.desc())
    )
    return db.session.scalars(
        select(Appointment)
        .where(Appointment.id.in_(last), Appointment.starts_at > now - BACK, Appointment.starts_at < now + AHEAD)
        .order_by(Appointment.starts_at, Appointment.id)
    ).all()


def _end(actor: Actor) -> None:
    db.session.execute(
        update(CalendarFeed)
        .where(CalendarFeed.user_id == actor.user_id, CalendarFeed.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
