"""Emergency access from the first question to the review."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid
from portal.core.ids import new_id
from portal.emergency import service
from portal.emergency.models import EmergencyAccess, Need
from portal.emergency.rules import told, unreviewed
from portal.emergency.service import Wanted
from portal.people.models import Person
from portal.privacy.models import AccessEvent, AccessGrant, Action
from portal.privacy.permissions import Permission, Role
from tests.factories import World
from tests.factories.people import person
from tests.factories.world import user

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
WHY = "De moeder belde: hij is vannacht niet thuisgekomen."
As = Callable[..., FlaskClient]


@pytest.fixture
def far(world: World) -> Person:
    """A young person of the other team."""
    with db.unit_of_work():
        return person(world.zuidoost, "Idris Verweg", worker=world.stranger, born=date(2010, 5, 6))


def opened(browser: FlaskClient, person_id: UUID, **changes: str) -> Any:
    answers = {"need": "danger", "reason": WHY} | changes
    return browser.post(f"/jongeren/{person_id}/noodtoegang", data=answers)


def uses() -> list[EmergencyAccess]:
    with db.unit_of_work():
        return list(db.session.scalars(select(EmergencyAccess).order_by(EmergencyAccess.id)))


def events(user: User, *actions: Action) -> list[AccessEvent]:
    with db.unit_of_work():
        mine = select(AccessEvent).where(AccessEvent.actor_id == user.id, AccessEvent.action.in_(actions))
        return list(db.session.scalars(mine.order_by(AccessEvent.id)))


def reviewed(world: World, client_as: As, *, outcome: str = "justified") -> None:
    officer = client_as(world.privacy_officer)
    for use in uses():
        if use.outcome is None:
            answer = officer.post(f"/noodtoegangen/{use.id}", data={"outcome": outcome, "note": "Gebeld, klopt."})
            assert answer.status_code == 303


# --- opening -----------------------------------------------------------------


def test_an_hour_of_reading_and_then_nothing(
    world: World, far: Person, client_as: As, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOON)
    browser = client_as(world.worker)
    address = f"/jongeren/{far.id}"
    assert browser.get(address).status_code == 404
    assert opened(browser, far.id).headers["Location"] == address
    page = browser.get(address)
    assert page.status_code == 200
    assert "Idris" in page.text
    assert "Nog 60 minuten" in page.text
    assert f"/noodtoegangen/{uses()[0].id}/stoppen" in page.text
    freeze(NOON + timedelta(minutes=59, seconds=40))
    assert "Nog 1 minuut" in browser.get(address).text
    freeze(NOON + timedelta(minutes=60))
    ended = browser.get(address)
    assert ended.status_code == 404
    assert "Idris" not in ended.text


def test_it_is_for_reading_only(world: World, far: Person, client_as: As) -> None:
    browser = client_as(world.worker)
    opened(browser, far.id)
    for path in ("wijzigen", "verwant", "begeleiders", "sluiten"):
        assert browser.get(f"/jongeren/{far.id}/{path}").status_code in {403, 404}, path
    written = {"person_ids": str(far.id), "channel": "street", "result": "effective", "note": "Gezien."}
    browser.post("/contacten/nieuw", data=written)
    with db.unit_of_work():
        assert db.session.scalar(text("SELECT count(*) FROM contact")) == 0


def test_everything_read_is_marked(world: World, far: Person, client_as: As) -> None:
    browser = client_as(world.worker)
    opened(browser, far.id)
    browser.get(f"/jongeren/{far.id}")
    [made] = [row for row in events(world.worker, Action.CREATE) if row.subject_type == "emergency"]
    assert (made.person_id, made.team_id, made.break_glass) == (far.id, world.zuidoost.id, True)
    read = [row for row in events(world.worker, Action.READ) if row.person_id == far.id]
    assert read
    assert {(row.break_glass, row.purpose) for row in read} == {(True, "break_glass")}
    browser.get(f"/jongeren/{person_of(world)}")
    plain = [row for row in events(world.worker, Action.READ) if row.person_id != far.id]
    assert plain
    assert not any(row.break_glass for row in plain)


def person_of(world: World) -> UUID:
    with db.unit_of_work():
        return person(world.noord, "Yassine Eigen", worker=world.worker).id


@pytest.mark.parametrize(
    "known",
    [{"kenmerk": "p"}, {"family_name": "verweg", "birth_date": "2010-05-06"}],
    ids=["kenmerk", "name and birth date"],
)
def test_somebody_is_found_by_what_one_knows_for_certain(
    world: World, far: Person, client_as: As, known: dict[str, str]
) -> None:
    answers = {"need": "incident", "reason": WHY} | known
    if "kenmerk" in answers:
        answers["kenmerk"] = far.pseudonym.lower()
    found = client_as(world.worker).post("/noodtoegang", data=answers)
    assert found.headers["Location"] == f"/jongeren/{far.id}"


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"family_name": "Verweg"},
        {"birth_date": "2010-05-06"},
        {"family_name": "Verweg", "birth_date": "2010-05-07"},
        {"kenmerk": "P-000000"},
        {"kenmerk": "%"},
    ],
)
def test_a_guess_finds_nobody_and_is_logged(world: World, far: Person, client_as: As, known: dict[str, str]) -> None:
    answer = client_as(world.worker).post("/noodtoegang", data={"need": "danger", "reason": WHY} | known)
    assert answer.status_code == 422
    assert "Er is geen dossier dat hierbij past." in html.unescape(answer.text)
    assert uses() == []
    assert [row.person_id for row in events(world.worker, Action.SEARCH)] == [None]


def test_two_of_the_same_name_and_day_are_not_opened(world: World, far: Person, client_as: As) -> None:
    with db.unit_of_work():
        person(world.zuidoost, "Noah Verweg", worker=world.stranger, born=date(2010, 5, 6))
    known = {"family_name": "Verweg", "birth_date": "2010-05-06", "need": "danger", "reason": WHY}
    assert client_as(world.worker).post("/noodtoegang", data=known).status_code == 422


def test_guessing_ends(world: World, far: Person, client_as: As, freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)
    browser = client_as(world.worker)
    for _ in range(service.ASKED_AT_MOST):
        assert opened(browser, new_id()).status_code == 422
    assert opened(browser, far.id).status_code == 429
    freeze(NOON + service.ASKED_WITHIN)
    assert opened(client_as(world.worker), far.id).status_code == 303


def test_an_address_of_nobody_looks_the_same(world: World, far: Person, client_as: As) -> None:
    browser = client_as(world.worker)

    def shown(path: str) -> str:
        text = re.sub(r'(value|content|href|action)="[^"]*"', "", browser.get(path).text)
        return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text)  # the number of the request

    nobody = new_id()
    assert shown(f"/jongeren/{far.id}") == shown(f"/jongeren/{nobody}")
    assert shown(f"/jongeren/{far.id}/noodtoegang") == shown(f"/jongeren/{nobody}/noodtoegang")


def test_a_dossier_within_reach_needs_no_emergency(world: World, client_as: As) -> None:
    mine = person_of(world)
    answer = opened(client_as(world.worker), mine)
    assert answer.status_code == 422
    assert "Dit dossier kun je al zien." in answer.text
    assert uses() == []


@pytest.mark.parametrize("changes", [{"reason": "spoed"}, {"reason": " " * 30}, {"need": ""}, {"need": "curious"}])
def test_it_takes_a_reason_and_a_need(world: World, far: Person, client_as: As, changes: dict[str, str]) -> None:
    assert opened(client_as(world.worker), far.id, **changes).status_code == 422
    assert uses() == []


@pytest.mark.parametrize("who", ["manager", "messenger", "trainer", "analyst", "privacy_officer", "administrator"])
def test_not_for_every_role(world: World, far: Person, client_as: As, who: str) -> None:
    browser = client_as(getattr(world, who))
    assert browser.get("/noodtoegang").status_code == 403
    assert opened(browser, far.id).status_code == 403


@pytest.mark.parametrize("who", ["worker", "coordinator", "director"])
def test_for_who_works_with_young_people(world: World, far: Person, client_as: As, who: str) -> None:
    browser = client_as(getattr(world, who))
    assert opened(browser, far.id).status_code == 303
    assert browser.get(f"/jongeren/{far.id}").status_code == 200


def test_it_asks_for_the_second_factor_first(world: World, far: Person, client_as: As) -> None:
    browser = client_as(world.worker, confirmed=False)
    assert browser.get("/noodtoegang").headers["Location"] == "/bevestigen"
    assert opened(browser, far.id).headers["Location"] == "/bevestigen"
    assert uses() == []


def test_the_reason_is_sealed(world: World, far: Person, client_as: As, admin_engine: Engine) -> None:
    opened(client_as(world.worker), far.id)
    with admin_engine.connect() as look:
        [row] = look.execute(text("SELECT e::text FROM emergency_access e")).scalars()
        logged = look.execute(text("SELECT e::text FROM access_event e")).scalars().all()
    assert not any("moeder" in each for each in [row, *logged])


# --- while it lasts ----------------------------------------------------------


def test_it_is_stopped_by_who_opened_it(world: World, far: Person, client_as: As) -> None:
    browser = client_as(world.worker)
    opened(browser, far.id)
    [use] = uses()
    assert client_as(world.colleague).post(f"/noodtoegangen/{use.id}/stoppen").status_code == 404
    assert f"/noodtoegangen/{use.id}/stoppen" in browser.get(f"/jongeren/{far.id}").text
    assert browser.post(f"/noodtoegangen/{use.id}/stoppen").status_code == 303
    assert browser.get(f"/jongeren/{far.id}").status_code == 404
    assert browser.post(f"/noodtoegangen/{use.id}/stoppen").status_code == 404
    with db.unit_of_work():
        [grant] = db.session.scalars(select(AccessGrant))
        assert grant.valid_until <= clock.now()


def test_the_banner_is_on_pages_of_young_people_and_no_other(world: World, far: Person, client_as: As) -> None:
    browser = client_as(world.worker)
    assert "Noodtoegang tot" not in browser.get("/jongeren").text
    opened(browser, far.id)
    for path in (f"/jongeren/{far.id}", f"/jongeren/{far.id}/tijdlijn", "/jongeren"):
        assert "Noodtoegang tot" in browser.get(path).text, path
    assert "Noodtoegang tot" not in client_as(world.colleague).get("/jongeren").text


# --- afterwards --------------------------------------------------------------


def test_three_without_a_review_block_the_fourth(world: World, client_as: As) -> None:
    with db.unit_of_work():
        ids = [person(world.zuidoost, f"Jongere Nummer{n}", worker=world.stranger).id for n in range(5)]
    browser = client_as(world.worker)
    for person_id in ids[:3]:
        assert opened(browser, person_id).status_code == 303
    assert "al drie keer" in browser.get("/noodtoegang").text
    assert opened(browser, ids[3]).status_code == 422
    assert opened(client_as(world.colleague), ids[3]).status_code == 303, "each person counts for themselves"
    reviewed(world, client_as, outcome="unjustified")
    assert opened(browser, ids[4]).status_code == 303


def test_the_privacy_officer_reviews_once(world: World, far: Person, client_as: As) -> None:
    opened(client_as(world.worker), far.id)
    [use] = uses()
    officer = client_as(world.privacy_officer)
    page = officer.get(f"/noodtoegangen/{use.id}")
    assert WHY in html.unescape(page.text)
    assert far.pseudonym in page.text
    assert "Idris" not in page.text + officer.get("/noodtoegangen").text
    answer = {"outcome": "follow_up", "note": "Gesprek met de medewerker gepland."}
    assert officer.post(f"/noodtoegangen/{use.id}", data={"outcome": "", "note": "Niets"}).status_code == 422
    assert officer.post(f"/noodtoegangen/{use.id}", data=answer).status_code == 303
    assert officer.post(f"/noodtoegangen/{use.id}", data=answer).status_code == 409
    assert far.pseudonym not in officer.get("/noodtoegangen").text
    assert "Er is een vervolg nodig" in officer.get("/noodtoegangen?toon=alles").text
    assert uses()[0].note == "Gesprek met de medewerker gepland."


def test_who_sees_what(world: World, far: Person, client_as: As) -> None:
    near = person_of(world)
    opened(client_as(world.stranger), near)
    opened(client_as(world.worker), far.id)
    about_noord, about_zuidoost = uses()
    for who, sees in (("director", {200}), ("manager", {200}), ("privacy_officer", {200})):
        assert client_as(getattr(world, who)).get(f"/noodtoegangen/{about_noord.id}").status_code in sees
    for who in ("director", "manager"):
        assert client_as(getattr(world, who)).get(f"/noodtoegangen/{about_zuidoost.id}").status_code == 404
    assert WHY in html.unescape(client_as(world.director).get(f"/noodtoegangen/{about_noord.id}").text)
    assert WHY not in html.unescape(client_as(world.manager).get(f"/noodtoegangen/{about_noord.id}").text)
    for who in ("administrator", "analyst", "trainer", "messenger"):
        assert client_as(getattr(world, who)).get("/noodtoegangen").status_code == 403


def test_only_the_privacy_officer_judges(world: World, far: Person, client_as: As) -> None:
    opened(client_as(world.stranger), person_of(world))
    [use] = uses()
    answer = {"outcome": "justified", "note": "Prima."}
    for who in ("director", "manager"):
        assert client_as(getattr(world, who)).post(f"/noodtoegangen/{use.id}", data=answer).status_code == 403
    assert uses()[0].outcome is None


def test_the_account_of_it_cannot_be_rewritten(world: World, far: Person, client_as: As) -> None:
    opened(client_as(world.worker), far.id)
    for statement in (
        "UPDATE emergency_access SET started_at = started_at - INTERVAL '1 day'",
        "UPDATE emergency_access SET ends_at = ends_at + INTERVAL '1 minute'",
        "DELETE FROM emergency_access",
    ):
        with db.engine().connect() as web, pytest.raises(Exception, match="permission denied"):
            web.execute(text(statement))


# --- reminders ---------------------------------------------------------------


def asked(statement: Any) -> list[tuple[UUID, int]]:
    with db.unit_of_work():
        return [(row.recipient_id, row.stage) for row in db.session.execute(statement)]


def test_directors_hear_at_once_and_the_officer_until_it_is_reviewed(
    world: World, client_as: As, freeze: Callable[[datetime], None]
) -> None:
    freeze(NOON)
    opened(client_as(world.stranger), person_of(world))
    day = NOON.date()
    assert asked(told(day)) == [(world.director.id, 0)]
    assert asked(unreviewed(day)) == [(world.privacy_officer.id, 0)]
    assert asked(unreviewed(day + timedelta(days=7))) == [(world.privacy_officer.id, 1)]
    assert asked(told(day + timedelta(days=8))) == []
    freeze(NOON + timedelta(hours=1))
    reviewed(world, client_as)
    assert asked(unreviewed(day)) == []


def test_a_director_does_not_hear_of_the_own_use(world: World, client_as: As) -> None:
    with db.unit_of_work():
        other = user("Rian Proef", world.city, world.zuidoost, Role.JV_DIRECTOR)
    near = person_of(world)
    opened(client_as(other), near)
    assert asked(told(clock.today())) == [(world.director.id, 0)]


# --- the rights alone --------------------------------------------------------


def test_the_service_refuses_without_the_permission(world: World, far: Person) -> None:
    with db.unit_of_work(), pytest.raises(Forbidden):
        service.open_dossier(world.actor(world.manager), wanted=Wanted(far.id), need=Need.DANGER, reason=WHY)
    assert not world.actor(world.messenger).can(Permission.EMERGENCY_USE)


def test_nothing_is_granted_when_the_answer_is_no(world: World, far: Person) -> None:
    with db.unit_of_work(), pytest.raises(Invalid):
        service.open_dossier(world.actor(world.worker), wanted=Wanted(far.id), need=Need.DANGER, reason="kort")
    with db.unit_of_work():
        assert db.session.scalars(select(AccessGrant)).all() == []
