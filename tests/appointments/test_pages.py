"""The pages of appointments over HTTP: what they show, refuse and log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal.appointments.models import Appointment
from portal.contacts.models import Contact
from portal.core import db
from portal.core.ids import new_id
from portal.people.models import Person
from portal.privacy.models import AccessEvent, Action
from tests.factories import World
from tests.factories import appointments as make
from tests.factories import people as make_people

THREE = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


@pytest.fixture
def browser(one: Person, world: World, client_as):
    return client_as(world.worker)


def planned(*young: Person, owner, at: datetime = THREE, **more) -> UUID:
    with db.unit_of_work():
        return make.appointment(*young, owner=owner, at=at, **more).id


def answers(*young: Person, **changes: object) -> dict[str, object]:
    return {
        "people": [str(p.id) for p in young],
        "starts_at": "2026-11-24T15:00",
        "minutes": "45",
        "what": "Sollicitatie oefenen",
        "place": "Buurthuis",
    } | changes


def rows() -> list[Appointment]:
    with db.unit_of_work():
        return list(db.session.scalars(select(Appointment).order_by(Appointment.id)))


def test_a_worker_plans_an_appointment(browser, one: Person) -> None:
    assert browser.get(f"/agenda/nieuw?jongere={one.id}").status_code == 200
    answer = browser.post("/agenda/nieuw", data=answers(one))
    made = rows()[0]
    assert (answer.status_code, answer.location) == (303, f"/agenda/{made.id}")
    assert (made.starts_at, made.ends_at) == (THREE, THREE + timedelta(minutes=45))
    page = browser.get(answer.location).text
    assert "Yassine M." in page
    assert "Sollicitatie oefenen" in page
    assert "45 min" in page
    assert "Yassine M." in browser.get("/agenda").text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"starts_at": ""}, "Kies een dag en tijd."),
        ({"starts_at": "2026-11-23T15:00"}, "Dit moment is al geweest"),
        ({"minutes": "7"}, "Kies een van de mogelijkheden."),
        ({"people": [], "what": ""}, "Kies een jongere, of schrijf"),
        ({"people": ["<script>"]}, "Kies een van de mogelijkheden."),
        ({"what": "x" * 121}, "120"),
        ({"colleagues": [str(new_id())]}, "Kies een van de mogelijkheden."),
    ],
)
def test_a_wrong_answer_is_a_422_and_saves_nothing(browser, one: Person, changes, message: str) -> None:
    answer = browser.post("/agenda/nieuw", data=answers(one, **changes))
    assert answer.status_code == 422
    assert message in answer.text
    assert rows() == []


def test_a_clash_is_told_and_planned_all_the_same(browser, one: Person, world: World) -> None:
    planned(one, owner=world.worker)
    refused = browser.post("/agenda/nieuw", data=answers(one))
    assert refused.status_code == 422
    assert "Op dit moment is er al een afspraak:" in refused.text
    assert "Yassine M. heeft al een andere afspraak" in refused.text
    assert 'name="despite"' in refused.text
    assert browser.post("/agenda/nieuw", data=answers(one, despite="y")).status_code == 303
    assert len(rows()) == 2


def test_moving_and_undoing(browser, one: Person, world: World) -> None:
    made = planned(one, owner=world.worker)
    form = {"starts_at": "2026-11-25T15:00", "minutes": "30", "reason": "Toets", "version": "1"}
    answer = browser.post(f"/agenda/{made}/verzetten", data=form)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "De afspraak is verzet." in page
    assert "Ongedaan maken" in page
    assert "1 keer verzet" in page
    assert "Toets" in page
    back = browser.post(f"/agenda/{made}/terugdraaien", data={"version": "2"})
    assert back.status_code == 303
    assert [row.status for row in rows() if not row.withdrawn] == ["planned"]
    assert browser.post(f"/agenda/{made}/verzetten", data=form).status_code == 409


def test_cancelling_asks_why(browser, one: Person, world: World) -> None:
    made = planned(one, owner=world.worker)
    refused = browser.post(f"/agenda/{made}/afzeggen", data={"reason": "", "version": "1"})
    assert (refused.status_code, rows()[0].status) == (422, "planned")
    assert browser.post(f"/agenda/{made}/afzeggen", data={"reason": "Ziek", "version": "1"}).status_code == 303
    assert rows()[0].status == "cancelled"
    assert browser.get(f"/agenda/{made}/afzeggen").status_code == 303


def test_editing_keeps_young_people_the_owner_no_longer_sees(browser, one: Person, world: World) -> None:
    with db.unit_of_work():
        hidden = make_people.person(world.noord, "Bo Lijster")
    made = planned(one, hidden, owner=world.worker)
    assert "1 jongere die je niet meer ziet" in browser.get(f"/agenda/{made}/wijzigen").text
    form = answers(one, what="Anders", version="1")
    assert browser.post(f"/agenda/{made}/wijzigen", data=form).status_code == 303
    with db.unit_of_work():
        row = db.session.scalars(select(Appointment)).one()
        assert {p.person_id for p in row.participants} == {one.id, hidden.id}
        assert row.what == "Anders"


def test_without_young_people_it_is_finished_by_hand(browser, one: Person, world: World, freeze, client_as) -> None:
    made = planned(owner=world.worker, team_id=world.noord.id, what="Casusoverleg")
    assert "Geweest</span>" not in browser.get(f"/agenda/{made}").text
    assert browser.post(f"/agenda/{made}/geweest", data={"version": "1"}).status_code == 422
    freeze(THREE)
    browser = client_as(world.worker)
    assert "Geweest</span>" in browser.get(f"/agenda/{made}").text
    assert browser.post(f"/agenda/{made}/geweest", data={"version": "1"}).status_code == 303
    assert rows()[0].status == "held"


def test_saving_the_contact_closes_the_appointment(one: Person, world: World, freeze, client_as) -> None:
    made = planned(one, owner=world.worker)
    freeze(THREE + timedelta(hours=2))
    browser = client_as(world.worker)
    page = browser.get(f"/contacten/nieuw?afspraak={made}").text
    assert 'value="2026-11-24T15:00"' in page
    assert "Buurthuis De Meeuw" in page
    form = {
        "people": [str(one.id)], "channel": "street", "result": "no_show", "purpose": "connection",
        "follow_up_on": "none", "confidentiality": "team", "occurred_at": "2026-11-24T15:00", "key": str(new_id()),
    }  # fmt: skip
    assert browser.post(f"/contacten/nieuw?afspraak={made}", data=form).status_code == 303
    with db.unit_of_work():
        contact = db.session.scalars(select(Contact)).one()
    assert (rows()[0].status, rows()[0].contact_id) == ("no_show", contact.id)
    assert "al afgerond" in browser.get(f"/contacten/nieuw?afspraak={made}").text


def test_an_appointment_of_another_team_is_a_404_and_leaves_evidence(browser, one: Person, world: World) -> None:
    with db.unit_of_work():
        theirs = make_people.person(world.zuidoost, "Bo Lijster", worker=world.stranger)
    made = planned(theirs, owner=world.stranger)
    for path in ("", "/wijzigen", "/verzetten", "/afzeggen"):
        assert browser.get(f"/agenda/{made}{path}").status_code == 404
    assert browser.post(f"/agenda/{made}/terugdraaien", data={"version": "1"}).status_code == 404
    assert browser.get(f"/contacten/nieuw?afspraak={made}").status_code == 404
    with db.unit_of_work():
        denied = select(func.count()).where(AccessEvent.action == Action.DENIED, AccessEvent.subject_id == made)
        assert db.session.scalar(denied) == 6


def test_a_director_moves_and_hands_over(one: Person, world: World, client_as) -> None:
    made = planned(one, owner=world.worker)
    director = client_as(world.director)
    assert "Overdragen" in director.get(f"/agenda/{made}").text
    assert "niemand anders" in director.get(f"/agenda/{made}/overdragen").text
    assert director.post(f"/agenda/{made}/afzeggen", data={"reason": "Ziek", "version": "1"}).status_code == 303


def test_reading_the_agenda_is_logged_per_young_person(browser, one: Person, world: World) -> None:
    made = planned(one, owner=world.worker)
    browser.get("/agenda")
    browser.get(f"/agenda/{made}")
    with db.unit_of_work():
        seen = db.session.execute(
            select(AccessEvent.action, AccessEvent.person_id)
            .where(AccessEvent.subject_id == made, AccessEvent.actor_id == world.worker.id)
            .order_by(AccessEvent.id)
        ).all()
    assert [tuple(row) for row in seen] == [("list", one.id), ("read", one.id)]
