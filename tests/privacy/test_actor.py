"""What an actor may do follows from the roles, per team."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.core.ids import new_id
from portal.privacy.actor import Actor
from portal.privacy.permissions import CONTENT_ROLES, EVERYONE, GRANTS, Permission, Reach, Role, combination_allowed

TEAMS = [new_id(), new_id()]
ROLES = st.frozensets(st.tuples(st.sampled_from(list(Role)), st.sampled_from(TEAMS)), max_size=4)


@given(ROLES, st.sampled_from(list(Permission)))
def test_a_permission_comes_from_a_role_and_only_in_its_team(
    roles: frozenset[tuple[Role, object]], permission: Permission
) -> None:
    actor = Actor(new_id(), "x", roles=roles)  # type: ignore[arg-type]
    granted = {team for role, team in roles if permission in GRANTS[role] or permission in EVERYONE}
    assert set(actor.teams(permission)) == granted
    assert actor.can(permission) == bool(granted or permission in EVERYONE)
    role = actor.role_for(permission)
    assert (role is None) == (not granted)


def test_the_own_account_needs_no_role() -> None:
    nobody = Actor(new_id(), "x")
    assert nobody.can(Permission.OWN_ACCOUNT)
    assert not nobody.can(Permission.PEOPLE_READ)


def test_a_wider_reach_includes_the_narrower_and_not_the_other_way_round() -> None:
    team = new_id()
    director = Actor(new_id(), "x", roles=frozenset({(Role.JV_DIRECTOR, team)}))
    worker = Actor(new_id(), "x", roles=frozenset({(Role.YOUTH_WORKER, team)}))
    assert director.teams(Permission.PEOPLE_READ, Reach.TEAM) == director.teams(Permission.PEOPLE_READ) == (team,)
    assert worker.teams(Permission.PEOPLE_READ) == (team,)
    assert worker.teams(Permission.PEOPLE_READ, Reach.TEAM) == ()


def test_the_administrator_and_the_privacy_officer_hold_no_content_role() -> None:
    for other in CONTENT_ROLES:
        assert not combination_allowed(frozenset({Role.ADMINISTRATOR, other}))
        assert not combination_allowed(frozenset({Role.PRIVACY_OFFICER, other}))
    content = {p for p in Permission if p.startswith(("people", "contacts", "trajectories"))}
    assert not content & set(GRANTS[Role.ADMINISTRATOR])
    assert not content & set(GRANTS[Role.PRIVACY_OFFICER])
    assert not content & set(GRANTS[Role.MANAGER])


def test_trainers_have_no_person_context() -> None:
    # Signals: C, and reference data: R (domain §4.2); nothing of a young person.
    assert set(GRANTS[Role.TRAINER]) == {Permission.SIGNALS_REPORT, Permission.PARTNERS_READ}
