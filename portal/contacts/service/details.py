"""What is written about a contact and what comes next: the answers, and when they cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.contacts import policy
from portal.contacts.models import Channel, Confidentiality, ContactPurpose, FollowUpKind, Result
from portal.core import clock, near
from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.privacy.actor import Actor
from portal.privacy.sources import Source

MAX_AGE = timedelta(days=30)  # domain I-12
MAX_AHEAD = timedelta(minutes=5)
MOST_PRESENT = 999


@dataclass(frozen=True)
class Details:
    """What a contact was: the moment aware, the duration in minutes or None."""

    channel: Channel
    result: Result
    purpose: ContactPurpose
    occurred_at: datetime
    duration_min: int | None = None
    place: str = ""
    note: str = ""
    confidentiality: Confidentiality = Confidentiality.TEAM
    headcount: int | None = None  # young people present in all, those who are named among them
    source: Source = Source.STREET


@dataclass(frozen=True)
class Next:
    """The follow-up that comes out of a contact; a promise says what. With a time it is an appointment instead."""

    due_on: date
    what: str = ""
    kind: FollowUpKind = FollowUpKind.CONTACT
    starts_at: datetime | None = None  # aware
    place: str = ""
    despite_clash: bool = False


def check_moment(occurred_at: datetime) -> None:
    """Raise Invalid for a moment in the future or more than thirty days ago (domain I-12)."""
    now = clock.now()
    if occurred_at > now + MAX_AHEAD:
        raise Invalid(occurred_at=N_("Dit moment is nog niet geweest. Kies een moment tot nu."))
    if occurred_at < now - MAX_AGE:
        raise Invalid(occurred_at=N_("Dit is meer dan 30 dagen geleden. Kies een later moment."))


def check_source(actor: Actor, source: Source) -> None:
    """Raise Invalid for what the actor may not know, and therefore does not write down."""
    if source not in policy.may_know(actor):
        raise Invalid(source=N_("Dit kun jij niet kiezen. Bel de begeleider als je zoiets hoort."))


def check_headcount(headcount: int | None, named: int) -> None:
    """Raise Invalid when fewer were present than are named, or more than can be."""
    if headcount is not None and headcount < named:
        raise Invalid(headcount=N_("Dit zijn er minder dan de jongeren die bij dit contact staan."))
    if headcount is not None and headcount > MOST_PRESENT:
        raise Invalid(headcount=N_("Vul hoogstens 999 in."))


def check_follow_up(follow_up: Next | None) -> None:
    """Raise Invalid for a follow-up in the past or more than a year ahead, and for a promise of nothing."""
    if follow_up is None:
        return
    near.ensure_day("follow_up_on", follow_up.due_on)
    if follow_up.kind == FollowUpKind.PROMISE and not follow_up.what.strip():
        raise Invalid(follow_up_what=N_("Schrijf wat je belooft."))
