"""Appointments as an iCalendar file (RFC 5545, RFC 7986): when, and nothing about whom, what or where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from portal.appointments.models import Appointment, AppointmentStatus
from portal.core import clock

TYPE = "text/calendar; charset=utf-8"
#: How often a calendar may come back.
REFRESH = timedelta(minutes=30)
GONE = (AppointmentStatus.CANCELLED, AppointmentStatus.MOVED)


def written(rows: Sequence[Appointment], *, name: str, summary: str) -> bytes:
    """The calendar `name` with an event per appointment, each called `summary`; the same rows give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Weg Omhoog//Agenda//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", clock.AMSTERDAM.key)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT30M")
    for row in rows:
        calendar.add_component(_event(row, summary))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def changed_at(rows: Sequence[Appointment]) -> datetime | None:
    """When the last of them changed."""
    return max((row.updated_at for row in rows), default=None)


def _event(row: Appointment, summary: str) -> Event:
    event = Event()
    event.add("uid", f"{row.chain_id}@weg-omhoog")
    event.add("sequence", row.revision)
    event.add("dtstamp", row.updated_at)
    event.add("last-modified", row.updated_at)
    event.add("dtstart", clock.to_local(row.starts_at))
    event.add("dtend", clock.to_local(row.ends_at))
    event.add("summary", summary)
    event.add("status", "CANCELLED" if row.status in GONE else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if row.status in GONE else "OPAQUE")
    return event
