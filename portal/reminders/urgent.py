"""Whom an urgent message may wake (domain §6.1): outside their hours only who is on duty, and else the director."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.accounts import absence, duty
from portal.accounts.models import RoleAssignment
from portal.core import clock, db
from portal.privacy.permissions import Role
from portal.reminders import quiet
from portal.reminders.models import Reminder

Place = tuple[UUID, UUID | None]  # a person in a team


def at_once(urgent: Sequence[Reminder], now: datetime) -> set[UUID]:
    """Of these reminders of the class acute those that may leave now; the others wait until their quiet hours end.

    Of everybody who is told of the same thing only who has duty in its team is disturbed; without anybody on duty
    among them the directors, and without those everybody, so that it is never left until the morning.
    """
    hours = quiet.of_people({reminder.recipient_id for reminder in urgent})
    awake = {reminder.id for reminder in urgent if not hours[reminder.recipient_id].at(now)}
    if len(awake) == len(urgent):
        return awake
    matters = _matters(urgent)
    on_duty, directing = _on_duty(now), _directing()
    return awake | {r.id for r in urgent if r.recipient_id in _woken(matters[_matter(r)], on_duty, directing)}


def _matter(reminder: Reminder) -> tuple[object, ...]:
    return reminder.rule_code, reminder.object_id, reminder.due_on


def _matters(urgent: Sequence[Reminder]) -> Mapping[tuple[object, ...], set[Place]]:
    """Everybody who is told of each of these and is not away."""
    told = select(Reminder).where(
        Reminder.object_id.in_({reminder.object_id for reminder in urgent}),
        Reminder.cancelled_at.is_(None),
        ~absence.away(Reminder.recipient_id),
    )
    found = defaultdict(set)
    for reminder in db.session.scalars(told):
        found[_matter(reminder)].add((reminder.recipient_id, reminder.team_id))
    return found


def _woken(told: set[Place], on_duty: set[Place], directing: set[Place]) -> set[UUID]:
    chosen = {place for place in told if _in(place, on_duty)} or {place for place in told if _in(place, directing)}
    return {user_id for user_id, _team_id in chosen or told}


def _in(place: Place, places: set[Place]) -> bool:
    """Whether this person is among them in this team; what belongs to no team counts in any."""
    user_id, team_id = place
    return place in places if team_id else any(user_id == other for other, _team_id in places)


def _on_duty(now: datetime) -> set[Place]:
    return {(user_id, team_id) for user_id, team_id in db.session.execute(duty.on_duty(clock.to_local(now).date()))}


def _directing() -> set[Place]:
    held = select(RoleAssignment.user_id, RoleAssignment.team_id).where(
        RoleAssignment.role == Role.JV_DIRECTOR, RoleAssignment.holds_on(clock.today())
    )
    return {(user_id, team_id) for user_id, team_id in db.session.execute(held)}
