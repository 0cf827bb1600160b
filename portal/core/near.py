"""What people plan lies ahead and within a year: nobody is reminded of what is agreed for another age."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from portal.core import clock
from portal.core.errors import Invalid
from portal.core.i18n import N_

AHEAD = timedelta(days=366)


def ensure_day(field: str, day: date) -> None:
    """Raise Invalid beside `field` unless the civil date is today or within a year."""
    if not clock.today() <= day <= clock.today() + AHEAD:
        raise Invalid(**{field: N_("Kies vandaag of een dag binnen een jaar.")})


def ensure_moment(field: str, moment: datetime, *, back: timedelta = timedelta(0)) -> None:
    """Raise Invalid beside `field` for an aware moment more than `back` ago, or more than a year ahead."""
    if moment < clock.now() - back:
        raise Invalid(**{field: N_("Dit moment is al geweest. Kies een later moment.")})
    if moment > clock.now() + AHEAD:
        raise Invalid(**{field: N_("Kies een moment binnen een jaar.")})
