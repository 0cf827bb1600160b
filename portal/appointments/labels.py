"""Words and colours for what became of an appointment, and for who is taken."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.appointments.calendar import Shape
from portal.appointments.models import AppointmentStatus

STATUS = {
    AppointmentStatus.PLANNED: _l("Gepland"),
    AppointmentStatus.HELD: _l("Geweest"),
    AppointmentStatus.NO_SHOW: _l("Niet gekomen"),
    AppointmentStatus.CANCELLED: _l("Afgezegd"),
    AppointmentStatus.MOVED: _l("Verzet"),
}

TONE = {
    AppointmentStatus.PLANNED: "info",
    AppointmentStatus.HELD: "success",
    AppointmentStatus.NO_SHOW: "warning",
    AppointmentStatus.CANCELLED: "neutral",
    AppointmentStatus.MOVED: "neutral",
}

SHAPE = {Shape.DAY: _l("Dag"), Shape.WEEK: _l("Week"), Shape.LIST: _l("Lijst")}
