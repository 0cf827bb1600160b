"""Who is on duty: in every team somebody each evening and night, so that an acute signal can be called in."""

from __future__ import annotations

from datetime import date, timedelta

from portal.demo.city import TEAMS, City, Row, stamps
from portal.demo.seeds import ident
from portal.demo.youth import at
from portal.privacy.permissions import Role

BEFORE, AHEAD = timedelta(days=7), timedelta(days=14)
EVENING, MORNING = 17, 9


def rows(city: City, today: date) -> dict[str, list[Row]]:
    """From last week until two weeks from now; the same evening has the same colleague whatever today is."""
    days = [today - BEFORE + timedelta(days=n) for n in range((BEFORE + AHEAD).days)]
    return {"duty": [_duty(city, plan.key, day) for plan in TEAMS for day in days]}


def _duty(city: City, team: str, day: date) -> Row:
    director = city.having(Role.JV_DIRECTOR, team)[0]
    crew = (director, *city.having(Role.YOUTH_WORKER, team)[1:4])
    turn, made = crew[day.toordinal() % len(crew)], at(day - BEFORE - AHEAD, 10)
    row_id = ident(city.seed, "duty", made, team, day.toordinal())
    return {"id": row_id, "team_id": city.team_id(team), "user_id": turn.id, "starts_at": at(day, EVENING),
            "ends_at": at(day + timedelta(days=1), MORNING), **stamps(made, director.id)}  # fmt: skip
