"""Three of twelve: how many were there, beside who is named; saved, corrected and shown without telling who."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.contacts import service
from portal.contacts.models import Channel, Contact, ContactPurpose, Result
from portal.contacts.service import Details
from portal.core import clock, db
from portal.core.errors import Invalid
from portal.core.ids import new_id
from portal.people.models import Person
from tests.factories import World
from tests.factories import contacts as make
from tests.factories.people import person

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)


@pytest.fixture
def three(world: World, freeze) -> list[Person]:
    freeze(NOW)
    with db.unit_of_work():
        return [person(world.noord, name, worker=world.worker) for name in ("Ali Een", "Bo Twee", "Cas Drie")]


def record(world: World, people: list[Person], headcount: int | None) -> Contact:
    actor = world.actor(world.worker)
    details = Details(Channel.STREET, Result.REACHED, ContactPurpose.CONNECTION, NOW, headcount=headcount)
    with db.unit_of_work(actor.user_id):
        return service.record(actor, person_ids=[p.id for p in people], details=details, key=new_id()).contact


def stored(contact: Contact) -> Contact:
    with db.unit_of_work():
        return db.session.get_one(Contact, contact.id)


@pytest.mark.parametrize("headcount", [None, 3, 12, 999])
def test_at_least_who_is_named_was_there(world: World, three, headcount) -> None:
    assert stored(record(world, three, headcount)).headcount == headcount


@pytest.mark.parametrize("headcount", [1, 2, 0, -5, 1000])
def test_fewer_than_named_or_too_many_is_refused(world: World, three, headcount) -> None:
    with pytest.raises(Invalid) as refused:
        record(world, three, headcount)
    assert set(refused.value.errors) == {"headcount"}


def test_somebody_added_later_must_fit_too(world: World, three) -> None:
    contact = record(world, three[:2], 2)
    actor = world.actor(world.worker)
    details = Details(Channel.STREET, Result.REACHED, ContactPurpose.CONNECTION, NOW, headcount=2)
    with pytest.raises(Invalid), db.unit_of_work(actor.user_id):
        service.change(actor, contact.id, person_ids=[p.id for p in three], details=details, version=1)


def test_who_the_author_no_longer_reaches_still_counts(world: World, three) -> None:
    """The number may not fall below people who stay on the contact unseen."""
    with db.unit_of_work():
        foreign = person(world.zuidoost, "Vlinder Vier", worker=world.stranger)
        contact = make.contact(three[0], foreign, worker=world.worker, at=NOW, headcount=5)
    actor = world.actor(world.worker)
    for headcount, fits in ((1, False), (2, True)):
        details = Details(Channel.STREET, Result.REACHED, ContactPurpose.CONNECTION, NOW, headcount=headcount)
        with db.unit_of_work(actor.user_id):
            try:
                service.change(actor, contact.id, person_ids=[three[0].id], details=details, version=None)
                assert fits
            except Invalid:
                assert not fits
                db.session.rollback()


def test_a_correction_keeps_both_numbers(world: World, three, freeze, client_as) -> None:
    contact = record(world, three, None)
    freeze(NOW + timedelta(days=10))
    actor = world.actor(world.worker)
    reason = "Er waren er twaalf, dat had ik vergeten."
    with db.unit_of_work(actor.user_id):
        version = db.session.scalar(select(Contact.version).where(Contact.id == contact.id))
        made = service.correct(actor, contact.id, version=version, changes={"headcount": 12}, reason=reason)
        assert (made.before, made.after) == ({"headcount": ""}, {"headcount": "12"})
    page = client_as(world.worker).get(f"/contacten/{contact.id}").text
    assert "Met hoeveel eerst" in page
    assert "leeg" in page
    with pytest.raises(Invalid) as refused, db.unit_of_work(actor.user_id):
        service.correct(actor, contact.id, version=None, changes={"headcount": 2}, reason=reason)
    assert set(refused.value.errors) == {"headcount"}


def test_the_pages_tell_how_many_and_not_who(world: World, three, client_as) -> None:
    with db.unit_of_work():
        foreign = person(world.zuidoost, "Vlinder Vier", worker=world.stranger)
        contact = make.contact(three[0], foreign, worker=world.worker, at=clock.now(), headcount=12)
    browser = client_as(world.worker)
    page = browser.get(f"/contacten/{contact.id}").text
    assert "12 jongeren, van wie 2 bij naam" in page
    assert "Vlinder" not in page
    dossier = browser.get(f"/jongeren/{three[0].id}").text
    assert "groep van 12" in dossier
    assert "Vlinder" not in dossier


def test_the_form_asks_it_and_answers_beside_the_field(world: World, three, client_as) -> None:
    browser = client_as(world.worker)
    answers = {
        "people": [str(p.id) for p in three], "channel": "street", "result": "reached", "purpose": "connection",
        "confidentiality": "team", "follow_up_on": "none", "key": str(new_id()), "headcount": "2",
        "occurred_at": clock.to_local(NOW).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    for wrong in ("2", "0", "1000", "twaalf", "12.5", "1e2"):
        refused = browser.post("/contacten/nieuw", data=answers | {"headcount": wrong})
        assert refused.status_code == 422, wrong
        assert "headcount-error" in refused.text, wrong
    assert browser.post("/contacten/nieuw", data=answers | {"headcount": "12"}).status_code == 303
    with db.unit_of_work():
        assert db.session.scalars(select(Contact.headcount)).one() == 12
