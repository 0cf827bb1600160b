"""Reminder rule R28: nobody came by at a place, or it has to be looked at again (domain §6.2)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, select

from portal.accounts import working
from portal.accounts.models import RoleAssignment
from portal.core.i18n import N_
from portal.core.registry import Rule, Term
from portal.places.models import LocationStatus, MonitoredLocation, Observation
from portal.places.service import KEEPERS, WATCHED
from portal.privacy.permissions import Role
from portal.reminders import asking

VISIT_AFTER, TELL_DIRECTOR_AFTER = 30, 45  # days without a visit
REVIEW_AHEAD = 7  # days before the day on which it is looked at again


class Stage(IntEnum):
    """The one step of each rule."""

    ONCE = 0


def _last_on() -> ColumnElement[date]:
    """The day on which somebody was there last; of a place nobody visited yet, when it came into the list."""
    visits = select(func.max(asking.civil(Observation.seen_at))).where(
        Observation.location_id == MonitoredLocation.id, Observation.withdrawn_at.is_(None)
    )
    last = visits.correlate(MonitoredLocation).scalar_subquery()
    return func.greatest(MonitoredLocation.since_on, last)


def _keeps(today: date) -> ColumnElement[bool]:
    """Who looks after the place still works in its team."""
    owner = MonitoredLocation.owner_id
    return and_(working.in_team(owner, MonitoredLocation.team_id, today, *KEEPERS), working.has_account(owner))


def _asked(due_on: Any, since: Any, recipient: Any) -> Select[Any]:
    return asking.question(
        object_id=MonitoredLocation.id,
        team_id=MonitoredLocation.team_id,
        due_on=due_on,
        recipient_id=recipient,
        stage=Stage.ONCE,
        since=asking.midnight(since),
    )


def _unvisited(today: date, after: int, recipient: Any) -> Select[Any]:
    due_on = cast(_last_on() + after, Date)
    waiting = _asked(due_on, due_on, recipient)
    return waiting.where(MonitoredLocation.status.in_(WATCHED), _last_on() <= today - timedelta(days=after))


def unvisited(today: date, *, after: int = VISIT_AFTER) -> Select[Any]:
    """Watched places where nobody was for `after` days, for who looks after them."""
    return _unvisited(today, after, MonitoredLocation.owner_id).where(_keeps(today))


def unvisited_for_directors(today: date, *, after: int = TELL_DIRECTOR_AFTER) -> Select[Any]:
    """The same after a longer time, for the directors of the team."""
    return asking.to_role(
        _unvisited(today, after, RoleAssignment.user_id), Role.JV_DIRECTOR, MonitoredLocation.team_id, today
    )


def to_review(today: date, *, ahead: int = REVIEW_AHEAD) -> Select[Any]:
    """Places that have to be looked at again within `ahead` days, for who looks after them."""
    return _reviewed(today, ahead, MonitoredLocation.owner_id).where(_keeps(today))


def to_review_for_directors(today: date) -> Select[Any]:
    """Places whose day has come: for the directors, who see to it, also when nobody looks after the place any more."""
    return asking.to_role(
        _reviewed(today, 0, RoleAssignment.user_id), Role.JV_DIRECTOR, MonitoredLocation.team_id, today
    )


def _reviewed(today: date, ahead: int, recipient: Any) -> Select[Any]:
    waiting = _asked(MonitoredLocation.review_on, MonitoredLocation.review_on - ahead, recipient)
    return waiting.where(
        MonitoredLocation.status != LocationStatus.ENDED, MonitoredLocation.review_on <= today + timedelta(days=ahead)
    )


def link(location_id: UUID) -> str:
    """The page of the place."""
    return f"/locaties/{location_id}"


_OWNER = N_("Je krijgt dit omdat je omkijkt naar een plek van je team.")
_DIRECTOR = N_("Je krijgt dit omdat je de plekken van je team volgt.")
_OWNERS = N_("Wie naar de plek omkijkt")
_DIRECTORS = N_("Regisseurs")
_DAYS = N_("dagen")

RULES = (
    Rule(
        code="R28", label=_OWNER, object_type="monitored_location", due=unvisited, link=link, audience=_OWNERS,
        terms=(Term("after", N_("Sinds iemand er was"), VISIT_AFTER, 7, 90, _DAYS),),
        stages={Stage.ONCE: N_("Er was al een tijd niemand op een plek")},
    ),
    Rule(
        code="R28-regie", label=_DIRECTOR, object_type="monitored_location", due=unvisited_for_directors, link=link,
        terms=(Term("after", N_("Sinds iemand er was"), TELL_DIRECTOR_AFTER, 14, 180, _DAYS),), audience=_DIRECTORS,
        stages={Stage.ONCE: N_("Er was al lang niemand op een plek")},
    ),
    Rule(
        code="R28-bekijken", label=_OWNER, object_type="monitored_location", due=to_review, link=link, audience=_OWNERS,
        terms=(Term("ahead", N_("Voor de dag van bekijken"), REVIEW_AHEAD, 1, 30, _DAYS),),
        stages={Stage.ONCE: N_("Een plek moet opnieuw bekeken worden")},
    ),
    Rule(
        code="R28-bekijken-regie", label=_DIRECTOR, object_type="monitored_location", due=to_review_for_directors,
        link=link, audience=_DIRECTORS, stages={Stage.ONCE: N_("Een plek is nog niet opnieuw bekeken")},
    ),
)  # fmt: skip
