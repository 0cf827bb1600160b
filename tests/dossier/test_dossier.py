"""The dossier page per role: what is on it, what is not, and what the access log says of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.contacts.models import Contact, ContactParticipant, FollowUp
from portal.core import clock, db
from portal.core.ids import new_id
from portal.people.models import BirthDatePrecision, Person
from portal.privacy.models import AccessEvent
from tests.factories import World, people

ClientAs = Callable[..., FlaskClient]


def contact(world: World, person: Person, note: str, *, days_ago: int = 0, confidentiality: str = "team") -> None:
    """A contact by the worker; inside a unit of work."""
    at = clock.now() - timedelta(days=days_ago)
    made = Contact(
        team_id=person.team_id,
        worker_id=world.worker.id,
        occurred_at=at,
        channel="street",
        result="reached",
        purpose="help",
        note=note,
        confidentiality=confidentiality,
        idempotency_key=new_id(),
    )
    db.session.add(made)
    db.session.flush()
    db.session.add(
        ContactParticipant(
            contact_id=made.id,
            contact_team_id=made.team_id,
            person_id=person.id,
            person_team_id=person.team_id,
            occurred_at=at,
        )
    )
    db.mark_logged()


@pytest.fixture
def boy(world: World) -> Person:
    with db.unit_of_work():
        made = people.person(
            world.noord,
            "Yassine Voorbeeld",
            worker=world.worker,
            aliases=("Lange Yas",),
            phone="06 123-45 678",
            born=date(2008, 3, 1),
        )
        people.related(made, "Fatma Moeder")
        contact(world, made, "alleen voor het team", days_ago=2)
        contact(world, made, "voor het casusteam", days_ago=1, confidentiality="case_team")
        db.session.add(
            FollowUp(
                person_id=made.id,
                team_id=made.team_id,
                assignee_id=world.worker.id,
                what="Langs de rechtbank",
                due_on=clock.today(),
            )
        )
        people.grant_to_user(made, world.messenger)
        people.grant_to_team(made, world.network)
        return made


#: On the page → who sees it, of worker, director, coordinator and messenger.
SHOWN = {
    "Yassine": "worker director coordinator messenger",
    "Yassine Voorbeeld": "worker director coordinator",
    "Lange Yas": "worker director coordinator",
    "1 maart 2008": "worker director coordinator",
    "Oostzanerwerf": "worker director coordinator",
    "Fatma Moeder": "worker director coordinator",
    'href="tel:0612345678"': "worker director coordinator messenger",
    "alleen voor het team": "worker",
    "voor het casusteam": "worker director messenger",
    "1 contact is alleen voor de begeleiders te lezen.": "director",  # the second wall hides even the number
    "Langs de rechtbank": "worker director",
    "/wijzigen": "worker director",
    "/contactpersonen/nieuw": "worker director",
    "/begeleiders": "director",
    "/sluiten": "worker director",
    "/afdrukken": "worker director coordinator",
    "Wie mag dit zien": "worker director coordinator",
    "/traject-aanvragen": "worker",
    "/contacten/nieuw?jongere=": "worker messenger",
}


def saying(browser: FlaskClient, person: Person, who: str) -> FlaskClient:
    """The same browser, in which a director said what for."""
    if who == "director":
        browser.post(f"/jongeren/{person.id}/doel", data={"purpose": "supervision"})
    return browser


@pytest.mark.parametrize("who", ["worker", "director", "coordinator", "messenger"])
def test_page_shows_what_the_role_may_see(world: World, boy: Person, client_as: ClientAs, who: str) -> None:
    answer = saying(client_as(getattr(world, who)), boy, who).get(f"/jongeren/{boy.id}")
    assert answer.status_code == 200
    shown = {text for text in SHOWN if text in answer.text}
    assert shown == {text for text, roles in SHOWN.items() if who in roles.split()}


PURPOSES = {
    "worker": ("own_caseload", "youth_worker"),
    "director": ("supervision", "jv_director"),
    "coordinator": ("matching", "cm_coordinator"),
    "messenger": ("own_caseload", "credible_messenger"),
}


@pytest.mark.parametrize("who", PURPOSES)
@pytest.mark.parametrize("path", ["", "/tijdlijn"])
def test_one_read_is_logged_with_its_purpose(
    world: World, boy: Person, client_as: ClientAs, who: str, path: str
) -> None:
    saying(client_as(getattr(world, who)), boy, who).get(f"/jongeren/{boy.id}{path}")
    events = db.session.scalars(
        select(AccessEvent)
        .order_by(AccessEvent.id)
        .where(AccessEvent.actor_id == getattr(world, who).id, AccessEvent.subject_type == "person")
    ).all()
    if (who, path) == ("coordinator", "/tijdlijn"):  # who looks for a messenger reads no notes
        assert events == []
        return
    assert [(e.action, e.person_id, e.purpose, e.role) for e in events] == [("read", boy.id, *PURPOSES[who])]


@pytest.mark.parametrize("who", ["colleague", "stranger"])
@pytest.mark.parametrize("path", ["", "/tijdlijn", "/afdrukken"])
def test_out_of_reach_is_404_with_evidence(world: World, boy: Person, client_as: ClientAs, who: str, path: str) -> None:
    answer = client_as(getattr(world, who)).get(f"/jongeren/{boy.id}{path}")
    assert answer.status_code == 404
    assert "Yassine" not in answer.text
    events = db.session.scalars(
        select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.actor_id == getattr(world, who).id)
    ).all()
    assert [(e.action, e.result, e.subject_id) for e in events] == [("denied", "denied", boy.id)]


def test_paper_is_logged_as_export_and_not_for_messengers(world: World, boy: Person, client_as: ClientAs) -> None:
    answer = client_as(world.worker).get(f"/jongeren/{boy.id}/afdrukken")
    assert "alleen voor het team" in answer.text
    assert "afdruk door Samira Proef" in answer.text
    events = db.session.scalars(
        select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.actor_id == world.worker.id)
    ).all()
    assert [(e.action, e.purpose) for e in events] == [("export", "own_caseload")]
    assert client_as(world.messenger).get(f"/jongeren/{boy.id}/afdrukken").status_code == 403


def test_readers_are_named_until_their_access_ends(world: World, boy: Person, client_as: ClientAs) -> None:
    text = client_as(world.worker).get(f"/jongeren/{boy.id}").text
    for reader in ("Samira Proef", "Dirkje Proef", "Ruud Proef", "Netwerk credible messengers"):
        assert reader in text
    with db.unit_of_work():
        clock.shift(db.session(), timedelta(0))
        from portal.privacy import grants
        from portal.privacy.models import AccessGrant

        for given in db.session.scalars(select(AccessGrant)):
            assert given.record_id
            grants.end(given.record_id)
    text = client_as(world.worker).get(f"/jongeren/{boy.id}").text
    assert "Ruud Proef" not in text


def test_older_contacts_come_page_by_page_each_once(world: World, client_as: ClientAs) -> None:
    with db.unit_of_work():
        boy = people.person(world.noord, worker=world.worker)
        for number in range(25):
            contact(world, boy, f"notitie {number:02}", days_ago=number)
    browser = client_as(world.worker)
    seen: list[str] = []
    path: str | None = f"/jongeren/{boy.id}"
    while path:
        text = browser.get(path).text
        seen += re.findall(r"notitie \d\d", text)
        links = re.findall(r'href="([^"]+/tijdlijn\?[^"]+)"', text)
        path = links[0] if links else None
    assert seen == [f"notitie {number:02}" for number in range(25)]


@pytest.mark.parametrize("cursor", ["x", "WyJ4Il0", "WyJ4IiwieSJd", "%FF", "A" * 4000])
def test_strange_place_in_the_timeline_is_404(world: World, boy: Person, client_as: ClientAs, cursor: str) -> None:
    assert client_as(world.worker).get(f"/jongeren/{boy.id}/tijdlijn?after={cursor}").status_code == 404


def test_markup_in_a_note_is_text(world: World, boy: Person, client_as: ClientAs) -> None:
    with db.unit_of_work():
        contact(world, boy, "<script>alert(1)</script>")
    text = client_as(world.worker).get(f"/jongeren/{boy.id}").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    ("precision", "born", "words"),
    [
        (BirthDatePrecision.DAY, date(2008, 3, 1), ("18 jaar", "1 maart 2008")),
        (BirthDatePrecision.MONTH, date(2008, 3, 1), ("ongeveer 18 jaar", "maart 2008")),
        (BirthDatePrecision.YEAR, date(2008, 7, 1), ("ongeveer 17 jaar", "in 2008")),
    ],
)
def test_age_says_how_sure_it_is(
    world: World,
    client_as: ClientAs,
    freeze: Callable[[datetime], None],
    precision: str,
    born: date,
    words: tuple[str, str],
) -> None:
    freeze(datetime(2026, 6, 1, 12, tzinfo=UTC))
    with db.unit_of_work():
        boy = people.person(world.noord, worker=world.worker, born=born)
        boy.birth_date_precision = precision
    text = client_as(world.worker).get(f"/jongeren/{boy.id}").text
    for word in words:
        assert word in text


@pytest.mark.parametrize(("born", "warns"), [(date(1998, 6, 2), False), (date(1998, 6, 1), True)])
def test_age_outside_the_target_is_said(
    world: World, client_as: ClientAs, freeze: Callable[[datetime], None], born: date, warns: bool
) -> None:
    freeze(datetime(2026, 6, 1, 12, tzinfo=UTC))
    with db.unit_of_work():
        boy = people.person(world.noord, worker=world.worker, born=born)
    assert ("van 8 tot en met 27 jaar" in client_as(world.worker).get(f"/jongeren/{boy.id}").text) is warns


@pytest.mark.parametrize("who", ["worker", "director", "coordinator", "messenger"])
def test_queries_do_not_grow_with_what_is_known(world: World, boy: Person, client_as: ClientAs, who: str) -> None:
    browser = saying(client_as(getattr(world, who)), boy, who)
    measured = []
    for _round in range(3):
        browser.get(f"/jongeren/{boy.id}")
        with browser:
            assert browser.get(f"/jongeren/{boy.id}").status_code == 200
            measured.append(g.queries)
        with db.unit_of_work():
            for number in range(9):
                contact(world, boy, f"nog {number}", confidentiality="case_team" if number % 2 else "team")
            people.related(boy, f"Iemand {_round}")
            people.grant_to_user(boy, world.stranger)
            db.session.add(
                FollowUp(person_id=boy.id, team_id=boy.team_id, assignee_id=world.worker.id, due_on=clock.today())
            )
    assert len(set(measured)) == 1, measured
    assert measured[0] <= 12
