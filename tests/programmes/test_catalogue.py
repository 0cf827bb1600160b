"""The catalogue: who changes it, what a new programme must answer for, what stays as written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid
from portal.programmes import labels, models, service
from portal.programmes.models import Programme
from portal.programmes.service import Details
from tests.factories import World, programmes

Client = Callable[..., FlaskClient]


@pytest.fixture
def existing(world: World) -> Programme:
    with db.unit_of_work():
        return programmes.programme(world.manager, "Samen Verder")


def answers(world: World, **changes: str) -> dict[str, str]:
    return {
        "name": "Boksen en Banen", "aim": "Sport en werk.", "context": "voluntary_guidance",
        "organisation_id": str(world.city.id), "owner_id": str(world.manager.id), "goal": "fewer_entrants",
        "theme_line": "neighbourhoods", "evidence": "promising", "age_from": "8", "age_until": "27",
        "starts_on": clock.today().isoformat(), "why_new": "Er is nog niets met werk.",
        "alliances": "Samen Nieuw-West\n\nMasterplan Zuidoost\n", "version": "1",
    } | changes  # fmt: skip


def test_every_word_has_a_label() -> None:
    for words, values in (
        (labels.THEME_LINE, models.ThemeLine), (labels.GOAL, models.Goal), (labels.EVIDENCE, models.EvidenceStatus),
        (labels.EVIDENCE_TONE, models.EvidenceStatus), (labels.PMG_LINE, models.PmgLine),
        (labels.ENROLS_IN, models.ENROLS_IN),
    ):  # fmt: skip
        assert set(words) == set(values)


def test_a_manager_adds_a_programme_with_line_focus_and_lesson(world: World, client_as: Client) -> None:
    browser = client_as(world.manager)
    page = browser.post("/programmas/nieuw", data=answers(world)).location
    line = {"name": "Werk", "pmg_line": "prevention_perspective", "for_people": "y", "active": "y"}
    assert browser.post(f"{page}/lijnen/nieuw", data=line).status_code == 303
    focus = {"area_code": "T", "valid_from": clock.today().isoformat()}
    assert browser.post(f"{page}/focusgebieden/nieuw", data=focus).status_code == 303
    again = browser.post(f"{page}/focusgebieden/nieuw", data=focus)
    assert "al focusgebied" in unescape(again.text)
    lesson = {"seen_on": clock.today().isoformat(), "saw": "Ophalen helpt.", "decided": "We halen iedereen op."}
    assert browser.post(f"{page}/leren", data=lesson).status_code == 303
    shown = unescape(client_as(world.worker).get(page).text)
    for words in (
        "Boksen en Banen", "Werk", "Zuidoost", "Ophalen helpt.", "We halen iedereen op.", "Masterplan Zuidoost",
        "Marieke Proef", "Er is nog niets met werk.",
    ):  # fmt: skip
        assert words in shown, words
    assert "/wijzigen" not in shown


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("why_new", "", "niet sterker kan worden"),
        ("name", "Samen Verder", "al een programma met deze naam"),
        ("age_until", "7", "lager dan de laagste"),
        ("ends_on", "2001-01-01", "einde ligt voor het begin"),
        ("plan_url", "javascript:alert(1)", "begint met https"),
        ("owner_id", "01900000-0000-7000-8000-000000000000", "Kies een van de mogelijkheden."),
    ],
)
def test_a_programme_that_does_not_add_up_is_refused(
    world: World, client_as: Client, existing: Programme, field: str, value: str, message: str
) -> None:
    answer = client_as(world.administrator).post("/programmas/nieuw", data=answers(world, **{field: value}))
    assert answer.status_code == 422
    assert message in unescape(answer.text)
    with db.unit_of_work():
        assert db.session.scalars(select(Programme.name)).all() == ["Samen Verder"]


def test_only_those_who_keep_the_catalogue_change_it(world: World, existing: Programme) -> None:
    details = Details(
        "Ander", world.city.id, world.manager.id, "Doel", "money", "fewer_entrants", "none", clock.today()
    )
    for who in (world.worker, world.director, world.coordinator, world.analyst, world.privacy_officer):
        actor = world.actor(who)
        with db.unit_of_work(), pytest.raises(Forbidden):
            service.update(actor, existing.id, version=1, details=details)
        with db.unit_of_work(), pytest.raises(Forbidden):
            service.learn(actor, existing.id, seen_on=clock.today(), saw="Iets")


def test_nothing_is_learned_tomorrow(world: World, existing: Programme) -> None:
    actor = world.actor(world.manager)
    with db.unit_of_work(), pytest.raises(Invalid):
        service.learn(actor, existing.id, seen_on=clock.today() + timedelta(days=1), saw="Iets")


def test_the_list_leaves_out_what_ended(world: World, existing: Programme, client_as: Client) -> None:
    with db.unit_of_work():
        programmes.programme(world.manager, "Oude Proef", ends_on=date(2024, 1, 1))
    browser = client_as(world.trainer)
    assert "Oude Proef" not in browser.get("/programmas").text
    assert "Oude Proef" in browser.get("/programmas?afgelopen=ja").text
