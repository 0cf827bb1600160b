"""Two who plan, move or close the same thing at the same moment: through the web, on connections of their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from portal.appointments.models import Appointment, AppointmentStatus
from portal.core import db
from portal.core.ids import new_id
from portal.people.models import Person
from tests.architecture.test_races import meet, together
from tests.factories import World
from tests.factories import appointments as make
from tests.factories import people as make_people

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # a Tuesday, ten o'clock in Amsterdam
THREE = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
FORM = {"starts_at": "2026-11-24T15:00", "minutes": "30", "what": "Praten"}


def count(*conditions) -> int:
    with db.unit_of_work():
        return db.session.scalar(select(func.count()).select_from(Appointment).where(*conditions)) or 0


def test_a_form_sent_twice_at_once_plans_one_appointment(world: World, one: Person, client_as) -> None:
    browsers = [client_as(world.worker) for _ in range(2)]
    calls = [lambda b=b: b.post("/agenda/nieuw", data=FORM | {"people": [str(one.id)]}).status_code for b in browsers]
    assert sorted(together(*calls)) == [303, 422]
    assert count() == 1


def test_two_colleagues_do_not_both_take_the_same_hour_of_a_third(world: World, one: Person, client_as) -> None:
    with db.unit_of_work():
        other = make_people.person(world.noord, "Bo Lijster", worker=world.colleague)
    both = [(client_as(world.worker), one, [str(world.director.id)]), (client_as(world.colleague), other, None)]
    calls = [
        lambda b=b, p=p, c=c: (
            b.post(
                "/agenda/nieuw", data=FORM | {"people": [str(p.id)], "colleagues": c or [str(world.director.id)]}
            ).status_code
        )
        for b, p, c in both
    ]
    assert sorted(together(*calls)) == [303, 422]


def test_moving_twice_at_once_makes_one_new_moment(world: World, one: Person, client_as, monkeypatch) -> None:
    with db.unit_of_work():
        made = make.appointment(one, owner=world.worker, at=THREE).id
    form = {"starts_at": "2026-11-25T15:00", "minutes": "30", "version": "1"}
    browsers = [client_as(world.worker), client_as(world.director)]
    meet(monkeypatch, "portal.appointments.service.move")
    calls = [lambda b=b: b.post(f"/agenda/{made}/verzetten", data=form).status_code for b in browsers]
    assert sorted(together(*calls)) == [303, 409]
    assert count(Appointment.status == AppointmentStatus.PLANNED) == 1


def test_cancelling_while_the_contact_is_saved_ends_it_once(world: World, one: Person, client_as, monkeypatch) -> None:
    with db.unit_of_work():
        made = make.appointment(one, owner=world.worker, at=NOW - timedelta(minutes=30)).id
    contact = {
        "people": [str(one.id)], "channel": "street", "result": "reached", "purpose": "connection",
        "follow_up_on": "none", "confidentiality": "team", "occurred_at": "2026-11-24T10:00", "key": str(new_id()),
    }  # fmt: skip
    worker, director = client_as(world.worker), client_as(world.director)
    saved, cancelled = together(
        lambda: worker.post(f"/contacten/nieuw?afspraak={made}", data=contact).status_code,
        lambda: director.post(f"/agenda/{made}/afzeggen", data={"reason": "Ziek", "version": "1"}).status_code,
    )
    with db.unit_of_work():
        row = db.session.scalars(select(Appointment)).one()
    assert saved == 303
    assert (cancelled, row.status, row.contact_id is None) in {(303, "cancelled", True), (409, "held", False)}


def test_a_dossier_does_not_close_while_something_is_planned_in_it(world: World, one: Person, client_as) -> None:
    worker, director = client_as(world.worker), client_as(world.director)
    planned, closed = together(
        lambda: worker.post("/agenda/nieuw", data=FORM | {"people": [str(one.id)]}).status_code,
        lambda: director.post(f"/jongeren/{one.id}/sluiten", data={"version": "1"}).status_code,
    )
    with db.unit_of_work():
        status = db.session.scalars(select(Person.status).where(Person.id == one.id)).one()
    open_with_it = (planned, status, count()) == (303, "open", 1)
    closed_without = (planned, status, count()) == (422, "closed", 0)
    assert open_with_it or closed_without, (planned, closed, status)
