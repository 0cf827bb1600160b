"""Who sees whom, teams and organisations, and the directory."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import Organisation, RoleAssignment, Team, User
from portal.accounts.service import directory
from portal.core import clock, db
from portal.privacy.permissions import Role
from tests.accounts.administering import administered, details
from tests.factories import World
from tests.factories import world as people
from tests.factories.accounts import stored

# --- who sees whom ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees", "misses"),
    [
        ("administrator", {"Samira Proef", "Joost Proef", "Petra Proef"}, set()),
        ("privacy_officer", {"Samira Proef", "Joost Proef"}, set()),
        ("director", {"Samira Proef", "Kofi Proef", "Marieke Proef"}, {"Joost Proef", "Cora Proef"}),
        ("manager", {"Samira Proef", "Kofi Proef"}, {"Joost Proef", "Bert Proef"}),
    ],
)
def test_the_list_holds_who_is_within_reach(
    client_as: Any, world: World, who: str, sees: set[str], misses: set[str]
) -> None:
    browser = client_as(getattr(world, who))
    page = browser.get("/mensen").text
    assert all(name in page for name in sees)
    assert not any(name in page for name in misses)
    searched = browser.post("/mensen/zoeken", data={"q": "proef"}).text
    assert all(name in searched for name in sees)
    assert not any(name in searched for name in misses)
    if misses:
        assert browser.get(f"/mensen/{world.stranger.id}").status_code == 404
    assert browser.get(f"/mensen/{world.worker.id}").status_code == 200


@pytest.mark.parametrize("who", ["director", "manager", "privacy_officer"])
def test_who_may_only_read_gets_no_buttons_and_no_way_around(client_as: Any, world: World, who: str) -> None:
    browser = client_as(getattr(world, who))
    for page in ("/mensen", "/teams", f"/mensen/{world.worker.id}"):
        text = browser.get(page).text
        assert not re.search(r'href="/(mensen|teams)/[^"]*(nieuw|wijzigen|sluiten)"', text), page
    assert browser.post("/mensen/nieuw", data=details(world)).status_code == 403
    assert browser.post(f"/mensen/{world.worker.id}/sluiten", data={"confirm": "1", "version": "1"}).status_code == 403
    assert stored(world.worker).deactivated_at is None


def test_filters_and_pages(admin: FlaskClient, world: World) -> None:
    with db.unit_of_work():
        for number in range(60):
            people.user(f"Zelda{number:02d} Extra", world.foundation, world.zuidoost, Role.YOUTH_WORKER)
    first = admin.get(f"/mensen?team={world.zuidoost.id}&role=youth_worker").text
    following = re.search(r'href="(/mensen\?[^"]*after=[^"]+)"', first).group(1).replace("&amp;", "&")
    assert "Zelda" not in following
    second = admin.get(following).text
    names = re.findall(r"Zelda\d\d", first) + re.findall(r"Zelda\d\d", second)
    assert names == [f"Zelda{number:02d}" for number in range(60)]
    assert "Niemand met deze filters" in admin.get("/mensen?state=closed").text
    assert admin.get("/mensen?team=x").status_code == 422
    assert admin.get("/mensen?after=onzin").status_code == 404


@pytest.mark.parametrize("words", ["samira", "SAMIRA", "pro sam", "Sàmira"])
def test_search_finds_by_any_part_of_the_name(admin: FlaskClient, world: World, words: str) -> None:
    page = admin.post("/mensen/zoeken", data={"q": words}).text
    assert "Samira Proef" in page
    assert "Kofi" not in page


@pytest.mark.parametrize(("words", "status"), [("", 422), ("x" * 81, 422), ("%", 200), ("_", 200), ("!!", 200)])
def test_search_with_nothing_to_find(admin: FlaskClient, world: World, words: str, status: int) -> None:
    answer = admin.post("/mensen/zoeken", data={"q": words})
    assert answer.status_code == status
    assert "Samira Proef" not in answer.text


@pytest.mark.parametrize("path", ["/mensen", "/teams", "/organisaties", "/mensen/{person}", "/mensen/{person}/sluiten"])
def test_pages_take_a_fixed_number_of_queries(admin: FlaskClient, world: World, path: str) -> None:
    admin.get(path.format(person=world.worker.id))  # reference data are read once per process
    counts = []
    for number in (1, 20):
        with db.unit_of_work():
            for each in range(number):
                organisation = Organisation(name=f"Organisatie {number}-{each}", kind="other")
                db.session.add(organisation)
                db.session.flush()
                team = Team(organisation_id=organisation.id, name=f"Team {number}-{each}", kind="city")
                db.session.add(team)
                db.session.flush()
                made = people.user(f"Persoon{number}{each} Meer", organisation, team, Role.MANAGER)
                db.session.add(
                    RoleAssignment(
                        user_id=world.worker.id, team_id=team.id, role=Role.MANAGER, valid_from=date(2026, 1, 1)
                    )
                )
        with admin:
            assert admin.get(path.format(person=world.worker.id)).status_code == 200
            counts.append(g.queries)
    assert made
    assert counts[0] == counts[1] <= 12


# --- teams and organisations ------------------------------------------------------------------------------------------


def team(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "version": "0", "name": "Team West", "kind": "district", "organisation_id": str(world.foundation.id),
        "area_codes": ["E", "F"], "caseload_norm": "10", "contact_norm_days": "21", "active": "1",
    } | changes  # fmt: skip


def team_named(name: str) -> Team | None:
    with db.unit_of_work():
        row = db.session.scalars(select(Team).where(Team.name == name)).one_or_none()
        if row is not None:
            assert row.areas is not None
        return row


def test_a_team_is_made_and_changed(admin: FlaskClient, world: World) -> None:
    assert admin.post("/teams/nieuw", data=team(world)).status_code == 303
    west = team_named("Team West")
    assert (sorted(area.area_code for area in west.areas), west.first_caseload_norm) == (["E", "F"], 10)
    path = f"/teams/{west.id}/wijzigen"
    changed = team(world, version="1", area_codes=["F"])
    assert admin.post(path, data=changed).status_code == 303
    assert [area.area_code for area in team_named("Team West").areas] == ["F"]
    assert admin.post(path, data=changed | {"area_codes": ["E"]}).status_code == 409, "areas alone count as a change"
    assert [area.area_code for area in team_named("Team West").areas] == ["F"]
    assert [(event.subject_type, event.team_id) for event in administered()] == [("team", west.id)] * 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": "Team Noord"}, "al een team met deze naam"),
        ({"name": ""}, "Vul dit veld in."),
        ({"caseload_norm": "0"}, "1 of meer"),
        ({"caseload_norm": "101"}, "100 of minder"),
        ({"caseload_norm": "tien"}, "heel getal"),
        ({"area_codes": ["bestaat niet"]}, "Kies een van de mogelijkheden."),
        ({"kind": "land"}, "Kies een van de mogelijkheden."),
    ],
)
def test_a_wrong_team_is_refused(admin: FlaskClient, world: World, wrong: dict[str, Any], message: str) -> None:
    answer = admin.post("/teams/nieuw", data=team(world, **wrong))
    assert answer.status_code == 422
    assert message in answer.text
    assert team_named("Team West") is None


def test_a_team_with_people_is_not_closed(admin: FlaskClient, world: World) -> None:
    path = f"/teams/{world.noord.id}/wijzigen"
    data = team(world, name="Team Noord", version="1")
    del data["active"]
    answer = admin.post(path, data=data)
    assert answer.status_code == 422
    assert "nog mensen met een rol" in answer.text
    assert team_named("Team Noord").active


def test_an_organisation_is_made_and_changed(admin: FlaskClient, world: World) -> None:
    data = {"version": "0", "name": "Stichting Erbij", "kind": "youth_work", "active": "1"}
    assert admin.post("/organisaties/nieuw", data=data).status_code == 303
    assert admin.post("/organisaties/nieuw", data=data).status_code == 422, "the name is taken"
    with db.unit_of_work():
        made = db.session.scalars(select(Organisation).where(Organisation.name == "Stichting Erbij")).one()
    path = f"/organisaties/{made.id}/wijzigen"
    assert admin.post(path, data=data | {"version": "1", "name": "Stichting Anders"}).status_code == 303
    assert admin.post(path, data=data | {"version": "1", "name": "Te laat"}).status_code == 409
    assert "Stichting Anders" in admin.get("/organisaties").text


# --- the directory ----------------------------------------------------------------------------------------------------


def test_the_directory_knows_who_works_where(world: World, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 11, 24, 11, 0, tzinfo=UTC))
    with db.unit_of_work():
        assert directory.names([world.worker.id, None, world.noord.id]) == {world.worker.id: "Samira Proef"}
        assert directory.names([]) == {}
        row = db.session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == world.worker.id)).one()
        row.valid_until = date(2026, 11, 23)
        db.session.flush()
        assert directory.holders(Role.YOUTH_WORKER, world.noord.id, date(2026, 11, 23)) == sorted(
            [world.worker.id, world.colleague.id]
        )
        assert directory.holders(Role.YOUTH_WORKER, world.noord.id, date(2026, 11, 24)) == [world.colleague.id]
        db.session.get_one(User, world.colleague.id).deactivated_at = clock.now()
        db.session.flush()
        assert directory.holders(Role.YOUTH_WORKER, world.noord.id, date(2026, 11, 24)) == []
        assert directory.names([world.colleague.id]) == {world.colleague.id: "Kofi Proef"}, "the past keeps its names"
