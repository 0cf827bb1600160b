"""Mensen en teams: what an administrator does, and what others may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import g
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.accounts import open_work
from portal.accounts.models import AccountToken, Organisation, RoleAssignment, Team, User
from portal.accounts.service import directory, roles
from portal.core import clock, db
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Role
from tests.factories import World
from tests.factories import world as people
from tests.factories.accounts import PASSWORD, stored, with_password, with_second_factor
from tests.factories.people import person


@pytest.fixture
def admin(client_as: Any, world: World) -> FlaskClient:
    """The administrator's browser."""
    browser: FlaskClient = client_as(world.administrator)
    return browser


def details(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "version": "0", "name": "Noor van den Berg", "login": "noor", "email": "noor@voorbeeld.example", "phone": "",
        "organisation_id": str(world.foundation.id), "role": "youth_worker", "team_id": str(world.noord.id),
        "fte": "0,8", "valid_from": "2026-01-01", "valid_until": "",
    } | changes  # fmt: skip


def found(login: str) -> User | None:
    with db.unit_of_work():
        return db.session.scalars(select(User).where(User.login == login)).one_or_none()


def held(user: User) -> list[tuple[str, str, date | None]]:
    """Role, team and last day of each role, oldest first."""
    with db.unit_of_work():
        rows = db.session.execute(
            select(RoleAssignment.role, Team.name, RoleAssignment.valid_until)
            .join(Team, Team.id == RoleAssignment.team_id)
            .where(RoleAssignment.user_id == user.id)
            .order_by(RoleAssignment.valid_from, RoleAssignment.id)
        )
        return [(role, team, until) for role, team, until in rows]


def administered() -> list[AccessEvent]:
    with db.unit_of_work():
        chosen = (
            select(AccessEvent)
            .order_by(AccessEvent.id)
            .where(AccessEvent.action == Action.ADMINISTER)
            .order_by(AccessEvent.id)
        )
        return list(db.session.scalars(chosen))


# --- new people --------------------------------------------------------------


def test_a_new_colleague_gets_an_account_a_role_and_an_invitation(admin: FlaskClient, world: World) -> None:
    answer = admin.post("/mensen/nieuw", data=details(world))
    assert answer.status_code == 303
    noor = found("noor")
    assert noor is not None
    assert noor.sort_key.startswith("berg")
    assert held(noor) == [("youth_worker", "Team Noord", None)]
    with db.unit_of_work():
        tokens = db.session.scalars(select(AccountToken)).all()
    assert [(token.user_id, token.kind, token.token_hash) for token in tokens] == [(noor.id, "invitation", None)]
    assert {(event.subject_id, tuple(event.fields)) for event in administered()} == {
        (noor.id, ("account",)), (noor.id, ("roles",)),
    }  # fmt: skip
    assert {event.role for event in administered()} == {"administrator"}
    assert "Noor van den Berg" in admin.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": ""}, "Vul dit veld in."),
        ({"name": "x" * 121}, "korter"),
        ({"login": "Samira"}, "kleine letters"),
        ({"login": "samira"}, "al van iemand anders"),
        ({"login": "a@b.nl"}, "kleine letters"),
        ({"email": "SAMIRA@demo.example"}, "al een account met dit e-mailadres"),
        ({"email": "geen adres"}, "geldig e-mailadres"),
        ({"email": "a@b.nl\r\nBcc: x@y.nl"}, "teken"),
        ({"organisation_id": "00000000-0000-0000-0000-000000000000"}, "Kies een van de mogelijkheden."),
        ({"team_id": "x"}, "Kies een van de mogelijkheden."),
        ({"role": "keizer"}, "Kies een van de mogelijkheden."),
        ({"fte": "2"}, "1.5 of minder"),
        ({"fte": "veel"}, "Vul een getal in"),
        ({"valid_from": "31-02-2026"}, "bestaande datum"),
        ({"valid_until": "2025-12-31"}, "De laatste dag ligt voor de eerste."),
    ],
)
def test_bad_input_is_refused_beside_the_field_and_nothing_is_half_saved(
    admin: FlaskClient, world: World, wrong: dict[str, str], message: str
) -> None:
    answer = admin.post("/mensen/nieuw", data=details(world, **wrong))
    assert answer.status_code == 422
    assert message in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert found("noor") is None
    with db.unit_of_work():
        assert db.session.scalars(select(AccountToken)).all() == []
    assert administered() == []


def test_a_hostile_name_is_only_text(admin: FlaskClient, world: World) -> None:
    admin.post("/mensen/nieuw", data=details(world, name="<script>alert(1)</script>"))
    page = admin.get("/mensen").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# --- changing ----------------------------------------------------------------


