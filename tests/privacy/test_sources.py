"""What is known from the police never reaches a messenger; what the street told never reaches the police."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile, is_zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from portal.accounts.models import RoleAssignment
from portal.contacts import service as contacts
from portal.contacts.models import Channel, Confidentiality, Contact, ContactPurpose, Result
from portal.contacts.service import Details, correcting
from portal.contacts.service.details import MAX_AGE
from portal.core import clock, db
from portal.core.errors import Invalid
from portal.core.ids import new_id
from portal.people.models import Person
from portal.privacy import guard
from portal.privacy.access_log import Subject, record
from portal.privacy.actor import Actor, system
from portal.privacy.models import Action
from portal.privacy.permissions import Role
from portal.privacy.sources import RELEASE, Audience, Source
from tests.factories import World
from tests.factories.contacts import contact as make_contact
from tests.factories.contacts import follow_up as make_follow_up
from tests.factories.filled import Filled

NOTE = {source: f"kanarienotitie-{source}" for source in Source}
STEP = {source: f"kanariestap-{source}" for source in Source}

#: Typed from domain §2.5 nr. 3, §2.8 and §4.2, not from the code: who may read what is known from where.
MAY_KNOW = {
    "worker": {"street", "care", "police", "school"},
    "director": {"street", "care", "police", "school"},
    "coordinator": {"street", "school"},
    "messenger": {"street", "school"},
    "colleague": set(),
    "stranger": set(),
    "manager": set(),
    "trainer": set(),
    "analyst": set(),
    "privacy_officer": set(),
    "administrator": set(),
}
#: Who walk through every page here; that the others read no note at all is in test_access_matrix.py.
READERS = ("worker", "director", "coordinator", "messenger", "colleague", "manager")


@dataclass
class Told:
    """A filled city in which one young person has a contact and a step from each source, meant for the case team."""

    filled: Filled
    contacts: dict[Source, UUID]
    steps: dict[Source, UUID]

    def addresses(self, app: Flask) -> Iterator[tuple[str, str]]:
        """Every page, letter, file and list: endpoint and address, with the contacts of each source besides."""
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
                continue
            for name, ids in (("contact_id", self.contacts), ("follow_up_id", self.steps)):
                if name in rule._converters:
                    for chosen in ids.values():
                        self.filled.own.ids[name] = chosen
                        yield from ((rule.endpoint, url) for url in self.filled.own.urls(app, rule))
            yield from ((rule.endpoint, url) for url in self.filled.own.urls(app, rule))


@pytest.fixture
def told(world: World, filled: Filled) -> Told:
    made, steps = {}, {}
    with db.unit_of_work():
        young = db.session.merge(filled.own.person)
        for source in Source:
            row = make_contact(
                young, worker=world.worker, note=NOTE[source], confidentiality=Confidentiality.CASE_TEAM, source=source
            )
            step = make_follow_up(young, world.worker, clock.today(), what=STEP[source], source=source)
            made[source], steps[source] = row.id, step.id
    return Told(filled, made, steps)


def in_words(data: bytes) -> str:
    """The text of an answer, also of a workbook."""
    if not is_zipfile(BytesIO(data)):
        return data.decode(errors="replace")
    with ZipFile(BytesIO(data)) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


@dataclass
class Reader:
    """Somebody who opens every page that their role may open; test_access_matrix.py has the others."""

    actor: Actor
    browser: FlaskClient

    def opens(self, app: Flask, endpoint: str) -> bool:
        """Whether there is something to read for this role."""
        access = guard.access_of(app, endpoint)
        return endpoint != "accounts.sign_out" and (access == "public" or self.actor.can(access))


def leaked(app: Flask, told: Told, reader: Reader, allowed: set[str]) -> tuple[set[tuple[str, str]], set[str]]:
    """Where something showed that may not be known here, and everything that showed."""
    wrong, seen = set(), set()
    for endpoint, url in told.addresses(app):
        if not reader.opens(app, endpoint):
            continue
        words = in_words(reader.browser.get(url).data)
        shown = {str(source) for source in Source if NOTE[source] in words or STEP[source] in words}
        seen |= shown
        wrong |= {(endpoint, source) for source in shown - allowed}
    return wrong, seen


def reader(world: World, client_as: Callable[..., FlaskClient], who: str) -> Reader:
    """One of the world with a browser."""
    return Reader(world.actor(getattr(world, who)), client_as(getattr(world, who)))


def test_no_page_or_file_shows_what_its_reader_may_not_know(
    told: Told, app: Flask, world: World, client_as: Callable[..., FlaskClient]
) -> None:
    for who in READERS:
        allowed = MAY_KNOW[who]
        wrong, seen = leaked(app, told, reader(world, client_as, who), allowed)
        assert wrong == set(), who
        assert seen == allowed, who


@pytest.mark.parametrize("who", ["messenger", "coordinator"])
def test_the_database_shows_the_network_no_other_source(told: Told, world: World, who: str) -> None:
    """A plain select, without any scope of the portal; and what is not seen cannot be changed."""
    with db.unit_of_work(on_behalf_of=getattr(world, who).id):
        for table in ("contact", "follow_up"):
            assert set(db.session.scalars(text(f"SELECT source FROM {table}"))) <= MAY_KNOW[who], table
        hidden = [told.contacts[Source.POLICE], told.contacts[Source.CARE]]
        dropped = update(Contact).where(Contact.id.in_(hidden)).values(note="")
        assert db.session.execute(dropped.returning(Contact.id)).all() == []
        db.mark_logged()


def test_the_database_shows_the_messenger_the_others_and_the_worker_all(told: Told, world: World) -> None:
    for who in ("messenger", "worker"):
        with db.unit_of_work(on_behalf_of=getattr(world, who).id):
            notes = text("SELECT source FROM contact WHERE note LIKE 'kanarienotitie-%'")
            assert set(db.session.scalars(notes)) == MAY_KNOW[who], who


def test_a_messenger_who_records_does_not_make_the_last_contact_earlier(told: Told, world: World) -> None:
    """A later one that the messenger may not know of stays the last."""
    young, later = told.filled.own.person, clock.now()
    with db.unit_of_work():
        make_contact(db.session.merge(young), worker=world.worker, at=later, source=Source.POLICE)
    earlier = replace(details(Source.STREET, "Op het plein"), occurred_at=later - timedelta(hours=2))
    with db.unit_of_work(on_behalf_of=world.messenger.id):
        contacts.record(world.actor(world.messenger), person_ids=[young.id], details=earlier, key=new_id())
    with db.unit_of_work():
        assert db.session.get_one(Person, young.id).last_contact_at == later


@pytest.mark.parametrize(("audience", "allowed"), [(Audience.POLICE, {"police"}), (Audience.NOBODY, set())])
def test_whatever_is_made_for_others_shows_only_what_they_may_know(
    told: Told,
    audience: Audience,
    allowed: set[str],
    app: Flask,
    world: World,
    client_as: Callable[..., FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every view and export, as if the police read along: the mark on the endpoint is enough."""
    monkeypatch.setattr(guard, "audience_of", lambda _app, _endpoint: audience)
    for who in ("worker", "messenger") if allowed else ("director",):
        wrong, _seen = leaked(app, told, reader(world, client_as, who), allowed & MAY_KNOW[who])
        assert wrong == set(), who


