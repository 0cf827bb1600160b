"""A talk opens a worker's list for one person, one purpose and one day; nothing but figures and words stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import g
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text, update

from portal.accounts.models import RoleAssignment, User
from portal.contacts.models import FollowUpKind, Result
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.people.models import HandOver, Person, PersonAssignment
from portal.privacy.contexts import Purpose
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Role
from portal.reports import service as reports
from portal.reports.figures import Period
from portal.talks import service
from portal.talks.models import AgreementStatus, Occasion, Talk, TalkNote, TalkStatus
from tests.conftest import empty
from tests.factories import World
from tests.factories import talks as made
from tests.factories.appointments import appointment
from tests.factories.contacts import contact, follow_up
from tests.factories.people import person

NOON = datetime(2026, 6, 15, 10, 0, tzinfo=UTC)
TODAY = NOON.date()
OTHERS = ("colleague", "stranger", "coordinator", "messenger", "trainer", "analyst", "privacy_officer", "administrator")


@pytest.fixture(autouse=True)
def _noon(freeze: Callable[[datetime], None]) -> None:
    freeze(NOON)


def planned(world: World, holder: str = "manager") -> UUID:
    with db.unit_of_work():
        return service.plan(
            world.actor(getattr(world, holder)), team_id=world.noord.id, worker_id=world.worker.id, planned_on=TODAY
        ).id


def opened(world: World, holder: str = "manager") -> UUID:
    talk_id = planned(world, holder)
    with db.unit_of_work():
        actor = world.actor(getattr(world, holder))
        service.open_list(actor, talk_id, version=None, occasion=Occasion.REGULAR)
    return talk_id


def page(world: World, talk_id: UUID, who: str = "manager") -> service.Page:
    with db.unit_of_work():
        return service.show(world.actor(getattr(world, who)), talk_id)


def names(found: service.Page) -> list[str] | None:
    return None if found.rows is None else [row.person.display_name for row in found.rows]


def some_people(world: World) -> None:
    with db.unit_of_work():
        person(world.noord, "Zeynep Voorbeeld", worker=world.worker)
        person(world.noord, "Ayoub Voorbeeld", worker=world.worker)
        person(world.noord, "Bram Voorbeeld", worker=world.colleague)


# --- names, for as long as it lasts -----------------------------------------------------------------------------------


def test_names_are_there_from_opening_to_closing_and_never_else(world: World) -> None:
    some_people(world)
    talk_id = planned(world)
    assert names(page(world, talk_id)) is None
    with db.unit_of_work():
        service.open_list(world.actor(world.manager), talk_id, version=1, occasion=Occasion.WORKLOAD)
    found = page(world, talk_id)
    assert names(found) == ["Ayoub Voorbeeld", "Zeynep Voorbeeld"], "by name, and only of this worker"
    assert names(page(world, talk_id, "worker")) is None, "the worker has the own list"
    with db.unit_of_work():
        service.close(world.actor(world.manager), talk_id, version=2)
    found = page(world, talk_id)
    assert names(found) is None
    assert found.figures is not None
    assert found.figures.open_people == 2


@pytest.mark.parametrize(("hours", "shown"), [(11.99, True), (12.01, False), (36, False)])
def test_names_are_gone_when_the_day_is_over(
    world: World, freeze: Callable[[datetime], None], hours: float, shown: bool
) -> None:
    some_people(world)
    talk_id = opened(world)
    freeze(NOON + timedelta(hours=hours))  # noon is 12:00 in Amsterdam
    found = page(world, talk_id)
    assert (names(found) is not None) is shown
    assert found.seen.status is (TalkStatus.OPEN if shown else TalkStatus.HELD)
    assert found.figures is not None


def test_the_log_has_a_row_per_young_person_for_this_talk(world: World) -> None:
    some_people(world)
    talk_id = opened(world)
    page(world, talk_id)
    with db.unit_of_work():
        rows = db.session.scalars(select(AccessEvent).where(AccessEvent.action == Action.LIST)).all()
        ids = set(db.session.scalars(select(PersonAssignment.person_id).where(
            PersonAssignment.user_id == world.worker.id)))  # fmt: skip
    assert {row.person_id for row in rows} == ids
    assert {(r.subject_type, r.subject_id, r.purpose, r.role, r.actor_id) for r in rows} == {
        ("talk", talk_id, Purpose.SUPERVISION, Role.MANAGER, world.manager.id)
    }


@pytest.mark.parametrize("who", OTHERS)
def test_others_know_of_no_talk(world: World, who: str) -> None:
    talk_id = opened(world)
    actor = world.actor(getattr(world, who))
    with db.unit_of_work():
        for attempt in (
            lambda: service.show(actor, talk_id),
            lambda: service.close(actor, talk_id, version=None),
            lambda: service.add_note(actor, talk_id, body="x"),
            lambda: service.plan(actor, team_id=world.noord.id, worker_id=world.worker.id, planned_on=TODAY),
        ):
            with pytest.raises(NotFound):
                attempt()


def test_another_teams_manager_and_one_who_left_know_of_no_talk(world: World) -> None:
    talk_id = opened(world)
    with db.unit_of_work():
        db.session.execute(
            update(RoleAssignment)
            .where(RoleAssignment.user_id.in_([world.manager.id, world.director.id]))
            .values(team_id=world.zuidoost.id)
        )
    for who in ("manager", "director"):
        with pytest.raises(NotFound):
            page(world, talk_id, who)
        with db.unit_of_work(), pytest.raises(NotFound):
            service.plan(world.actor(getattr(world, who)), team_id=world.noord.id, worker_id=world.worker.id,
                         planned_on=TODAY)  # fmt: skip


def test_a_director_holds_talks_with_the_own_team_and_reads_not_what_a_manager_wrote(world: World) -> None:
    some_people(world)
    managers = opened(world)
    with pytest.raises(NotFound):
        page(world, managers, "director")
    with db.unit_of_work():
        service.close(world.actor(world.manager), managers, version=None)
    assert names(page(world, opened(world, "director"), "director")) == ["Ayoub Voorbeeld", "Zeynep Voorbeeld"]


def test_only_one_has_the_list_open_and_a_forgotten_one_gives_way(
    world: World, freeze: Callable[[datetime], None]
) -> None:
    first = opened(world)
    with pytest.raises(Conflict):
        opened(world, "director")
    freeze(NOON + timedelta(days=1))
    with db.unit_of_work():
        second = db.session.scalar(select(Talk.id).where(Talk.status == TalkStatus.PLANNED))
        assert second is not None
        service.open_list(world.actor(world.director), second, version=None, occasion=Occasion.REGULAR)
    assert page(world, first).seen.talk.status == TalkStatus.HELD
    since = page(world, second, "director").seen.talk.since_on
    assert since == TODAY, "changes are told from the talk before, whoever held it"


def test_a_talk_is_opened_once_and_not_with_an_old_page(world: World) -> None:
    talk_id = opened(world)
    actor = world.actor(world.manager)
    with db.unit_of_work(), pytest.raises(Conflict):
        service.open_list(actor, talk_id, version=None, occasion=Occasion.REGULAR)
    with db.unit_of_work(), pytest.raises(Conflict):
        service.close(actor, talk_id, version=1)


def test_a_worker_who_left_the_team_cannot_be_talked_about(world: World) -> None:
    talk_id = planned(world)
    with db.unit_of_work():
        db.session.execute(
            update(RoleAssignment).where(RoleAssignment.user_id == world.worker.id).values(team_id=world.zuidoost.id)
        )
    with db.unit_of_work(), pytest.raises(Conflict):
        service.open_list(world.actor(world.manager), talk_id, version=None, occasion=Occasion.REGULAR)


def test_one_talk_is_planned_at_a_time(world: World, client_as: Callable[..., FlaskClient]) -> None:
    planned(world)
    data = {"worker": f"{world.noord.id}.{world.worker.id}", "planned_on": "2026-06-20"}
    again = client_as(world.manager).post("/caseloadgesprekken/nieuw", data=data)
    assert again.status_code == 422
    assert "al een gesprek gepland" in again.text


# --- what it says -----------------------------------------------------------------------------------------------------

LISTS = st.lists(
    st.fixed_dictionaries(
        {
            "mine": st.booleans(),
            "silent": st.one_of(st.none(), st.integers(0, 60)),
            "contacts": st.lists(st.tuples(st.sampled_from(list(Result)), st.integers(-89, 0)), max_size=3),
            "due": st.lists(st.tuples(st.booleans(), st.integers(-10, 10)), max_size=3),
        }
    ),
    max_size=5,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=LISTS)
def test_the_figures_are_those_of_the_caseload_page(
    world: World, admin_engine: Engine, people: list[dict[str, Any]]
) -> None:
    try:
        _fill(world, people)
        found = page(world, opened(world))
        assert found.rows is not None
        assert found.figures is not None
        line = _line(world)
        for name in ("open_people", "people_late", "active_trajectories", "contacts", "effective",
                     "overdue_follow_ups", "silent_people", "longest_silence", "formation", "norm"):  # fmt: skip
            assert getattr(found.figures, name) == getattr(line, name), name
        assert service.Figures.from_json(found.seen.talk.figures) == found.figures
        assert sum(row.is_silent for row in found.rows) == line.silent_people
    finally:
        db.session.remove()
        empty(admin_engine, keep={"app_user", "team", "organisation", "team_area", "role_assignment"})
        with db.unit_of_work():
            clock.freeze(db.session(), NOON)


def _fill(world: World, people: list[dict[str, Any]]) -> None:
    with db.unit_of_work():
        for one in people:
            worker: User = world.worker if one["mine"] else world.colleague
            last = None if one["silent"] is None else NOON - timedelta(days=one["silent"])
            young = person(world.noord, worker=worker, last_contact_at=last)
            for result, days in one["contacts"]:
                contact(young, worker=world.worker, at=NOON + timedelta(days=days), result=result)
            for own, days in one["due"]:
                follow_up(young, world.worker if own else world.colleague, TODAY + timedelta(days=days))


def _line(world: World) -> reports.Line:
    with db.unit_of_work():
        actor = world.actor(world.manager)
        period = Period(TODAY - timedelta(days=90), TODAY)
        caseload = reports.caseload(actor, teams=reports.teams_within_reach(actor), period=period)
    return next(line for line in caseload.teams[0].workers if line.worker_id == world.worker.id)


def test_what_changed_is_counted_from_the_talk_before(world: World) -> None:
    with db.unit_of_work():
        young = person(world.noord, "Ayoub Voorbeeld", worker=world.worker)
        made.talk(world.noord.id, world.worker, world.manager, status=TalkStatus.HELD, day=TODAY - timedelta(days=20))
        for days in (-30, -20, -3):
            contact(young, worker=world.colleague, at=NOON + timedelta(days=days))
        follow_up(young, world.worker, TODAY - timedelta(days=4))
        follow_up(young, world.colleague, TODAY + timedelta(days=4))
        for days in (-1, 3):
            follow_up(
                young, world.worker, TODAY + timedelta(days=days), kind=FollowUpKind.PROMISE, what="Mee naar de sport"
            )
        for hours in (-3, 50, 30):
            appointment(young, owner=world.colleague, at=NOON + timedelta(hours=hours))
    (row,) = page(world, opened(world)).rows or ()
    assert (row.contacts, row.effective) == (2, 2), "that of the day itself, and by whomever"
    assert (row.late, row.late_since) == (2, TODAY - timedelta(days=4))
    assert (row.promises, row.promises_late) == (2, 1)
    assert (row.next_on, row.next_at) == (TODAY + timedelta(days=3), NOON + timedelta(hours=30))


def test_a_norm_of_then_stays_with_the_talk_of_then(world: World, freeze: Callable[[datetime], None]) -> None:
    talk_id = opened(world)
    with db.unit_of_work():
        db.session.execute(text("UPDATE team SET caseload_norm = 3"))
        db.session.execute(update(RoleAssignment).values(fte="0.5"))
    freeze(NOON + timedelta(days=90))
    figures = page(world, talk_id).figures
    assert figures is not None
    assert (figures.norm, figures.formation) == (12, 1)


# --- handing over -----------------------------------------------------------------------------------------------------


def test_a_young_person_goes_to_who_says_yes_and_the_figures_follow(
    world: World, client_as: Callable[..., FlaskClient]
) -> None:
    some_people(world)
    talk_id = opened(world)
    rows = page(world, talk_id).rows or ()
    path = f"/caseloadgesprekken/{talk_id}/overdragen/{rows[0].person.id}"
    manager = client_as(world.manager)
    assert "Ayoub Voorbeeld" in manager.get(path).text
    assert manager.post(path, data={"to_user_id": str(world.stranger.id)}).status_code == 422
    assert manager.post(path, data={"to_user_id": str(world.colleague.id)}).status_code == 303
    assert manager.post(path, data={"to_user_id": str(world.colleague.id)}).status_code == 422, "one at a time"
    assert [row.asked for row in page(world, talk_id).rows or ()] == ["Kofi Proef", ""]
    with db.unit_of_work():
        proposed = db.session.scalars(select(HandOver)).one()
    assert (proposed.proposed_by, proposed.from_user_id) == (world.manager.id, world.worker.id)
    answer = client_as(world.colleague).post(f"/overdrachten/{proposed.id}/aannemen")
    assert answer.status_code == 303
    assert names(page(world, talk_id)) == ["Zeynep Voorbeeld"]
    assert _line(world).open_people == 1


def test_handing_over_ends_with_the_talk_and_is_for_its_list(
    world: World, client_as: Callable[..., FlaskClient]
) -> None:
    some_people(world)
    talk_id = opened(world)
    with db.unit_of_work():
        mine = db.session.scalars(select(Person.id).where(Person.given_name == "Ayoub")).one()
        other = db.session.scalars(select(Person.id).where(Person.given_name == "Bram")).one()
    manager, data = client_as(world.manager), {"to_user_id": str(world.colleague.id)}
    assert manager.post(f"/caseloadgesprekken/{talk_id}/overdragen/{other}", data=data).status_code == 404
    assert client_as(world.director).get(f"/caseloadgesprekken/{talk_id}/overdragen/{mine}").status_code == 404
    with db.unit_of_work():
        service.close(world.actor(world.manager), talk_id, version=None)
    assert manager.get(f"/caseloadgesprekken/{talk_id}/overdragen/{mine}").status_code == 404


# --- notes and agreements ---------------------------------------------------------------------------------------------


def test_both_write_and_both_versions_stay(world: World, admin_engine: Engine) -> None:
    talk_id = opened(world)
    with db.unit_of_work():
        service.add_note(world.actor(world.manager), talk_id, body="Twee lopen vast.")
    with db.unit_of_work():
        service.add_note(world.actor(world.worker), talk_id, body="Eén, vind ik.")
    for who in ("manager", "worker"):
        assert [(note.author, note.note.body) for note in page(world, talk_id, who).notes] == [
            ("Marieke Proef", "Twee lopen vast."),
            ("Samira Proef", "Eén, vind ik."),
        ]
    with pytest.raises(Exception, match="permission denied"), db.unit_of_work():
        db.session.execute(update(TalkNote).values(body="Weg"))


def test_nothing_is_written_before_the_talk(world: World) -> None:
    talk_id = planned(world)
    for who in ("manager", "worker"):
        with db.unit_of_work(), pytest.raises(Conflict):
            service.add_note(world.actor(getattr(world, who)), talk_id, body="x")


def test_an_agreement_is_for_the_worker_until_it_is_done(world: World, client_as: Callable[..., FlaskClient]) -> None:
    talk_id = opened(world)
    with db.unit_of_work():
        row = service.agree(world.actor(world.manager), talk_id, what="Lijst nalopen", due_on=TODAY)
    worker = client_as(world.worker)
    assert "Lijst nalopen" in worker.get("/mijn-dag").text
    path = f"/caseloadgesprekken/afspraken/{row.id}"
    assert worker.post(path + "/vervalt", data={"version": "1"}).status_code == 404, "that is for who holds the talk"
    assert worker.post(path + "/klaar", data={"version": "9"}).status_code == 409
    assert worker.post(path + "/klaar", data={}).status_code == 409
    assert worker.post(path + "/klaar", data={"version": "1"}).status_code == 303
    assert "Lijst nalopen" not in worker.get("/mijn-dag").text
    assert worker.post(path + "/klaar", data={"version": "2"}).status_code == 409
    assert worker.post(path + "/heropenen", data={"version": "2"}).status_code == 303
    manager = client_as(world.manager)
    assert manager.post(path + "/vervalt", data={"version": "3"}).status_code == 303
    assert worker.post(path + "/heropenen", data={"version": "4"}).status_code == 404
    assert page(world, talk_id).agreements[0].status == AgreementStatus.DROPPED


def test_the_worker_agrees_nothing_alone(world: World) -> None:
    talk_id = opened(world)
    with db.unit_of_work(), pytest.raises(NotFound):
        service.agree(world.actor(world.worker), talk_id, what="Minder", due_on=TODAY)


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), date(2028, 1, 1)])
def test_a_day_that_cannot_be(world: World, day: date) -> None:
    talk_id = opened(world)
    actor = world.actor(world.manager)
    with db.unit_of_work(), pytest.raises(Invalid, match="due_on"):
        service.agree(actor, talk_id, what="Iets", due_on=day)
    with db.unit_of_work(), pytest.raises(Invalid, match="planned_on"):
        service.plan(actor, team_id=world.noord.id, worker_id=world.colleague.id, planned_on=day)


def test_what_is_open_from_before_comes_along(world: World) -> None:
    with db.unit_of_work():
        before = made.talk(
            world.noord.id, world.worker, world.manager, status=TalkStatus.HELD, day=TODAY - timedelta(days=90)
        )
        made.agreement(before, "Nog van toen")
    assert [row.what for row in page(world, opened(world)).earlier] == ["Nog van toen"]


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_pages_of_a_talk(world: World, client_as: Callable[..., FlaskClient]) -> None:
    some_people(world)
    manager = client_as(world.manager)
    planned_at = f"/caseloadgesprekken/nieuw?team={world.noord.id}&medewerker={world.worker.id}"
    assert f'value="{world.noord.id}.{world.worker.id}" selected' in manager.get(planned_at).text
    data = {"worker": f"{world.noord.id}.{world.worker.id}", "planned_on": TODAY.isoformat()}
    path = manager.post("/caseloadgesprekken/nieuw", data=data).location
    assert "Ayoub" not in manager.get(path).text
    assert not re.search(r"<input[^>]* checked", manager.get(path + "/openen").text)
    for wrong in ({}, {"occasion": "nieuwsgierig"}):
        assert manager.post(path + "/openen", data={"version": "1"} | wrong).status_code == 422, wrong
    opening = {"version": "1", "occasion": "regular"}
    assert manager.post(path + "/openen", data=opening).status_code == 303
    assert manager.get(path + "/openen").status_code == 409
    assert "Ayoub Voorbeeld" in manager.get(path).text
    assert manager.post(path + "/notitie", data={"body": " "}).status_code == 422
    assert manager.post(path + "/notitie", data={"body": "x" * 2001}).status_code == 422
    assert manager.post(path + "/afspraak", data={"what": "", "due_on": "gisteren"}).status_code == 422
    worker = client_as(world.worker)
    assert worker.get(path + "/openen").status_code == 403
    assert "Ayoub" not in worker.get(path).text
    assert worker.post(path + "/notitie", data={"body": "Zo zie ik het."}).status_code == 303
    assert manager.post(path + "/sluiten", data={"version": "2"}).status_code == 303
    after = manager.get(path).text
    assert "Ayoub" not in after
    assert "Zo zie ik het." in after


def test_the_overview_of_both(world: World, client_as: Callable[..., FlaskClient]) -> None:
    talk_id = opened(world)
    with db.unit_of_work():
        made.agreement(db.session.get_one(Talk, talk_id))
    for who in (world.manager, world.worker):
        shown = client_as(who).get("/caseloadgesprekken").text
        assert f"/caseloadgesprekken/{talk_id}" in shown
        assert "1 open afspraak" in shown
    assert str(talk_id) not in client_as(world.director).get("/caseloadgesprekken").text
    assert client_as(world.analyst).get("/caseloadgesprekken").status_code == 403


def test_printing_is_logged_as_an_export_of_each_young_person(
    world: World, client_as: Callable[..., FlaskClient]
) -> None:
    some_people(world)
    talk_id = opened(world)
    assert "Ayoub Voorbeeld" in client_as(world.manager).get(f"/caseloadgesprekken/{talk_id}/afdrukken").text
    with db.unit_of_work():
        exported = db.session.scalars(select(AccessEvent).where(AccessEvent.action == Action.EXPORT)).all()
        listed = set(db.session.scalars(select(Person.id).where(Person.given_name != "Bram")))
    assert {(row.subject_id, row.purpose) for row in exported} == {(talk_id, Purpose.SUPERVISION)}
    assert {row.person_id for row in exported} == listed


def test_an_open_talk_costs_the_same_with_many(world: World, client_as: Callable[..., FlaskClient]) -> None:
    some_people(world)
    talk_id = opened(world)

    def queries() -> int:
        with client_as(world.manager) as browser:
            assert browser.get(f"/caseloadgesprekken/{talk_id}").status_code == 200
            return int(g.queries)

    queries()
    few = queries()
    with db.unit_of_work():
        for n in range(20):
            young = person(world.noord, f"Meer{n} Voorbeeld", worker=world.worker)
            contact(young, worker=world.worker)
            follow_up(young, world.worker, TODAY)
    assert queries() == few <= 12


def test_the_caseload_leads_to_a_talk_only_for_who_may_hold_one(
    world: World, client_as: Callable[..., FlaskClient]
) -> None:
    link = f"medewerker={world.worker.id}"
    assert link in client_as(world.manager).get("/caseload").text
    assert link in client_as(world.director).get("/caseload").text
    assert link not in client_as(world.analyst).get("/caseload").text
