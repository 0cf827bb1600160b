"""The directory: who to call per stadsdeel, kept right by hand; and accounts of external partners, which end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import RoleAssignment, User
from portal.accounts.service import expiring, roles
from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid
from portal.partners import labels, models, rules, service
from portal.partners.models import Partner
from portal.privacy.actor import system
from portal.privacy.permissions import Role
from tests.factories import World
from tests.factories.partners import partner
from tests.factories.world import user

Client = Callable[..., FlaskClient]


@pytest.fixture
def health(world: World) -> Partner:
    with db.unit_of_work():
        partner(world.director, "Boksschool De Ring", name="Farid Voorbeeld", area=None)
        return partner(world.director, "GGD Noord", name="Wilma Voorbeeld", area="N")


def test_every_word_has_a_label() -> None:
    assert set(labels.KIND) == set(models.PartnerKind)
    assert set(labels.POST) == set(models.Post)


def test_a_stadsdeel_has_its_own_people_and_those_for_the_whole_city(
    world: World, client_as: Client, health: Partner
) -> None:
    browser = client_as(world.worker)
    shown = {code: unescape(browser.get(f"/partners?stadsdeel={code}").text) for code in ("N", "T")}
    assert {code: "Wilma Voorbeeld" in text for code, text in shown.items()} == {"N": True, "T": False}
    assert all("Farid Voorbeeld" in text for text in shown.values())
    assert 'href="tel:0201234567"' in shown["N"]
    assert "mailto:wilma@demo.example" in shown["N"]


def test_a_name_is_found_without_being_in_the_address(world: World, client_as: Client, health: Partner) -> None:
    found = unescape(client_as(world.coordinator).post("/partners", data={"q": "WILMA"}).text)
    assert "Wilma Voorbeeld" in found
    assert "Farid Voorbeeld" not in found
    by_organisation = unescape(client_as(world.coordinator).post("/partners", data={"q": "boksschool"}).text)
    assert "Farid Voorbeeld" in by_organisation


def test_a_director_keeps_it_and_a_check_says_who_and_when(world: World, client_as: Client, health: Partner) -> None:
    with db.unit_of_work():
        old = db.session.get_one(models.PartnerContact, health.contacts[0].id)
        old.checked_on = clock.today() - timedelta(days=200)
    browser = client_as(world.director)
    page = f"/partners/{health.id}"
    assert "Lang niet nagekeken" in unescape(browser.get(page).text)
    assert browser.post(f"{page}/mensen/{health.contacts[0].id}/klopt").status_code == 303
    assert "Nagekeken op" in unescape(browser.get(page).text)
    answers = {"name": "Bas Voorbeeld", "post": "officer", "valid_from": clock.today().isoformat()}
    refused = browser.post(f"{page}/mensen/nieuw", data=answers)
    assert refused.status_code == 422
    assert "telefoonnummer of een e-mailadres" in unescape(refused.text)
    assert browser.post(f"{page}/mensen/nieuw", data=answers | {"phone": "06 1234 5678"}).status_code == 303
    assert "Bas Voorbeeld" in unescape(client_as(world.trainer).get(page).text)
    assert client_as(world.worker).post(f"{page}/mensen/nieuw", data=answers).status_code == 403


def test_who_left_is_not_called_any_more(world: World, health: Partner) -> None:
    with db.unit_of_work():
        contact = db.session.get_one(models.PartnerContact, health.contacts[0].id)
        contact.valid_until = clock.today() - timedelta(days=1)
        contact.valid_from = contact.valid_until
    actor = world.actor(world.worker)
    with db.unit_of_work():
        assert [each.name for each in service.directory(actor, area_code="N")] == ["Farid Voorbeeld"]
        assert [each.name for each in service.without_contact(actor)] == ["GGD Noord"]


# --- accounts of external partners -----------------------------------------------------------------------------------


def guest(world: World, days: int) -> User:
    """An external partner in the worker's team, with so many days to go."""
    with db.unit_of_work():
        return user("Gerda Gast", world.foundation, world.noord, Role.EXTERNAL_PARTNER, login="gerda", until=days)


def test_an_external_partner_has_an_end_within_a_year(world: World) -> None:
    actor, today = world.actor(world.administrator), clock.today()
    with db.unit_of_work():
        someone = user("Gerda Gast", world.foundation, world.network, Role.TRAINER, login="gerda")
    for until, allowed in ((None, False), (today + timedelta(days=367), False), (today + timedelta(days=366), True)):
        details = roles.Details(Role.EXTERNAL_PARTNER, world.noord.id, Decimal(0), today, until, world.director.id)
        with db.unit_of_work(actor.user_id):
            if allowed:
                made = roles.add(actor, someone.id, details=details)
            else:
                with pytest.raises(Invalid, match="valid_until"):
                    roles.add(actor, someone.id, details=details)
    for sponsor in (None, world.worker.id, world.coordinator.id):  # the last one not in this team
        details = roles.Details(Role.EXTERNAL_PARTNER, world.zuidoost.id, Decimal(0), today, today, sponsor)
        with db.unit_of_work(actor.user_id), pytest.raises(Invalid, match="sponsor_id"):
            roles.add(actor, someone.id, details=details)
    with db.unit_of_work(actor.user_id), pytest.raises(Invalid, match="valid_until"):
        roles.change(actor, someone.id, made.id, fte=Decimal(0), valid_until=None)


