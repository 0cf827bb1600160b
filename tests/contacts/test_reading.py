"""Timelines, what is hidden from whom, and words for everything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.contacts import labels, service
from portal.contacts.models import Channel, Confidentiality, ContactPurpose, FollowUpStatus, Result
from portal.core import db
from portal.core.errors import NotFound
from portal.people import service as people
from portal.people.models import Person
from tests.factories import World
from tests.factories import contacts as make
from tests.factories.people import person

NOW = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)


def notes(world: World, who: str, p: Person, **more) -> list[str]:
    with db.unit_of_work():
        return [m.contact.note for m in service.timeline(world.actor(getattr(world, who)), p, **more).rows]


def test_a_timeline_is_walked_page_by_page_without_gaps_or_repeats(world: World, one: Person) -> None:
    with db.unit_of_work():
        for n in range(7):
            make.contact(one, worker=world.worker, at=NOW - timedelta(days=n // 2), note=str(n))
    actor, seen, cursor = world.actor(world.worker), [], None
    for _ in range(3):
        with db.unit_of_work():
            page = service.timeline(actor, one, cursor=cursor, size=3)
        seen += [m.contact for m in page.rows]
        cursor = page.next_cursor
    assert cursor is None
    assert sorted(c.note for c in seen) == [str(n) for n in range(7)]
    assert [c.occurred_at for c in seen] == sorted((c.occurred_at for c in seen), reverse=True)


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIiwgImIiXQ", "../../etc/passwd"])
def test_a_strange_cursor_is_not_found(world: World, one: Person, cursor: str) -> None:
    with pytest.raises(NotFound):
        notes(world, "worker", one, cursor=cursor)


def test_each_reads_what_is_meant_for_them_and_the_rest_is_a_number(world: World, one: Person) -> None:
    with db.unit_of_work():
        trajectory = make.open_to_messenger(one, world)
        make.contact(one, worker=world.worker, note="team")
        make.contact(one, worker=world.worker, note="casusteam", confidentiality=Confidentiality.CASE_TEAM)
        of_trajectory = make.contact(one, worker=world.messenger, note="traject")
        of_trajectory.trajectory_id = trajectory.id
    everything = {"team", "casusteam", "traject"}
    expected = {
        "worker": everything,
        "director": {"casusteam"},
        "coordinator": {"casusteam", "traject"},
        "messenger": {"casusteam", "traject"},
        "colleague": set(),
        "stranger": set(),
    }
    assert {who: set(notes(world, who, one)) for who in expected} == expected
    hidden = {}
    for who in expected:
        with db.unit_of_work():
            hidden[who] = db.session.scalar(select(service.hidden_contacts(world.actor(getattr(world, who)), one)))
    assert hidden == {"worker": 0, "director": 2, "coordinator": 1, "messenger": 1, "colleague": 0, "stranger": 0}


def test_a_contact_with_two_shows_each_reader_only_their_own(world: World, one: Person) -> None:
    with db.unit_of_work():
        other = person(world.noord, "Noor Voorbeeld", worker=world.colleague)
        contact = make.contact(one, other, worker=world.worker)
    with db.unit_of_work():
        page = service.read(world.actor(world.colleague), contact.id)
    assert ([p.name for p in page.people], page.others) == (["Noor V."], 1)


def test_an_open_follow_up_keeps_a_dossier_open_and_is_its_next_step(world: World, one: Person) -> None:
    with db.unit_of_work():
        row = make.follow_up(one, world.worker, NOW.date(), what="Bellen")
        make.follow_up(one, world.worker, NOW.date() + timedelta(3), what="Later")
    actor = world.actor(world.worker)
    with db.unit_of_work():
        assert people.blockers(one.id)
        assert people.listing(actor, filters=people.Filters()).rows[0].next_step == people.NextStep(
            "Bellen", row.due_on
        )
        assert service.to_do.next_steps(world.actor(world.stranger), [one.id]) == {}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (labels.CHANNEL, Channel), (labels.CHANNEL_ICON, Channel), (labels.RESULT, Result),
        (labels.RESULT_ICON, Result), (labels.PURPOSE, ContactPurpose), (labels.READERS, Confidentiality),
        (labels.CONFIDENTIALITY, Confidentiality), (labels.FOLLOW_UP_STATUS, FollowUpStatus),
    ],
)  # fmt: skip
def test_everything_has_a_word(words, kind) -> None:
    assert set(words) == set(kind)