def test_a_person_is_changed(admin: FlaskClient, world: World) -> None:
    data = details(world, name="Samira Anders", login="samira", email="samira@demo.example", phone="020 1234567")
    data["version"] = "1"
    assert admin.post(f"/mensen/{world.worker.id}/wijzigen", data=data).status_code == 303
    user = stored(world.worker)
    assert (user.name, user.phone, user.version) == ("Samira Anders", "020 1234567", 2)
    assert [event.fields for event in administered()] == [["name", "phone"]]


def test_who_was_later_hears_so_and_changes_nothing(admin: FlaskClient, world: World) -> None:
    data = details(world, login="samira", email="samira@demo.example", version="1")
    admin.post(f"/mensen/{world.worker.id}/wijzigen", data=data | {"name": "Eerste"})
    answer = admin.post(f"/mensen/{world.worker.id}/wijzigen", data=data | {"name": "Tweede"})
    assert answer.status_code == 409
    assert "voor" in answer.text
    assert stored(world.worker).name == "Eerste"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_broken_version_is_refused(admin: FlaskClient, world: World, version: str) -> None:
    data = details(world, login="samira", email="samira@demo.example", version=version)
    assert admin.post(f"/mensen/{world.worker.id}/wijzigen", data=data).status_code == 422


def test_a_new_address_ends_the_old_invitation_and_sends_a_new_one(admin: FlaskClient, world: World) -> None:
    admin.post(f"/mensen/{world.worker.id}/uitnodigen")
    data = details(world, login="samira", email="nieuw@voorbeeld.example", version="1")
    admin.post(f"/mensen/{world.worker.id}/wijzigen", data=data)
    with db.unit_of_work():
        tokens = db.session.scalars(select(AccountToken).order_by(AccountToken.id)).all()
    assert [token.used_at is None for token in tokens] == [False, True]


def test_an_unknown_person_is_not_found_and_the_question_is_logged(admin: FlaskClient, world: World) -> None:
    nobody = world.noord.id
    for path in ("", "/wijzigen", "/rollen/nieuw", "/team-wisselen", "/sluiten", f"/rollen/{nobody}/wijzigen"):
        assert admin.get(f"/mensen/{nobody}{path}").status_code == 404, path
    for path in ("/openen", "/uitnodigen", "/tweede-stap-wissen"):
        assert admin.post(f"/mensen/{nobody}{path}").status_code == 404, path
    with db.unit_of_work():
        denied = db.session.scalars(
            select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.result == "denied")
        ).all()
    assert len(denied) == 9


def test_a_lost_phone(admin: FlaskClient, world: World, client_as: Any) -> None:
    with_second_factor(world.worker)
    theirs = client_as(world.worker)
    assert admin.post(f"/mensen/{world.worker.id}/tweede-stap-wissen").status_code == 303
    assert stored(world.worker).totp_sealed is None
    assert theirs.get("/mijn-account").status_code == 303
    assert admin.post(f"/mensen/{world.worker.id}/tweede-stap-wissen").status_code == 409


# --- roles -------------------------------------------------------------------


def role(world: World, **changes: Any) -> dict[str, Any]:
    return {"role": "manager", "team_id": str(world.noord.id), "fte": "0,2", "valid_from": "2026-01-01"} | changes


def test_a_second_role_in_another_team(admin: FlaskClient, world: World) -> None:
    answer = admin.post(f"/mensen/{world.worker.id}/rollen/nieuw", data=role(world, team_id=str(world.zuidoost.id)))
    assert answer.status_code == 303
    assert ("manager", "Team Zuidoost", None) in held(world.worker)


@pytest.mark.parametrize("wanted", ["administrator", "privacy_officer", "trainer"])
def test_duties_stay_separated(admin: FlaskClient, world: World, wanted: str) -> None:
    answer = admin.post(f"/mensen/{world.worker.id}/rollen/nieuw", data=role(world, role=wanted))
    assert answer.status_code == 422
    assert "mag niet samen" in answer.text
    assert len(held(world.worker)) == 1


def test_duties_are_separated_in_time_too(admin: FlaskClient, world: World) -> None:
    """After the old role has ended the new one may start; one day of both is too much."""
    row = roles_of(world.worker)[0]
    today = clock.today()
    admin.post(
        f"/mensen/{world.worker.id}/rollen/{row.id}/wijzigen", data={"fte": "1", "valid_until": today.isoformat()}
    )
    overlapping = role(world, role="administrator", valid_from=today.isoformat())
    assert admin.post(f"/mensen/{world.worker.id}/rollen/nieuw", data=overlapping).status_code == 422
    later = role(world, role="administrator", valid_from=(today + timedelta(days=1)).isoformat())
    assert admin.post(f"/mensen/{world.worker.id}/rollen/nieuw", data=later).status_code == 303
    reopened = admin.post(f"/mensen/{world.worker.id}/rollen/{row.id}/wijzigen", data={"fte": "1", "valid_until": ""})
    assert reopened.status_code == 422, "the old role cannot come back beside the new one"


