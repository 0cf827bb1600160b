"""Pages and forms of cases: a whole case by the roles that work on it, as they press the buttons."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.cases.forms import SLUGS
from portal.cases.models import Case, Conference, Goal, Nomination, Task
from portal.cases.service import conferring, planning
from portal.cases.workflow import Event
from portal.core import clock, db
from portal.in_view.models import CaseLevel
from portal.people.models import Person
from portal.privacy.models import AccessEvent, Action
from tests.factories import World, cases, in_view, people
from tests.factories.pdf_reader import says

Client = Callable[..., FlaskClient]


@pytest.fixture
def young(world: World) -> Person:
    with db.unit_of_work():
        made = people.person(world.noord, "Yassine Merelveld", worker=world.worker)
        in_view.active(made, world.worker, world.director)
        return made


def read(browser: FlaskClient, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status, answer.text[-3000:]
    return unescape(answer.text)


def send(browser: FlaskClient, path: str, **data: Any) -> str:
    """Send a form; the address it leads to."""
    answer = browser.post(path, data=data)
    assert answer.status_code == 303, re.sub(r"(?s).*error-summary", "", answer.text)[:1500]
    return str(answer.headers["Location"]).partition("#")[0]


def only(model: Any) -> Any:
    with db.unit_of_work():
        return db.session.scalars(select(model)).one()


def step(case: Case, event: Event) -> str:
    return f"/casussen/{case.id}/{SLUGS[event]}"


def test_a_case_from_in_view_to_its_end(
    world: World, young: Person, client_as: Client, freeze: Callable[[datetime], None]
) -> None:
    director, worker = client_as(world.director), client_as(world.worker)
    today = clock.today()
    assert "Intake" in read(director, f"/jongeren/{young.id}/casus-openen")
    path = send(
        director, f"/jongeren/{young.id}/casus-openen", reason=cases.REASON, level="in_between",
        intake="Te zwaar voor het stadsdeel.", research_consent_on=today.isoformat(),
    )  # fmt: skip
    send(director, step(only(Case), Event.ASSIGN), director_id=world.director.id, version=only(Case).version)
    send(
        worker, f"{path}/doel", domain="work_education", body="Elke dag naar school", owner_id=world.worker.id,
        due_on=clock.months_later(today, 3).isoformat(),
    )  # fmt: skip
    plan = {
        "youth_voice": "Ik wil rust op school.", "guardian_voice": "Wij helpen mee.", "valid_from": today.isoformat(),
        "valid_until": clock.months_later(today, 6).isoformat(),
    }  # fmt: skip
    send(worker, f"{path}/plan", **plan)
    assert "Ik wil rust op school." in read(worker, path)
    send(worker, step(only(Case), Event.AGREE_PLAN), on=today.isoformat(), version=only(Case).version)
    goal, when = only(Goal), clock.now() + timedelta(minutes=5)
    assert "Hoe vindt de jongere dat het gaat?" in read(worker, f"/casussen/doelen/{goal.id}/meting")
    start = {"moment": "start", "measured_on": today.isoformat()}
    refused = worker.post(f"/casussen/doelen/{goal.id}/meting", data={**start, "youth_level": "3"})
    assert refused.status_code == 422
    send(worker, f"/casussen/doelen/{goal.id}/meting", **start, youth_level="3", assisted="y", worker_level="2")
    table = send(
        worker, f"{path}/overleg", starts_at=clock.to_local(when).strftime("%Y-%m-%dT%H:%M"), place="Buurthuis",
        user_ids=[str(world.director.id), str(world.worker.id)], names="Leerplicht\nWijkagent",
    )  # fmt: skip
    agenda = read(worker, table)
    assert all(word in agenda for word in ("Elke dag naar school", "Leerplicht", "Wijkagent", "Nog in beeld?"))
    send(worker, f"{table}/besluit", body="Leerplicht belt de school.")
    send(worker, f"{table}/actie", what="School bellen", owner_id=world.worker.id, due_on=today.isoformat())
    freeze(when + timedelta(minutes=2))
    assert "School bellen" in read(worker, "/mijn-dag")
    send(worker, f"{table}/afronden", minutes="Goed gesprek.", present=[], version=only(Conference).version)
    paper = client_as(world.worker, confirmed=True).get(f"{table}/verslag")
    assert paper.mimetype == "application/pdf"
    assert [
        w for w in ("Leerplicht belt de school.", "School bellen", young.pseudonym) if not says(paper.data, w)
    ] == []
    assert not says(paper.data, "Merelveld")
    assert worker.get(step(only(Case), Event.CLOSE)).status_code == 403
    ending = {"note": "Gaat naar school.", "version": only(Case).version}
    left = worker.post(step(only(Case), Event.PROPOSE_CLOSE), data=ending)
    assert left.status_code == 422
    assert "Er staat nog een actie open" in left.text
    task = only(Task)
    send(worker, f"/casussen/acties/{task.id}", status="done", result="Gedaan", version=task.version)
    end = {"moment": "end", "measured_on": clock.today().isoformat(), "worker_level": "1", "youth_level": "4"}
    send(worker, f"/casussen/doelen/{goal.id}/meting", **end, assisted="y")
    page = read(worker, path)
    assert "Achteruit" in page
    assert "Vooruit" in page
    send(worker, step(only(Case), Event.PROPOSE_CLOSE), note="Gaat naar school.", version=only(Case).version)
    send(director, step(only(Case), Event.CLOSE), version=only(Case).version)
    assert "Afgesloten, nameting volgt" in read(director, "/casussen?toon=afgesloten")
    with db.unit_of_work():
        exported = select(AccessEvent).where(
            AccessEvent.action == Action.EXPORT, AccessEvent.subject_type == "youth_case"
        )
        assert len(db.session.scalars(exported).all()) == 1


def test_a_second_reader_never_learns_the_name(world: World, young: Person, client_as: Client) -> None:
    director, manager = client_as(world.director), client_as(world.manager)
    with db.unit_of_work():
        case = cases.running(young, world.director, worker=world.worker)
    asked = {**cases.WEIGHING._asdict(), "youth_informed_on": clock.today().isoformat(), "level": CaseLevel.CITY}
    send(director, f"/casussen/{case.id}/voordracht", **asked)
    made = only(Nomination)
    page = read(manager, f"/voordrachten/{made.id}") + read(manager, "/voordrachten")
    assert case.number in page
    assert "Merelveld" not in page
    assert young.pseudonym not in page
    assert manager.get(f"/casussen/{case.id}").status_code == 403
    send(manager, f"/voordrachten/{made.id}", agrees="yes", version=made.version)
    answer = {"accepted": "yes", "answered_by": "AcVZ", "answered_on": clock.today().isoformat()}
    send(director, f"/voordrachten/{made.id}/antwoord", **answer, version=only(Nomination).version)
    send(director, step(case, Event.SCALE_UP), level="city", note="De partner zei ja.", version=only(Case).version)
    assert "Stedelijk (AcVZ)" in read(director, f"/casussen/{case.id}")


def test_the_list_tells_what_waits_and_keeps_its_filter(
    world: World, young: Person, client_as: Client, freeze: Callable[[datetime], None]
) -> None:
    with db.unit_of_work():
        case = cases.running(young, world.director, worker=world.worker)
        day = {"due_on": clock.today() + timedelta(days=1), "owner_id": world.worker.id, "owner_name": ""}
        planning.add_task(world.actor(world.director), case.id, what="Bellen met school", **day)
        meets = {"place": "", "user_ids": [world.worker.id], "names": []}
        conferring.plan(world.actor(world.director), case.id, starts_at=clock.now() + timedelta(days=9), **meets)
    freeze(clock.now() + timedelta(days=3))
    director = client_as(world.director)
    page = read(director, "/casussen?stadsdeel=N")
    assert "1 actie te laat" in page
    assert "overleg" in page
    assert case.number in page
    assert case.number not in read(director, "/casussen?stadsdeel=T")
    kept = {"page": "cases.index", "query": "stadsdeel=T", "name": "Zuidoost", "is_standard": "y"}
    assert send(director, "/filters", **kept) == "/casussen?stadsdeel=T"
    assert director.get("/casussen").headers["Location"] == "/casussen?stadsdeel=T"
    assert case.number in read(director, "/casussen?alles=1")
