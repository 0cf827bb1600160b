"""The area tree in memory: reference data that changes at most once a year, read once per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from portal.areas.models import Area, AreaKind
from portal.core import clock, db


@dataclass(frozen=True)
class Place:
    """One area, detached from the session."""

    code: str
    name: str
    kind: AreaKind
    parent_code: str | None
    stadsdeel_code: str
    valid_until: date | None


_places: dict[str, Place] = {}


def places() -> Mapping[str, Place]:
    """Every area by its code, those that ended included, so that old records keep their label.

    In the order of the tree: stadsdeel, its gebieden, their wijken; each by name.
    """
    if not _places:
        found = {row.code: _detached(row) for row in db.session.scalars(select(Area))}
        in_order = sorted(found.values(), key=lambda p: [place.name for place in _path(found, p.code)])
        _places.update((place.code, place) for place in in_order)
    return _places


def _detached(row: Area) -> Place:
    return Place(row.code, row.name, AreaKind(row.kind), row.parent_code, row.stadsdeel_code, row.valid_until)


def current() -> list[Place]:
    """The areas that hold today, in the order of the tree."""
    today = clock.today()
    return [place for place in places().values() if place.valid_until is None or place.valid_until > today]


def path(code: str) -> list[Place]:
    """From the stadsdeel down to this area."""
    return _path(places(), code)


def _path(known: Mapping[str, Place], code: str) -> list[Place]:
    found: list[Place] = []
    place = known.get(code)
    while place is not None:
        found.insert(0, place)
        place = known.get(place.parent_code or "")
    return found


def label(code: str | None) -> str:
    """'Venserpolder, Zuidoost'; a stadsdeel is its own name; nothing for no or an unknown code."""
    place = places().get(code or "")
    if place is None:
        return ""
    if place.kind == AreaKind.STADSDEEL:
        return place.name
    return f"{place.name}, {stadsdeel(code)}"


def stadsdeel(code: str | None) -> str:
    """Name of the stadsdeel that an area lies in; nothing for no or an unknown code."""
    place = places().get(code or "")
    return places()[place.stadsdeel_code].name if place else ""


def stadsdelen() -> list[Place]:
    """The stadsdelen that hold today, by name."""
    return [place for place in current() if place.kind == AreaKind.STADSDEEL]


def within(code: str) -> frozenset[str]:
    """An area and everything below it; empty for an unknown code."""
    return frozenset(p.code for p in places().values() if any(above.code == code for above in path(p.code)))