def roles_of(user: User) -> list[RoleAssignment]:
    with db.unit_of_work():
        return list(roles.of(user.id))


def test_the_same_role_twice_in_one_period_is_refused(admin: FlaskClient, world: World) -> None:
    again = role(world, role="youth_worker", valid_until="2026-12-31")
    answer = admin.post(f"/mensen/{world.worker.id}/rollen/nieuw", data=again)
    assert answer.status_code == 422
    assert "al in deze periode" in answer.text


def test_a_role_ends_on_its_last_day(
    admin: FlaskClient, world: World, client_as: Any, freeze: Callable[[datetime], None]
) -> None:
    freeze(datetime(2026, 11, 24, 11, 0, tzinfo=UTC))
    admin = client_as(world.administrator)
    row = roles_of(world.worker)[0]
    path = f"/mensen/{world.worker.id}/rollen/{row.id}/wijzigen"
    assert admin.post(path, data={"fte": "0,5", "valid_until": "2026-11-20"}).status_code == 422, "not in the past"
    assert admin.post(path, data={"fte": "0,5", "valid_until": "2026-11-24"}).status_code == 303
    assert (roles_of(world.worker)[0].fte, roles_of(world.worker)[0].valid_until) == (
        Decimal("0.5"),
        date(2026, 11, 24),
    )
    assert world.actor(world.worker).role_names == {Role.YOUTH_WORKER}
    freeze(datetime(2026, 11, 25, 11, 0, tzinfo=UTC))
    assert world.actor(world.worker).role_names == frozenset()
    assert client_as(world.administrator).get(path).status_code == 404, "what has ended is not changed"


def test_a_role_of_another_person_is_not_reached_through_this_one(admin: FlaskClient, world: World) -> None:
    row = roles_of(world.colleague)[0]
    assert admin.get(f"/mensen/{world.worker.id}/rollen/{row.id}/wijzigen").status_code == 404


def test_the_last_administrator_stays(admin: FlaskClient, world: World) -> None:
    row = roles_of(world.administrator)[0]
    path = f"/mensen/{world.administrator.id}/rollen/{row.id}/wijzigen"
    answer = admin.post(path, data={"fte": "1", "valid_until": clock.today().isoformat()})
    assert answer.status_code == 422
    assert "laatste beheerder" in answer.text
    with db.unit_of_work():
        second = people.user("Tweede Proef", world.city, world.network, Role.ADMINISTRATOR)
    assert admin.post(path, data={"fte": "1", "valid_until": clock.today().isoformat()}).status_code == 422, (
        "somebody who never signed in does not count"
    )
    with_password(second)
    assert admin.post(path, data={"fte": "1", "valid_until": clock.today().isoformat()}).status_code == 303


def test_a_change_of_team_is_one_action(world: World, client_as: Any, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 11, 24, 11, 0, tzinfo=UTC))
    admin = client_as(world.administrator)
    row = roles_of(world.worker)[0]
    path = f"/mensen/{world.worker.id}/team-wisselen"
    assert admin.get(path).status_code == 200
    data = {"assignment_id": str(row.id), "team_id": str(world.zuidoost.id), "on": "2026-12-01"}
    for wrong in ({"team_id": str(world.noord.id)}, {"on": "2026-11-23"}, {"on": ""}, {"team_id": ""}):
        assert admin.post(path, data=data | wrong).status_code == 422, wrong
    assert len(held(world.worker)) == 1
    assert admin.post(path, data=data).status_code == 303
    assert held(world.worker) == [
        ("youth_worker", "Team Noord", date(2026, 11, 30)), ("youth_worker", "Team Zuidoost", None),
    ]  # fmt: skip
    freeze(datetime(2026, 11, 30, 12, 0, tzinfo=UTC))
    assert world.actor(world.worker).team_ids == (world.noord.id,)
    freeze(datetime(2026, 12, 1, 12, 0, tzinfo=UTC))
    assert world.actor(world.worker).team_ids == (world.zuidoost.id,)


days = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@given(days, st.none() | days, days, st.none() | days)
def test_two_periods_overlap_when_they_share_a_day(a: date, b: date | None, c: date, d: date | None) -> None:
    row = RoleAssignment(role="manager", valid_from=a, valid_until=b)
    other = roles.Details(Role.MANAGER, None, Decimal(1), c, d)
    last = date(2026, 4, 1)
    shared = {a + timedelta(n) for n in range(((b or last) - a).days + 1)} & {
        c + timedelta(n) for n in range(((d or last) - c).days + 1)
    }
    if (b or last) >= a and (d or last) >= c:
        assert roles._overlap(row, other) is bool(shared)


