"""Places and groups that teams know (demogegevens)."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.accounts.models import Team, User
from portal.core import clock, db
from portal.core.ids import new_id
from portal.groups.models import AgeBand, SizeBand, YouthGroup
from portal.places.models import (
    Atmosphere,
    Headcount,
    LocationKind,
    LocationShare,
    LocationStatus,
    LocationStep,
    MonitoredLocation,
    Observation,
)
from portal.places.workflow import Event


def location(
    team: Team, owner: User, name: str = "Plein de Wilg", *, area: str = "NA", since: datetime | None = None
) -> MonitoredLocation:
    """A place that a team watches. Inside a unit of work."""
    began = since or clock.now()
    made = MonitoredLocation(
        team_id=team.id,
        name=name,
        kind=LocationKind.SQUARE,
        area_code=area,
        status=LocationStatus.MONITORED,
        since_on=clock.to_local(began).date(),
        review_on=clock.today() + timedelta(days=30),
        owner_id=owner.id,
    )
    db.session.add(made)
    db.session.flush()
    step = LocationStep(
        location_id=made.id, at=began, by_id=owner.id, event=Event.START, to_status=LocationStatus.MONITORED
    )
    db.session.add(step)
    db.session.flush()
    return made


def observation(place: MonitoredLocation, worker: User, *, seen_at: datetime | None = None) -> Observation:
    """What a colleague saw at a place. Inside a unit of work."""
    made = Observation(
        location_id=place.id,
        team_id=place.team_id,
        by_id=worker.id,
        key=new_id(),
        seen_at=seen_at or clock.now(),
        headcount=Headcount.UP_TO_5,
        atmosphere=Atmosphere.CALM,
        sights=[],
    )
    db.session.add(made)
    db.session.flush()
    return made


def shared(place: MonitoredLocation, partner: User) -> LocationShare:
    """A place that a partner reads for a month. Inside a unit of work."""
    made = LocationShare(
        location_id=place.id,
        team_id=place.team_id,
        user_id=partner.id,
        since=clock.today(),
        until=clock.today() + timedelta(days=30),
    )
    db.session.add(made)
    db.session.flush()
    return made


def group(team: Team, code: str = "N-2026-01", *, area: str = "NA") -> YouthGroup:
    """A group in the register of a team. Inside a unit of work."""
    made = YouthGroup(
        code=code, team_id=team.id, area_codes=[area], size_band=SizeBand.UP_TO_10, age_band=AgeBand.FROM_14
    )
    db.session.add(made)
    db.session.flush()
    return made
