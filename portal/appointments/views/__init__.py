"""HTTP for appointments: the agenda, one appointment, and the calendar on a phone."""

from __future__ import annotations

from portal.appointments.views import feeding, looking, planning
from portal.appointments.views.blueprint import bp

__all__ = ["bp", "feeding", "looking", "planning"]
