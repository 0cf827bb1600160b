"""HTTP for accounts: signing in, the own account, and the administration of people and teams."""

from __future__ import annotations

from portal.accounts.views import (
    absences,
    choosing,
    confirming,
    duties,
    entrance,
    factors,
    guests,
    links,
    mine,
    norms,
    staff,
    teams,
)
from portal.accounts.views.blueprint import bp

__all__ = [
    "absences", "bp", "choosing", "confirming", "duties", "entrance", "factors", "guests", "links", "mine", "norms",
    "staff", "teams",
]  # fmt: skip