def test_every_endpoint_is_made_for_somebody(app: Flask) -> None:
    made = {endpoint: guard.audience_of(app, endpoint) for endpoint in app.view_functions}
    assert {endpoint for endpoint, audience in made.items() if audience == Audience.POLICE} == set()
    assert made["accounts.sign_in"] == Audience.NOBODY
    assert made["dossier.on_paper"] == Audience.TEAM


def test_every_source_has_a_rule_and_nothing_is_for_everybody() -> None:
    assert set(RELEASE) == set(Source)
    for rule in RELEASE.values():
        assert rule.law
        assert Audience.NOBODY not in rule.audiences
    assert Audience.NETWORK not in RELEASE[Source.POLICE].audiences
    assert {source for source, rule in RELEASE.items() if Audience.POLICE in rule.audiences} == {Source.POLICE}


def test_a_second_role_widens_nothing(told: Told, world: World) -> None:
    """A messenger who is a youth worker in another team reads the young person of the trajectory as a messenger."""
    with db.unit_of_work():
        db.session.add(
            RoleAssignment(
                user_id=world.messenger.id, team_id=world.zuidoost.id, role=Role.YOUTH_WORKER, valid_from=clock.today()
            )
        )
    both = world.actor(world.messenger)
    assert both.role_names == {Role.CREDIBLE_MESSENGER, Role.YOUTH_WORKER}
    read = {row.contact.note for row in contacts.timeline(both, told.filled.own.person, size=50).rows}
    assert NOTE[Source.STREET] in read
    assert not read & {NOTE[Source.POLICE], NOTE[Source.CARE]}


