"""Roles that begin and end, duties that stay separated, and accounts that are closed and opened again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select

from portal.accounts import open_work
from portal.accounts.models import AccountToken, RoleAssignment, User
from portal.accounts.service import roles
from portal.core import clock, db
from portal.privacy.permissions import Role
from tests.accounts.administering import held
from tests.factories import World
from tests.factories import world as people
from tests.factories.accounts import PASSWORD, stored, with_password
from tests.factories.people import person

# --- roles ------------------------------------------------------------------------------------------------------------


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


# --- closing and opening ----------------------------------------------------------------------------------------------


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
    of_the_worker = {"Vervolgstappen": lambda user_id: select(literal(3 if user_id == world.worker.id else 0))}
    monkeypatch.setattr(open_work, "_counts", of_the_worker)
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
