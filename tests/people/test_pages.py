"""The pages of people: what they answer to right, wrong, hostile and outdated input, and what they log."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.core import db
from portal.core.ids import new_id
from portal.people.models import Person, PersonAssignment, PersonStatus, RelatedPerson
from portal.privacy.models import AccessEvent
from tests.factories import World, people

ClientAs = Callable[..., FlaskClient]
GOOD = {
    "given_name": "Özgür",
    "family_name": "Voorbeeld",
    "birth_date": "2009-05-17",
    "birth_date_precision": "day",
    "aliases-0": "Oz",
    "aliases-1": "",
    "area_code": "NA",
    "phone": "06 12345678",
    "preferred_language": "tr",
    "plain_language": "1",
    "version": "0",
}


@pytest.fixture
def boy(world: World) -> Person:
    with db.unit_of_work():
        return people.person(world.noord, "Yassine Voorbeeld", worker=world.worker)


def page_url(person: Person, path: str = "") -> str:
    return f"/jongeren/{person.id}{path}"


def count(model: type = Person) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def logged(*actions: str) -> list[AccessEvent]:
    db.session.remove()
    return list(
        db.session.scalars(
            select(AccessEvent)
            .where(AccessEvent.action.in_(actions), AccessEvent.actor_name != "system:test")
            .order_by(AccessEvent.id)
        )
    )


# --- registering -------------------------------------------------------------


def test_worker_registers_a_young_person(world: World, client_as: ClientAs) -> None:
    answer = client_as(world.worker).post("/jongeren/nieuw", data=GOOD | {"team": world.noord.id})
    person = db.session.scalars(select(Person)).one()
    assert (answer.status_code, answer.location) == (303, page_url(person))
    assert (person.display_name, person.phone, person.preferred_language) == ("Özgür Voorbeeld", "06 12345678", "tr")
    assert [alias.alias for alias in person.aliases] == ["Oz"]
    (event,) = logged("create")
    assert (event.role, event.person_id) == ("youth_worker", person.id)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("given_name", ""),
        ("given_name", "   "),
        ("given_name", "x" * 81),
        ("given_name", "a\x00b"),
        ("given_name", "1234"),
        ("family_name", "x" * 81),
        ("birth_date", ""),
        ("birth_date", "31-02-2009"),
        ("birth_date", "gisteren"),
        ("birth_date", "1980-01-01"),
        ("birth_date", "2999-01-01"),
        ("birth_date_precision", "century"),
        ("area_code", "ZZ"),
        ("area_code", "'; DROP TABLE person; --"),
        ("phone", "bel me"),
        ("preferred_language", "klingon"),
        ("aliases-0", "x" * 81),
        ("aliases-0", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")),
        ("version", "x"),
    ],
)
def test_wrong_answer_stays_beside_its_field(world: World, client_as: ClientAs, field: str, value: str) -> None:
    answer = client_as(world.worker).post("/jongeren/nieuw", data=GOOD | {"team": world.noord.id, field: value})
    assert answer.status_code == 422
    assert "data-error-summary" in answer.text
    if field != "version":
        assert re.search(rf'href="#{field}(-0|-search)?"', answer.text), "the summary leads to the field"
    assert count() == 0
    assert logged("create") == []


def test_markup_in_a_name_is_text(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    name = "<img src=x onerror=alert(1)>"
    answer = browser.post("/jongeren/nieuw", data=GOOD | {"team": world.noord.id, "given_name": name})
    assert answer.status_code == 303
    for path in ("/jongeren", answer.location):
        text = browser.get(path).text
        assert "<img src=x" not in text
        assert "&lt;img src=x" in text


def test_team_of_somebody_else_is_refused(world: World, client_as: ClientAs) -> None:
    answer = client_as(world.worker).post("/jongeren/nieuw", data=GOOD | {"team": world.zuidoost.id})
    assert (answer.status_code, count()) == (422, 0)


@pytest.mark.parametrize("index", ["99999999999999999999", "-1", "x", "0-0"])
def test_strange_numbers_of_other_names_do_no_harm(world: World, client_as: ClientAs, index: str) -> None:
    answer = client_as(world.worker).post(
        "/jongeren/nieuw", data=GOOD | {"team": world.noord.id, f"aliases-{index}": "Vreemd"}
    )
    assert answer.status_code in (303, 422)


def test_more_other_names_than_fit_are_left_out_without_an_error_page(world: World, client_as: ClientAs) -> None:
    many = {f"aliases-{number}": f"Naam {number}" for number in range(40)}
    assert client_as(world.worker).post("/jongeren/nieuw", data=GOOD | many).status_code in (303, 422)


def test_another_name_is_offered_without_losing_or_saving_anything(world: World, client_as: ClientAs) -> None:
    answer = client_as(world.worker).post("/jongeren/nieuw", data=GOOD | {"more": "aliases", "birth_date": ""})
    assert answer.status_code == 200
    assert 'name="aliases-2"' in answer.text
    assert 'value="Özgür"' in answer.text
    assert "data-error-summary" not in answer.text
    assert count() == 0


def test_somebody_alike_is_asked_about_first(world: World, client_as: ClientAs) -> None:
    with db.unit_of_work():
        held = people.person(world.noord, "Ozgur Voorbeeld", worker=world.worker, born=date(2009, 5, 17))
    browser = client_as(world.worker)
    answer = browser.post("/jongeren/nieuw", data=GOOD | {"team": world.noord.id})
    assert (answer.status_code, count()) == (200, 1)
    assert page_url(held) in answer.text
    assert [event.person_id for event in logged("list")] == [held.id]
    seal = re.search(r'name="anyway" value="([^"]+)"', answer.text)
    assert seal
    anyway = browser.post("/jongeren/nieuw", data=GOOD | {"team": world.noord.id, "anyway": seal.group(1)})
    assert (anyway.status_code, count()) == (303, 2)


def test_somebody_alike_out_of_reach_is_told_of_by_team(world: World, client_as: ClientAs) -> None:
    with db.unit_of_work():
        held = people.person(world.zuidoost, "Ozgur Voorbeeld", worker=world.stranger, born=date(2009, 5, 17))
    answer = client_as(world.worker).post("/jongeren/nieuw", data=GOOD | {"team": world.noord.id})
    assert (answer.status_code, count()) == (200, 1)
    assert "Mogelijk bekend bij Team Zuidoost" in answer.text
    assert str(held.id) not in answer.text


# --- changing ----------------------------------------------------------------


def test_change_and_lost_race(world: World, boy: Person, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    form = browser.get(page_url(boy, "/wijzigen"))
    assert 'value="Yassine"' in form.text
    data = GOOD | {"version": str(boy.version)}
    assert browser.post(page_url(boy, "/wijzigen"), data=data).status_code == 303
    late = browser.post(page_url(boy, "/wijzigen"), data=data | {"given_name": "Te laat"})
    assert late.status_code == 409
    assert "Iemand anders was je voor" in late.text
    db.session.remove()
    assert db.session.get_one(Person, boy.id).given_name == "Özgür"


def test_form_without_a_version_is_refused(world: World, boy: Person, client_as: ClientAs) -> None:
    data = {name: value for name, value in GOOD.items() if name != "version"}
    assert client_as(world.worker).post(page_url(boy, "/wijzigen"), data=data).status_code == 422


def test_opening_the_form_is_logged_as_reading(world: World, boy: Person, client_as: ClientAs) -> None:
    client_as(world.director).get(page_url(boy, "/begeleiders"))
    client_as(world.worker).get(page_url(boy, "/wijzigen"))
    assert {(e.person_id, e.purpose) for e in logged("read")} == {
        (boy.id, "supervision"),
        (boy.id, "own_caseload"),
    }
    assert len(logged("read")) == 2


PATHS = ("/wijzigen", "/sluiten", "/contactpersonen/nieuw", "/begeleiders")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_out_of_reach_is_404_with_evidence(
    world: World, boy: Person, client_as: ClientAs, path: str, method: str
) -> None:
    who = world.director if path == "/begeleiders" else world.stranger
    with db.unit_of_work():
        other = people.person(world.zuidoost, "Iemand Elders") if path == "/begeleiders" else boy
    answer = getattr(client_as(who), method)(page_url(other, path), data=GOOD if method == "post" else None)
    assert answer.status_code == 404
    assert boy.given_name not in answer.text
    (event,) = logged("denied")
    assert (event.subject_type, event.subject_id, event.result) == ("person", other.id, "denied")


def test_nothing_is_404_like_the_unknown(world: World, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    for path in PATHS[:3]:
        assert browser.get(f"/jongeren/{new_id()}{path}").status_code == 404
    assert browser.get("/jongeren/niet-echt/wijzigen").status_code == 404


# --- related persons, workers, closing ---------------------------------------


def test_related_person_from_form_to_dossier_and_away(world: World, boy: Person, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    data = {"role": "parent", "name": "Fatma Voorbeeld", "phone": "06 87654321", "may_be_contacted": "1"}
    assert browser.post(page_url(boy, "/contactpersonen/nieuw"), data=data).status_code == 303
    related = db.session.scalars(select(RelatedPerson)).one()
    assert "Fatma Voorbeeld" in browser.get(page_url(boy)).text
    path = page_url(boy, f"/contactpersonen/{related.id}")
    assert 'value="06 87654321"' in browser.get(path).text
    assert browser.post(path, data=data | {"name": ""}).status_code == 422
    assert browser.post(path, data=data | {"role": "brother"}).status_code == 422
    assert browser.post(path + "/weghalen").status_code == 303
    assert browser.post(path + "/weghalen").status_code == 404
    assert count(RelatedPerson) == 0


def test_director_assigns_and_ends(world: World, boy: Person, client_as: ClientAs) -> None:
    browser = client_as(world.director)
    path = page_url(boy, "/begeleiders")
    assert browser.post(path, data={"user_id": world.colleague.id, "primary": "1"}).status_code == 303
    assert "Kofi Proef" in browser.get(path).text
    assert browser.post(path, data={"user_id": world.colleague.id}).status_code == 422, "already"
    assert browser.post(path, data={"user_id": world.stranger.id}).status_code == 422, "other team"
    row = db.session.scalars(select(PersonAssignment).where(PersonAssignment.user_id == world.worker.id)).one()
    assert browser.post(f"{path}/{row.id}/beeindigen").status_code == 303
    assert browser.post(f"{path}/{row.id}/beeindigen").status_code == 409
    assert client_as(world.worker).get(page_url(boy)).status_code == 404


def test_worker_may_not_open_assignments(world: World, boy: Person, client_as: ClientAs) -> None:
    assert client_as(world.worker).get(page_url(boy, "/begeleiders")).status_code == 403


def test_close_and_reopen(world: World, boy: Person, client_as: ClientAs) -> None:
    browser = client_as(world.worker)
    assert 'name="version"' in browser.get(page_url(boy, "/sluiten")).text
    assert browser.post(page_url(boy, "/sluiten"), data={"version": "0"}).status_code == 409
    assert browser.post(page_url(boy, "/sluiten"), data={"version": ""}).status_code == 422
    assert browser.post(page_url(boy, "/sluiten"), data={"version": "1"}).status_code == 303
    assert "Weer openen" in browser.get(page_url(boy)).text
    assert boy.short_name not in browser.get("/jongeren").text
    assert boy.short_name in browser.get("/jongeren?status=closed").text
    assert browser.post(page_url(boy, "/heropenen"), data={"version": "1"}).status_code == 409
    assert browser.post(page_url(boy, "/heropenen"), data={}).status_code == 409
    assert browser.post(page_url(boy, "/heropenen"), data={"version": "2"}).status_code == 303
    db.session.remove()
    assert db.session.get_one(Person, boy.id).status == PersonStatus.OPEN


# --- list and search ---------------------------------------------------------


@pytest.mark.parametrize(
    "query", ["status=gek", "worker=x", "area=ZZ", "contact=' OR 1=1", "sort=risico", "area=" + "N" * 3000]
)
def test_unknown_filter_is_refused_in_words(world: World, boy: Person, client_as: ClientAs, query: str) -> None:
    who = world.director if query.startswith("worker") else world.worker
    answer = client_as(who).get(f"/jongeren?{query}")
    assert answer.status_code == 422
    assert "Kies een van de mogelijkheden." in answer.text
    assert boy.short_name not in answer.text


def test_worker_has_no_filter_on_workers_and_its_value_is_ignored(
    world: World, boy: Person, client_as: ClientAs
) -> None:
    answer = client_as(world.worker).get(f"/jongeren?worker={world.colleague.id}")
    assert answer.status_code == 200
    assert 'id="worker"' not in answer.text
    assert boy.short_name in answer.text


@pytest.mark.parametrize("cursor", ["x", "AAAA", "%00", "WyJ4Il0"])
def test_strange_page_is_404(world: World, boy: Person, client_as: ClientAs, cursor: str) -> None:
    assert client_as(world.worker).get(f"/jongeren?after={cursor}").status_code == 404


def test_pages_link_to_each_other_and_keep_the_filters(world: World, client_as: ClientAs) -> None:
    with db.unit_of_work():
        for number in range(60):
            people.person(world.noord, f"Sam Nummer{number:02}", worker=world.worker)
    browser = client_as(world.worker)
    first = browser.get("/jongeren?area=N&sort=naam")
    assert "60 jongeren" in first.text
    (link,) = re.findall(r'href="([^"]+)" rel="next"', first.text)
    assert "area=N" in link
    second = browser.get(link.replace("&amp;", "&"))
    assert "Nummer59" in second.text
    (back,) = re.findall(r'href="([^"]+)" rel="prev"', second.text)
    assert "Nummer00" in browser.get(back.replace("&amp;", "&")).text
    assert not re.search("Sam|Nummer", link + back), "no name in an address"


def test_search_works_as_page_and_shows_nothing_out_of_reach(world: World, boy: Person, client_as: ClientAs) -> None:
    found = client_as(world.worker).post("/jongeren/zoeken", data={"q": "yass"})
    assert (found.status_code, page_url(boy) in found.text) == (200, True)
    other = client_as(world.stranger).post("/jongeren/zoeken", data={"q": "yass"})
    assert (other.status_code, page_url(boy) in other.text) == (200, False)
    assert client_as(world.worker).get("/jongeren/zoeken?q=yass").status_code == 405


@pytest.mark.parametrize("words", ["", "x" * 81, "a\x00"])
def test_search_refuses_what_is_no_name(world: World, client_as: ClientAs, words: str) -> None:
    assert client_as(world.worker).post("/jongeren/zoeken", data={"q": words}).status_code == 422


def test_empty_list_says_what_to_do(world: World, client_as: ClientAs) -> None:
    assert "Nog geen jongeren" in client_as(world.worker).get("/jongeren").text
    assert "Geen jongeren met deze filters" in client_as(world.worker).get("/jongeren?status=closed").text
    assert "/jongeren/nieuw" not in client_as(world.messenger).get("/jongeren").text


def queries_of(browser: FlaskClient, method: str, path: str, **kwargs: object) -> int:
    with browser:
        answer = getattr(browser, method)(path, **kwargs)
        assert answer.status_code == 200
        return int(g.queries)


@pytest.mark.parametrize("who", ["worker", "director"])
def test_queries_do_not_grow_with_the_rows(world: World, client_as: ClientAs, who: str) -> None:
    browser = client_as(getattr(world, who))
    measured = []
    for number in (1, 12, 30):
        with db.unit_of_work():
            for index in range(number):
                people.person(world.noord, f"Sam Nummer{number}{index}", worker=world.worker, aliases=("Sammie",))
        browser.get("/jongeren")
        searched = queries_of(browser, "post", "/jongeren/zoeken", data={"q": "sam"})
        measured.append((queries_of(browser, "get", "/jongeren"), searched))
    assert len(set(measured)) == 1, measured
    assert max(measured[0]) <= 12


@pytest.mark.parametrize("who", ["manager", "trainer", "analyst", "privacy_officer", "administrator"])
def test_who_has_no_business_here_gets_403(world: World, boy: Person, client_as: ClientAs, who: str) -> None:
    browser = client_as(getattr(world, who))
    for path in ("/jongeren", "/jongeren/nieuw", page_url(boy), page_url(boy, "/wijzigen")):
        assert browser.get(path).status_code == 403


# --- refused forms show people too -------------------------------------------


@pytest.mark.parametrize("path", ["/wijzigen", "/contactpersonen/nieuw", "/sluiten"])
def test_a_refused_form_that_shows_a_young_person_is_logged(
    world: World, client_as: ClientAs, boy: Person, path: str
) -> None:
    answer = client_as(world.worker).post(page_url(boy, path), data={"version": "", "given_name": ""})
    assert answer.status_code == 422
    rows = logged("read", "create", "update")
    assert [(row.action, row.person_id, row.actor_id) for row in rows] == [("read", boy.id, world.worker.id)]


def test_a_page_that_shows_nobody_logs_no_reading(world: World, client_as: ClientAs, boy: Person) -> None:
    late = GOOD | {"version": "99"}
    assert client_as(world.worker).post(page_url(boy, "/wijzigen"), data=late).status_code == 409
    assert client_as(world.stranger).get(page_url(boy, "/wijzigen")).status_code == 404
    assert logged("read", "update") == []