def test_hidden_contacts_are_not_counted_for_who_may_not_know(told: Told, world: World) -> None:
    person = told.filled.own.person
    before = db.session.scalar(select(contacts.hidden_contacts(world.actor(world.messenger), person)))
    with db.unit_of_work():
        young = db.session.merge(told.filled.own.person)
        make_contact(young, worker=world.worker, source=Source.POLICE, confidentiality=Confidentiality.TEAM)
    assert db.session.scalar(select(contacts.hidden_contacts(world.actor(world.messenger), person))) == before


def details(source: Source, note: str) -> Details:
    return Details(
        Channel.PHONE, Result.REACHED, ContactPurpose.HELP, clock.now(), note=note, source=source,
        confidentiality=Confidentiality.CASE_TEAM,
    )  # fmt: skip


def test_a_messenger_cannot_write_down_what_they_may_not_know(told: Told, world: World) -> None:
    with pytest.raises(Invalid) as refused, db.unit_of_work():
        contacts.record(
            world.actor(world.messenger),
            person_ids=[told.filled.own.person.id],
            details=details(Source.POLICE, "van de wijkagent"),
            key=new_id(),
        )
    assert set(refused.value.errors) == {"source"}


def test_the_step_out_of_a_contact_has_its_source_also_after_a_change(told: Told, world: World) -> None:
    actor, person_id = world.actor(world.worker), told.filled.own.person.id
    with db.unit_of_work():
        made = contacts.record(
            actor,
            person_ids=[person_id],
            details=details(Source.STREET, ""),
            key=new_id(),
            follow_up=contacts.Next(clock.today(), "Terugbellen"),
        ).contact
        contact_id, version = made.id, made.version
    with db.unit_of_work():
        contacts.change(actor, contact_id, person_ids=[person_id], details=details(Source.POLICE, ""), version=version)
    with db.unit_of_work():
        steps = contacts.read(actor, contact_id).follow_ups
        assert [step.source for step in steps] == [Source.POLICE]


def test_a_correction_of_the_source_keeps_both_and_shows_no_earlier_version_to_a_messenger(
    told: Told, world: World
) -> None:
    contact_id = told.contacts[Source.POLICE]
    with db.unit_of_work():
        row = db.session.get_one(Contact, contact_id)
        row.occurred_at = clock.now() - MAX_AGE
        record(system("test"), Action.UPDATE, Subject("contact", contact_id))
    with db.unit_of_work():
        row = db.session.get_one(Contact, contact_id)
        correcting.correct(
            world.actor(world.worker),
            contact_id,
            version=row.version,
            changes={"source": Source.STREET, "note": "Zelf verteld."},
            reason="Hij vertelde het zelf, niet de wijkagent.",
        )
    with db.unit_of_work():
        (made,) = contacts.read(world.actor(world.director), contact_id).corrections
        assert (made.correction.before["source"], made.correction.after["source"]) == ("police", "street")
        page = contacts.read(world.actor(world.messenger), contact_id)
        assert page.contact.note == "Zelf verteld."
        assert page.corrections == []