def test_the_director_hears_a_month_and_a_week_before(world: World) -> None:
    gerda = guest(world, 30)
    stages = []
    with db.unit_of_work():
        for days in (-1, 0, 22, 23, 30, 31):
            rows = db.session.execute(rules.expiring(clock.today() + timedelta(days=days))).all()
            assert {(row.object_id, row.recipient_id) for row in rows} <= {(gerda.id, world.director.id)}
            stages.append([row.stage for row in rows])
    assert stages == [[], [0], [0], [1], [1], []]


def answered_for(world: World, days: int, sponsor: User) -> RoleAssignment:
    """A guest for whom somebody answers."""
    gerda = guest(world, days)
    with db.unit_of_work():
        row = db.session.query(RoleAssignment).filter_by(user_id=gerda.id).one()
        row.sponsor_id = sponsor.id
        return row


def test_who_answers_for_a_guest_hears_of_it_and_extends(world: World) -> None:
    row = answered_for(world, 20, world.manager)
    with db.unit_of_work():
        assert {told.recipient_id for told in db.session.execute(rules.expiring(clock.today()))} == {world.manager.id}
    director, manager = world.actor(world.director), world.actor(world.manager)
    later = clock.today() + timedelta(days=300)
    with pytest.raises(Forbidden), db.unit_of_work(director.user_id):
        expiring.extend(director, row.id, later)
    for strange in (clock.today() - timedelta(days=1), clock.today() + timedelta(days=367)):
        with pytest.raises(Invalid, match="valid_until"), db.unit_of_work(manager.user_id):
            expiring.extend(manager, row.id, strange)
    with db.unit_of_work(manager.user_id):
        made = expiring.extend(manager, row.id, later)
        assert (made.valid_until, made.sponsor_id) == (later, world.manager.id)
        assert expiring.close_expired(system("accounts")) == 0
        assert db.session.execute(rules.expiring(clock.today())).all() == []


def test_when_nobody_answers_any_more_the_director_hears_and_takes_over(world: World, client_as: Client) -> None:
    row = answered_for(world, 20, world.manager)
    with db.unit_of_work():
        db.session.get_one(User, world.manager.id).deactivated_at = clock.now()
    with db.unit_of_work():
        assert {told.recipient_id for told in db.session.execute(rules.expiring(clock.today()))} == {world.director.id}
    browser = client_as(world.director)
    assert "Gerda Gast" in browser.get("/gasten").text
    until = (clock.today() + timedelta(days=100)).isoformat()
    assert browser.post(f"/gasten/{row.id}/verlengen", data={"valid_until": until}).status_code == 303
    assert world.director.name in browser.get("/gasten").text


def test_an_external_partner_sees_what_was_shared_and_nothing_more(world: World, client_as: Client) -> None:
    row = answered_for(world, 90, world.manager)
    with db.unit_of_work():
        gerda = db.session.get_one(User, row.user_id)
        db.session.refresh(gerda, ["organisation"])
    browser = client_as(gerda)
    page = unescape(browser.get("/gedeeld").text)
    assert "Er is nu geen casus met je gedeeld" in page
    assert world.manager.name in page
    for who in ("worker", "director", "manager", "coordinator"):
        assert client_as(getattr(world, who)).get("/gedeeld").status_code == 403


def test_after_the_last_day_the_account_is_closed(world: World, client_as: Client, freeze: Callable[..., None]) -> None:
    gerda = guest(world, 3)
    browser = client_as(gerda)
    assert browser.get("/mijn-dag").status_code == 200
    with db.unit_of_work():
        assert expiring.close_expired(system("accounts")) == 0
    freeze(clock.now() + timedelta(days=4))
    with db.unit_of_work():
        assert expiring.close_expired(system("accounts")) == 1
        assert expiring.close_expired(system("accounts")) == 0
        assert db.session.get_one(User, gerda.id).deactivated_at is not None
        assert db.session.query(RoleAssignment).filter_by(user_id=gerda.id).count() == 1
    assert browser.get("/mijn-dag").status_code == 303


def test_an_external_partner_does_not_read_the_directory(world: World, client_as: Client, health: Partner) -> None:
    browser = client_as(guest(world, 90))
    assert browser.get("/partners").status_code == 403
    assert browser.get(f"/partners/{health.id}").status_code == 403