# --- closing and opening -----------------------------------------------------


def test_closing_an_account_ends_sessions_links_and_roles(
    admin: FlaskClient, world: World, client_as: Any, client: FlaskClient
) -> None:
    with_password(world.worker)
    theirs = client_as(world.worker)
    client.post("/wachtwoord-vergeten", data={"login": "samira"})
    path = f"/mensen/{world.worker.id}/sluiten"
    assert admin.get(path).status_code == 200
    assert admin.post(path, data={"version": "1"}).status_code == 422, "without the tick nothing happens"
    assert admin.post(path, data={"version": "1", "confirm": "1"}).status_code == 303
    assert theirs.get("/mijn-account").status_code == 303
    assert client.post("/inloggen", data={"login": "samira", "password": PASSWORD}).status_code == 422
    assert held(world.worker) == [("youth_worker", "Team Noord", clock.today())]
    with db.unit_of_work():
        assert all(token.used_at for token in db.session.scalars(select(AccountToken)))
    assert admin.post(path, data={"version": "2", "confirm": "1"}).status_code == 409


def test_closing_warns_of_work_in_hand(admin: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        open_work, "_counts", {"Vervolgstappen": lambda user_id: 3 if user_id == world.worker.id else 0}
    )
    page = admin.get(f"/mensen/{world.worker.id}/sluiten").text
    assert re.search(r"Vervolgstappen: <strong>3</strong>", page)
    assert "Vervolgstappen" not in admin.get(f"/mensen/{world.colleague.id}/sluiten").text


def test_the_work_in_hand_is_counted_where_it_lives(admin: FlaskClient, world: World) -> None:
    with db.unit_of_work():
        person(world.noord, worker=world.worker)
    page = admin.get(f"/mensen/{world.worker.id}/sluiten").text
    assert "Jongeren: <strong>1</strong>" in page


def test_nobody_closes_the_own_account(admin: FlaskClient, world: World) -> None:
    answer = admin.post(f"/mensen/{world.administrator.id}/sluiten", data={"version": "1", "confirm": "1"})
    assert answer.status_code == 422
    assert stored(world.administrator).deactivated_at is None


def test_a_role_that_had_not_begun_does_not_begin_after_closing(admin: FlaskClient, world: World) -> None:
    later = (clock.today() + timedelta(days=30)).isoformat()
    data = role(world, team_id=str(world.zuidoost.id), valid_from=later)
    admin.post(f"/mensen/{world.worker.id}/rollen/nieuw", data=data)
    admin.post(f"/mensen/{world.worker.id}/sluiten", data={"version": "1", "confirm": "1"})
    assert {until for _, _, until in held(world.worker)} == {clock.today()}


def test_an_account_is_opened_again_without_roles(admin: FlaskClient, world: World, client: FlaskClient) -> None:
    with_password(world.worker)
    admin.post(f"/mensen/{world.worker.id}/sluiten", data={"version": "1", "confirm": "1"})
    refused = admin.post(f"/mensen/{world.worker.id}/rollen/nieuw", data=role(world, team_id=str(world.zuidoost.id)))
    assert refused.status_code == 409
    assert admin.post(f"/mensen/{world.worker.id}/openen").status_code == 303
    assert admin.post(f"/mensen/{world.worker.id}/openen").status_code == 409
    assert client.post("/inloggen", data={"login": "samira", "password": PASSWORD}).status_code == 303
    assert world.actor(world.worker).roles == frozenset(), "also on the day on which it was closed"
    assert client.get("/jongeren").status_code == 403
    again = admin.post(f"/mensen/{world.worker.id}/rollen/nieuw", data=role(world, team_id=str(world.noord.id)))
    assert again.status_code == 303


# --- who sees whom -----------------------------------------------------------


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


# --- teams and organisations -------------------------------------------------


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


# --- the directory -----------------------------------------------------------


def test_the_directory_knows_who_works_where(world: World, freeze: Callable[[datetime], None]) -> None:
    freeze(datetime(2026, 11, 24, 11, 0, tzinfo=UTC))
    with db.unit_of_work():
        assert [user.name for user in directory.members(world.noord.id, Role.YOUTH_WORKER)] == [
            "Kofi Proef", "Samira Proef",
        ]  # fmt: skip
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
        assert directory.members(world.noord.id, Role.YOUTH_WORKER) == []
        assert directory.names([world.colleague.id]) == {world.colleague.id: "Kofi Proef"}, "the past keeps its names"
