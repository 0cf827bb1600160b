"""Words for levels of the area tree."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.areas import service
from portal.areas.models import AreaKind
from portal.areas.service import Place
from portal.core.forms import Choice

KIND = {
    AreaKind.STADSDEEL: _l("stadsdeel"),
    AreaKind.GEBIED: _l("gebied"),
    AreaKind.WIJK: _l("wijk"),
}


def choices() -> list[Choice]:
    """Every area that holds today, to be found by typing, each with what lies above it."""
    return [Choice(place.code, place.name, _above(place)) for place in service.current()]


def _above(place: Place) -> str:
    above = " › ".join(each.name for each in service.path(place.code)[:-1])
    return f"{KIND[place.kind]} · {above}" if above else str(KIND[place.kind])
