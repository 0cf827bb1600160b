"""Correcting a contact after the term: both versions stay, the director is told, and nobody else may."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import g
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from portal.accounts.models import RoleAssignment
from portal.contacts import service
from portal.contacts.models import (
    Channel,
    Confidentiality,
    Contact,
    ContactCorrection,
    ContactParticipant,
    ContactPurpose,
    FollowUp,
    FollowUpStatus,
    Result,
)
from portal.contacts.rules import corrected as told
from portal.contacts.service import correcting
from portal.contacts.service.reading import CORRECTABLE
from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.people.models import Person, PersonAssignment
from portal.privacy.models import AccessEvent, Action
from tests.factories import World
from tests.factories import contacts as make
from tests.factories.people import person
from tests.looking import count

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)  # a Tuesday
LATER = NOW + timedelta(days=10)
REASON = "Ik had het resultaat verkeerd aangetikt."


def locked(world: World, p: Person, freeze, *, later: datetime = LATER, **more: Any) -> Contact:
    with db.unit_of_work():
        made = make.contact(p, worker=more.pop("worker", world.worker), at=NOW, **more)
    freeze(later)
    return made


def correct(world: World, contact: Contact, *, who=None, version: int | None = 1, reason=REASON, **changes):
    actor = world.actor(who or world.worker)
    with db.unit_of_work(actor.user_id):
        return service.correct(actor, contact.id, version=version, changes=changes, reason=reason)


def stored(contact: Contact) -> Contact:
    with db.unit_of_work():
        return db.session.get_one(Contact, contact.id)


# --- both versions ---------------------------------------------------------------------------------------------------


def test_both_versions_the_reason_and_the_evidence_are_kept(world: World, one: Person, freeze) -> None:
    contact = locked(world, one, freeze, note="Eerst dit", place="Plein")
    made = correct(world, contact, note="Daarna dat", purpose=ContactPurpose.HELP, place="Plein")
    assert made.before == {"note": "Eerst dit", "purpose": "connection"}
    assert made.after == {"note": "Daarna dat", "purpose": "help"}
    assert (made.by_id, made.team_id, made.at, made.reason) == (world.worker.id, world.noord.id, LATER, REASON)
    now = stored(contact)
    assert (now.note, now.purpose, now.place, now.version) == ("Daarna dat", "help", "Plein", 2)
    with db.unit_of_work():
        event = db.session.scalars(
            select(AccessEvent)
            .order_by(AccessEvent.id)
            .where(AccessEvent.subject_id == contact.id, AccessEvent.action == Action.UPDATE)
        ).one()
    assert (event.person_id, event.actor_id, set(event.fields)) == (one.id, world.worker.id, {"note", "purpose"})


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "channel": st.sampled_from(Channel),
        "result": st.sampled_from(Result),
        "purpose": st.sampled_from(ContactPurpose),
        "place": st.text("abc é", max_size=20),
        "note": st.text("abc é\n", max_size=40),
        "occurred_at": st.integers(0, 60 * 24 * 29).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    },
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(VALUES, min_size=1, max_size=4))
def test_undoing_the_corrections_gives_the_original(world: World, one: Person, freeze, changes: list[dict]) -> None:
    freeze(NOW)
    contact = locked(world, one, freeze, note="Begin", place="Plein")
    original = as_text(contact)
    for each in changes:
        same = all(str(getattr(stored(contact), name)) == str(value) for name, value in each.items())
        if same:
            with pytest.raises(Invalid):
                correct(world, contact, version=None, **each)
        else:
            correct(world, contact, version=None, **each)
    now = as_text(stored(contact))
    with db.unit_of_work():
        rows = db.session.scalars(
            select(ContactCorrection)
            .where(ContactCorrection.contact_id == contact.id)
            .order_by(ContactCorrection.id.desc())
        ).all()
    for row in rows:
        assert {name: now[name] for name in row.after} == row.after
        now |= row.before
    assert now == original


def as_text(contact: Contact) -> dict[str, str]:
    values = {name: getattr(contact, name) for name in CORRECTABLE}
    return {n: v.astimezone(UTC).isoformat() if isinstance(v, datetime) else str(v) for n, v in values.items()}


def test_what_was_written_cannot_be_rewritten(world: World, one: Person, freeze) -> None:
    made = correct(world, locked(world, one, freeze, note="Eerst"), note="Daarna")
    for change in ('before = \'{"note": "x"}\'', "after = '{}'", "reason = 'een andere reden'"):
        statement = text(f"UPDATE contact_correction SET {change} WHERE id = :id")
        with pytest.raises(ProgrammingError, match="permission denied"), db.unit_of_work():
            db.session.execute(statement, {"id": made.id})
    with pytest.raises(ProgrammingError, match="permission denied"), db.unit_of_work():
        db.session.execute(text("DELETE FROM contact_correction"))


# --- what follows from it --------------------------------------------------------------------------------------------


def last_contact(p: Person) -> datetime | None:
    with db.unit_of_work():
        return db.session.get_one(Person, p.id).last_contact_at


def test_last_contact_timeline_and_follow_ups_follow_the_correction(world: World, one: Person, freeze) -> None:
    with db.unit_of_work():
        step = make.follow_up(one, world.worker, date(2026, 11, 24))
    with db.unit_of_work():
        service.record(
            world.actor(world.worker),
            person_ids=[one.id],
            details=service.Details(Channel.STREET, Result.REACHED, ContactPurpose.HELP, NOW),
            key=step.id,
        )
        contact = db.session.scalars(select(Contact)).one()
    freeze(LATER)
    assert last_contact(one) == NOW
    correct(world, contact, occurred_at=NOW - timedelta(days=2))
    assert last_contact(one) == NOW - timedelta(days=2)
    with db.unit_of_work():
        assert db.session.scalars(select(ContactParticipant.occurred_at)).one() == NOW - timedelta(days=2)
    correct(world, contact, version=2, result=Result.NOT_REACHED)
    assert last_contact(one) is None
    with db.unit_of_work():
        assert db.session.get_one(FollowUp, step.id).status == FollowUpStatus.OPEN


def test_the_caseload_counts_the_corrected_contact(world: World, one: Person, freeze, client_as) -> None:
    contact = locked(world, one, freeze)
    correct(world, contact, result=Result.NOT_REACHED)
    page = client_as(world.director).get("/caseload.csv").text
    correct(world, contact, version=2, result=Result.REACHED)
    assert page != client_as(world.director).get("/caseload.csv").text


# --- when ------------------------------------------------------------------------------------------------------------


def test_within_the_term_a_contact_is_changed_and_not_corrected(world: World, one: Person, freeze) -> None:
    contact = locked(world, one, freeze, later=NOW + timedelta(days=3))  # Friday, the last day
    with pytest.raises(Forbidden):
        correct(world, contact, note="Anders")
    freeze(NOW + timedelta(days=4))
    correct(world, contact, note="Anders")


def test_a_corrected_contact_is_never_open_to_silent_change_again(world: World, one: Person, freeze) -> None:
    with db.unit_of_work():
        contact = make.contact(one, worker=world.worker, at=NOW - timedelta(days=9))
    correct(world, contact, occurred_at=NOW - timedelta(days=1), who=world.worker)
    with pytest.raises(Forbidden), db.unit_of_work():
        service.change(
            world.actor(world.worker),
            contact.id,
            person_ids=[one.id],
            details=service.Details(Channel.PHONE, Result.REACHED, ContactPurpose.HELP, NOW),
            version=None,
        )
    correct(world, contact, version=2, place="Alsnog")


@pytest.mark.parametrize(
    ("moved", "fits"),
    [
        (timedelta(minutes=1), False),
        (timedelta(minutes=-1), True),
        (timedelta(days=-30), True),
        (timedelta(days=-30, minutes=-1), False),
    ],
)
def test_a_moment_lies_before_it_was_recorded_and_within_thirty_days(
    world: World, one: Person, freeze, moved: timedelta, fits: bool
) -> None:
    contact = locked(world, one, freeze)
    if fits:
        assert correct(world, contact, occurred_at=NOW + moved).after
        return
    with pytest.raises(Invalid) as refused:
        correct(world, contact, occurred_at=NOW + moved)
    assert set(refused.value.errors) == {"occurred_at"}
    assert count(ContactCorrection) == 0


@pytest.mark.parametrize("reason", ["", "te kort", "  te kort      ", "x" * 501])
def test_a_reason_is_needed(world: World, one: Person, freeze, reason: str) -> None:
    contact = locked(world, one, freeze)
    with pytest.raises(Invalid) as refused:
        correct(world, contact, note="Anders", reason=reason)
    assert set(refused.value.errors) == {"reason"}
    assert (count(ContactCorrection), stored(contact).note) == (0, "")


def test_nothing_changed_is_no_correction(world: World, one: Person, freeze) -> None:
    contact = locked(world, one, freeze, note="Zelfde")
    with pytest.raises(Invalid):
        correct(world, contact, note="Zelfde", occurred_at=NOW.replace(second=0))
    assert (count(ContactCorrection), stored(contact).version) == (0, 1)


@pytest.mark.parametrize("field", ["confidentiality", "duration_min", "worker_id", "team_id"])
def test_nothing_else_can_be_corrected(world: World, one: Person, freeze, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        correct(world, locked(world, one, freeze), **{field: "case_team"})


# --- who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "refused"),
    [("colleague", NotFound), ("stranger", NotFound), ("director", Forbidden), ("coordinator", NotFound)],
)
def test_only_the_author_corrects(world: World, one: Person, freeze, who: str, refused: type[Exception]) -> None:
    contact = locked(world, one, freeze, confidentiality=Confidentiality.CASE_TEAM)
    with pytest.raises(refused):
        correct(world, contact, who=getattr(world, who), note="Anders")
    assert count(ContactCorrection) == 0


def test_not_even_the_author_when_the_young_person_went_to_somebody_else(world: World, one: Person, freeze) -> None:
    contact = locked(world, one, freeze)
    with db.unit_of_work():
        held = db.session.scalars(select(PersonAssignment).where(PersonAssignment.person_id == one.id)).one()
        held.until = clock.today()
        db.mark_logged()
    with pytest.raises(NotFound):
        correct(world, contact, note="Anders")


def test_of_two_at_the_same_moment_one_is_told(world: World, one: Person, freeze) -> None:
    contact = locked(world, one, freeze)

    def attempt(n: int) -> bool:
        try:
            with db.conflicts_as_409():
                correct(world, contact, note=f"Versie {n}")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1
    assert (count(ContactCorrection), stored(contact).version) == (1, 2)


# --- the director ----------------------------------------------------------------------------------------------------


def recipients(today: date = LATER.date()) -> list[tuple]:
    with db.unit_of_work():
        return [(r.object_id, r.recipient_id, r.person_id, r.due_on) for r in db.session.execute(told(today))]


def test_the_director_is_told_without_a_name_until_seen(world: World, one: Person, freeze) -> None:
    made = correct(world, locked(world, one, freeze), note="Anders")
    assert recipients() == [(made.id, world.director.id, None, LATER.date())]
    assert recipients(LATER.date() + timedelta(days=7))
    assert recipients(LATER.date() + timedelta(days=8)) == []
    actor = world.actor(world.director)
    with db.unit_of_work(actor.user_id):
        correcting.see(actor, made.id)
    assert recipients() == []


def test_no_longer_a_director_is_no_longer_told(world: World, one: Person, freeze) -> None:
    correct(world, locked(world, one, freeze), note="Anders")
    with db.unit_of_work():
        held = db.session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == world.director.id)).one()
        held.valid_until = LATER.date() - timedelta(days=1)
    assert recipients() == []


@pytest.mark.parametrize("who", ["worker", "colleague", "stranger", "coordinator", "manager", "privacy_officer"])
def test_only_a_director_of_the_team_says_to_have_seen_it(world: World, one: Person, freeze, client_as, who) -> None:
    made = correct(world, locked(world, one, freeze), note="Anders")
    answer = client_as(getattr(world, who)).post(f"/contacten/correcties/{made.id}/gezien")
    assert answer.status_code == 403
    with db.unit_of_work():
        assert db.session.get_one(ContactCorrection, made.id).seen_at is None


def test_a_director_sees_that_but_not_what_when_the_note_is_closed(world, one: Person, freeze, client_as) -> None:
    made = correct(world, locked(world, one, freeze, note="Kanarie", place="Merelplein"), note="Lijster", place="Hier")
    browser = client_as(world.director)
    address = f"/contacten/correcties/{made.id}"
    page = browser.get(address)
    assert page.status_code == 200
    assert "Notitie" in page.text
    assert world.worker.name in page.text
    for secret in ("Kanarie", "Lijster", "Merelplein", REASON, one.first_name):
        assert secret not in page.text
    assert browser.get(f"/contacten/{made.contact_id}").status_code == 404
    assert browser.post(f"{address}/gezien").location == address
    first = clock.now()
    freeze(LATER + timedelta(hours=1))
    assert client_as(world.director).post(f"{address}/gezien").status_code == 303
    with db.unit_of_work():
        row = db.session.get_one(ContactCorrection, made.id)
        assert (row.seen_at, row.seen_by_id) == (first, world.director.id)
        events = db.session.scalars(
            select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.subject_id == made.id)
        ).all()
    assert sorted(event.action for event in events if event.result == "ok").count(Action.UPDATE) == 1
    assert Action.READ in {event.action for event in events}


def test_a_director_who_may_read_the_note_comes_at_both_versions(world, one: Person, freeze, client_as) -> None:
    contact = locked(world, one, freeze, note="Kanarie", confidentiality=Confidentiality.CASE_TEAM)
    made = correct(world, contact, note="Lijster")
    browser = client_as(world.director)
    answer = browser.get(f"/contacten/correcties/{made.id}", follow_redirects=True)
    assert answer.request.path == f"/contacten/{contact.id}"
    for shown in ("Kanarie", "Lijster", REASON, "/gezien"):
        assert shown in answer.text
    browser.post(f"/contacten/correcties/{made.id}/gezien")
    after = browser.get(f"/contacten/{contact.id}").text
    assert "/gezien" not in after
    assert "Gezien door de regisseur" in after


@pytest.mark.parametrize("who", ["stranger", "coordinator", "messenger"])
def test_who_is_not_concerned_finds_nothing(world: World, one: Person, freeze, client_as, who: str) -> None:
    made = correct(world, locked(world, one, freeze), note="Anders")
    assert client_as(getattr(world, who)).get(f"/contacten/correcties/{made.id}").status_code == 404


# --- pages -----------------------------------------------------------------------------------------------------------


def answers(**changes: str) -> dict[str, str]:
    return {
        "channel": "street",
        "result": "not_reached",
        "purpose": "connection",
        "place": "",
        "note": "Kwam niet",
        "occurred_at": "2026-11-24T14:30",
        "reason": REASON,
        "version": "1",
    } | changes


def test_from_the_locked_contact_to_both_versions(world: World, one: Person, freeze, client_as) -> None:
    contact = locked(world, one, freeze, note="Kwam wel")
    browser = client_as(world.worker)
    address = f"/contacten/{contact.id}/corrigeren"
    assert address in browser.get(f"/contacten/{contact.id}").text
    form = browser.get(address).text
    assert "Kwam wel" in form
    for absent in ('name="people"', 'name="confidentiality"', 'name="duration_min"'):
        assert absent not in form
    assert browser.post(address, data=answers()).location == f"/contacten/{contact.id}"
    page = browser.get(f"/contacten/{contact.id}").text
    for shown in ("Kwam wel", "Kwam niet", "Gesproken", "Niet bereikt", REASON, "Nog niet gezien"):
        assert shown in page
    assert "Gecorrigeerd" in browser.get(f"/jongeren/{one.id}").text
    assert browser.post(address, data=answers(note="Nog anders")).status_code == 409


WRONG = {
    "no reason": ({"reason": ""}, "reason"),
    "short reason": ({"reason": "kort"}, "reason"),
    "long reason": ({"reason": "x" * 501}, "reason"),
    "nothing changed": ({"result": "reached", "note": "", "place": ""}, "reason"),
    "unknown result": ({"result": "<script>"}, "result"),
    "no channel": ({"channel": ""}, "channel"),
    "future": ({"occurred_at": "2026-11-25T14:30"}, "occurred_at"),
    "long ago": ({"occurred_at": "2026-10-20T12:00"}, "occurred_at"),
    "no moment": ({"occurred_at": "ooit"}, "occurred_at"),
    "long note": ({"note": "x" * 1501}, "note"),
    "unreadable note": ({"note": "a\x00b"}, "note"),
    "long place": ({"place": "x" * 121}, "place"),
}


@pytest.mark.parametrize(("changes", "field"), WRONG.values(), ids=list(WRONG))
def test_wrong_answers_are_told_beside_the_field(world, one, freeze, client_as, changes: dict, field: str) -> None:
    contact = locked(world, one, freeze)
    answer = client_as(world.worker).post(f"/contacten/{contact.id}/corrigeren", data=answers(**changes))
    assert answer.status_code == 422
    assert set(re.findall(r'id="([a-z_]+)-error"', answer.text)) == {field}
    assert (count(ContactCorrection), stored(contact).version) == (0, 1)


def test_what_is_written_is_shown_as_text(world: World, one: Person, freeze, client_as) -> None:
    contact = locked(world, one, freeze, note="<script>alert(1)</script>")
    browser = client_as(world.worker)
    browser.post(f"/contacten/{contact.id}/corrigeren", data=answers(reason="<b>omdat het moet</b>"))
    page = browser.get(f"/contacten/{contact.id}").text
    assert "<script>alert" not in page
    assert "<b>omdat" not in page


def test_before_the_term_the_address_leads_back(world: World, one: Person, freeze, client_as) -> None:
    contact = locked(world, one, freeze, later=NOW)
    answer = client_as(world.worker).get(f"/contacten/{contact.id}/corrigeren")
    assert (answer.status_code, answer.location) == (303, f"/contacten/{contact.id}")


def test_many_corrections_cost_no_more_queries(world: World, one: Person, freeze, client_as) -> None:
    contact = locked(world, one, freeze)
    spent = []
    for version in range(1, 5):
        correct(world, contact, version=version, note=f"Versie {version}")
        with client_as(world.worker) as browser:
            browser.get(f"/contacten/{contact.id}")
            spent.append(g.queries)
    assert len(set(spent)) == 1
    assert spent[0] <= 12


# --- "Nog een" -------------------------------------------------------------------------------------------------------


def test_another_one_starts_with_the_same_channel_and_place(world: World, one: Person, client_as) -> None:
    with db.unit_of_work():
        contact = make.contact(one, worker=world.worker, channel=Channel.DETENTION_VISIT, place="Merelplein")
        make.contact(one, worker=world.worker, at=NOW + timedelta(minutes=4), channel=Channel.PHONE)
    page = client_as(world.worker).get(f"/contacten/nieuw?na={contact.id}").text
    assert re.search(r'name="channel" value="detention_visit"[^>]* checked', page)
    assert re.search(r'name="place"[^>]*value="Merelplein"|value="Merelplein"[^>]*name="place"', page)


def test_another_one_starts_from_an_own_contact_only(world: World, one: Person, client_as) -> None:
    with db.unit_of_work():
        person(world.noord, "Noor Voorbeeld", worker=world.colleague)
        other = make.contact(one, worker=world.colleague, place="Merelplein")
    browser = client_as(world.worker)
    for value in (str(other.id), "geen-id", "00000000-0000-7000-8000-000000000000"):
        assert browser.get(f"/contacten/nieuw?na={value}").status_code == 404
