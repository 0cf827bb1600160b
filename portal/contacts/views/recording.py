"""Recording a contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal.appointments import service as appointments
from portal.appointments.models import AppointmentStatus
from portal.contacts import labels, service
from portal.contacts.forms import APPOINTMENT, CHANNELS_SHOWN, ContactForm, DetailsForm
from portal.contacts.models import Channel, Contact, FollowUpKind, FollowUpStatus, Result
from portal.contacts.service import Next, follow_ups
from portal.contacts.service.details import MAX_AGE, MAX_AHEAD
from portal.contacts.service.to_do import Task
from portal.contacts.views import filling
from portal.contacts.views.blueprint import bp
from portal.core import clock, near, web
from portal.core.errors import Invalid, NotFound
from portal.core.forms import Choice
from portal.core.i18n import N_
from portal.core.ids import new_id
from portal.drafts.keeping import keeps
from portal.people import service as people
from portal.privacy.actor import Actor
from portal.privacy.guard import current_actor, denied, looking_up, requires
from portal.privacy.permissions import Permission
from portal.privacy.sources import Source

NEXT_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Origin:
    """Where the form was opened from: a follow-up, an appointment, a dossier, another contact, or nothing."""

    person_id: UUID | None = None
    task: Task | None = None
    closed: bool = False  # the follow-up or appointment was done or dropped meanwhile
    back: str = ""
    like: Contact | None = None  # the contact just saved, for "Nog een"
    appointment: appointments.Page | None = None

    @property
    def promise(self) -> bool:
        """Whether it was opened from a promise that is still open."""
        return self.task is not None and self.task.is_promise and not self.closed


@bp.route("/contacten/nieuw", methods=["GET", "POST"])
@requires(Permission.CONTACTS_WRITE)
@keeps(_l("Contact vastleggen"), ContactForm)
def new() -> Any:
    """Record a contact: who, how, result, what for, what next; the rest is optional."""
    actor = current_actor()
    origin = _origin()
    if origin.task and origin.task.kind == FollowUpKind.PROPOSE and not origin.closed:
        return redirect(url_for("contacts.follow_up", follow_up_id=origin.task.id), code=303)
    habits = None if request.method == "POST" else service.habits(actor)
    form = _record_form(actor, origin, habits)
    if form.validate_on_submit():
        with web.saving(form) as saved:
            recorded = _record(actor, form, origin)
        if saved:
            _say_saved(recorded, origin)
            return redirect(origin.back, code=303)
    _offer(actor, form, origin, habits or service.habits(actor))
    return web.render_form("contacts/new.html", form, origin=origin, labels=labels)


def _record(actor: Actor, form: ContactForm, origin: Origin) -> service.Recorded:
    answers: dict[str, Any] = form.data
    try:
        return service.record(
            actor,
            person_ids=answers["people"],
            details=filling.details(form),
            key=answers["key"],
            follow_up=_next(answers),
            from_follow_up=origin.task.id if origin.task else None,
            from_appointment=origin.appointment.line.appointment.id if origin.appointment else None,
            told=answers.get("told"),
        )
    except NotFound:  # nothing that was typed is lost when somebody went out of reach meanwhile
        for person_id in sorted(service.out_of_reach(actor, answers["people"])):
            denied(actor, "person", person_id, Permission.CONTACTS_WRITE)
        raise Invalid(people=N_("Kies een van de mogelijkheden.")) from None


def _next(answers: dict[str, Any]) -> Next | None:
    """The follow-up that was asked for; Invalid for an appointment without a time."""
    day, what, kind = answers["follow_up_on"], answers["follow_up_what"], answers["follow_up_kind"]
    if day is None:
        return None
    if kind != APPOINTMENT:
        return Next(day, what, FollowUpKind(kind or FollowUpKind.CONTACT))
    if answers["follow_up_at"] is None:
        raise Invalid(follow_up_at=N_("Kies hoe laat de afspraak is."))
    starts_at = clock.from_local(datetime.combine(day, answers["follow_up_at"]))
    place, despite = answers["follow_up_place"], answers["follow_up_despite"]
    return Next(day, what, starts_at=starts_at, place=place, despite_clash=despite)


def _say_saved(recorded: service.Recorded, origin: Origin) -> None:
    message = _("Contact opgeslagen.") if recorded.new else _("Dit contact was al opgeslagen.")
    again, see = url_for(".new", na=recorded.contact.id), url_for(".show", contact_id=recorded.contact.id)
    links = Markup('<a href="{}">{}</a> · <a href="{}">{}</a>').format(again, _("Nog een"), see, _("Bekijken"))
    if origin.appointment and recorded.contact.result == Result.RESCHEDULED:
        again = url_for("appointments.move", appointment_id=origin.appointment.line.appointment.id)
        links = Markup('<a href="{}">{}</a> · {}').format(again, _("Nieuw moment kiezen"), links)
    flash(Markup("{} {}").format(message, links), "success")


def _origin() -> Origin:
    """What the address names, checked; an id that is none, or out of reach, is a 404."""
    follow_up_id, person_id, earlier_id = _id("opvolging"), _id("jongere"), _id("na")
    if follow_up_id:
        with looking_up("follow_up", follow_up_id, Permission.CONTACTS_WRITE) as actor:
            row, task = follow_ups.read(actor, follow_up_id, Permission.CONTACTS_WRITE)
        return Origin(row.person_id, task, row.status != FollowUpStatus.OPEN, url_for("home.my_day"))
    if appointment_id := _id("afspraak"):
        return _from_appointment(appointment_id)
    if person_id:
        with looking_up("person", person_id, Permission.CONTACTS_WRITE) as actor:
            people.get(actor, person_id, Permission.CONTACTS_WRITE)
        return Origin(person_id, back=url_for("dossier.show", person_id=person_id))
    return Origin(back=url_for("home.my_day"), like=_own(earlier_id) if earlier_id else None)


def _from_appointment(appointment_id: UUID) -> Origin:
    with looking_up("appointment", appointment_id, Permission.CONTACTS_WRITE) as actor:
        page = appointments.read(actor, appointment_id)
    closed = page.line.appointment.status != AppointmentStatus.PLANNED
    return Origin(appointment=page, closed=closed, back=url_for("home.my_day"))


def _own(contact_id: UUID) -> Contact:
    """An own contact, whose channel and place the next one starts with."""
    with looking_up("contact", contact_id, Permission.CONTACTS_WRITE) as actor:
        contact = service.get(actor, contact_id)
        if contact.worker_id != actor.user_id:
            raise NotFound
    return contact


def _id(name: str) -> UUID | None:
    given = request.args.get(name)
    if given is None:
        return None
    try:
        return UUID(given)
    except ValueError:
        raise NotFound from None


def _record_form(actor: Actor, origin: Origin, habits: service.Habits | None) -> ContactForm:
    """The form as it was sent, or with `habits` as it starts."""
    form = ContactForm(data=_start(actor, origin, habits) if habits else None)
    if not origin.promise:
        del form.told
    filling.offer_sources(actor, form)
    form.people.choices = None  # `_offer` lists them when the page is shown
    form.follow_up_at.flags.required = True  # of an appointment; another follow-up has no time
    form.follow_up_on.today = form.follow_up_on.earliest = clock.today()
    form.follow_up_on.latest = clock.today() + near.AHEAD
    _bound_moment(form)
    return form


def _start(actor: Actor, origin: Origin, habits: service.Habits) -> dict[str, Any]:
    planned = origin.appointment.line if origin.appointment else None
    return {
        "people": [one.id for one in planned.young] if planned else [origin.person_id] if origin.person_id else [],
        "channel": _usual_channel(habits, origin),
        "place": planned.place if planned else origin.like.place if origin.like else "",
        "purpose": habits.purpose,
        "source": Source.STREET,
        "confidentiality": filling.usual_confidentiality(actor),
        "follow_up_on": clock.today() + NEXT_WEEK,
        "follow_up_kind": FollowUpKind.CONTACT,
        "occurred_at": _moment(origin),
        "key": new_id(),
    }


def _offer(actor: Actor, form: ContactForm, origin: Origin, habits: service.Habits) -> None:
    """What the page offers to choose from, the usual first."""
    form.people.choices = filling.people_choices(actor, habits.recent_people)
    form.channel.choices = _usual_first(form.channel.choices, _usual_channel(habits, origin))
    form.place.suggestions = habits.places


def _moment(origin: Origin) -> datetime:
    """Now, or when the appointment began."""
    row = origin.appointment.line.appointment if origin.appointment else None
    return min(row.starts_at, clock.now()) if row else clock.now()


def _usual_channel(habits: service.Habits, origin: Origin) -> Channel:
    """That of the contact before, the phone after a call, or what this worker used last."""
    if origin.like:
        return Channel(origin.like.channel)
    return Channel.PHONE if origin.task and origin.task.kind == FollowUpKind.CALL else habits.channel


def _bound_moment(form: DetailsForm) -> None:
    form.occurred_at.earliest, form.occurred_at.latest = clock.now() - MAX_AGE, clock.now() + MAX_AHEAD


def _usual_first(choices: list[Choice], channel: Channel) -> list[Choice]:
    """The tiles in their fixed order; a usual one from behind "Meer" takes the last place before it."""
    usual = next(choice for choice in choices if choice.value == channel)
    if usual in choices[:CHANNELS_SHOWN]:
        return choices
    rest = [choice for choice in choices if choice != usual]
    return [*rest[: CHANNELS_SHOWN - 1], usual, *rest[CHANNELS_SHOWN - 1 :]]
