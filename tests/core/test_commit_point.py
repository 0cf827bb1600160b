"""One commit point: status decides, evidence survives, messages leave only after the commit."""

from __future__ import annotations

import os
from datetime import date

import pytest
import redis
from flask import Flask
from sqlalchemy import func, select, text, update

from portal.core import db
from portal.core.db import UnloggedChange
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.models import AccessEvent, Action
from tests.factories import World


def _person(world: World, name: str = "Proef") -> Person:
    return Person(
        team_id=world.noord.id,
        pseudonym=f"P-{name[:6].upper()}",
        given_name=name,
        birth_date=date(2010, 1, 1),
        sort_key=name.casefold(),
        search_text=name.casefold(),
    )


def test_a_change_to_personal_data_without_a_log_row_is_refused(world: World) -> None:
    with pytest.raises(UnloggedChange), db.unit_of_work():
        db.session.add(_person(world))
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_bulk_change_without_a_log_row_is_refused_too(world: World) -> None:
    with db.unit_of_work():
        db.session.add(_person(world))
        access_log.record(world.actor(world.worker), Action.CREATE, Subject("person"))
    with pytest.raises(UnloggedChange), db.unit_of_work():
        db.session.execute(update(Person).values(given_name="Anders"))
    assert db.session.scalar(select(Person.given_name)) == "Proef"


def test_the_log_row_is_written_in_the_same_transaction(world: World) -> None:
    with pytest.raises(ZeroDivisionError), db.unit_of_work():
        db.session.add(_person(world))
        access_log.record(world.actor(world.worker), Action.CREATE, Subject("person"))
        _ = 1 / 0
    assert db.session.scalar(select(func.count()).select_from(AccessEvent)) == 0


def test_a_denial_survives_the_roll_back(world: World) -> None:
    actor = world.actor(world.worker)
    with pytest.raises(ZeroDivisionError), db.unit_of_work():
        access_log.record_denied(actor, Subject("person", world.noord.id))
        _ = 1 / 0
    assert db.session.scalar(select(AccessEvent.result)) == "denied"


def _waiting_messages() -> int:
    broker = redis.Redis.from_url(os.environ["BROKER_URL"])
    try:
        return int(broker.llen("celery"))
    finally:
        broker.close()


def test_messages_leave_after_the_commit_and_never_without_it(app: Flask) -> None:
    before = _waiting_messages()
    with pytest.raises(ZeroDivisionError), db.unit_of_work():
        db.enqueue("tasks.reminders.tick")
        _ = 1 / 0
    assert _waiting_messages() == before
    with db.unit_of_work():
        db.enqueue("tasks.reminders.tick")
        assert _waiting_messages() == before
    assert _waiting_messages() == before + 1


def test_the_access_log_refuses_change_and_removal_by_every_role(world: World, admin_engine) -> None:
    with db.unit_of_work():
        access_log.record(world.actor(world.worker), Action.READ, Subject("person"))
    for statement in ("UPDATE access_event SET actor_name = 'x'", "DELETE FROM access_event", "TRUNCATE access_event"):
        with admin_engine.connect() as owner, pytest.raises(Exception, match="insert-only"):
            owner.execute(text(statement))
        with pytest.raises(Exception, match="permission denied"):
            db.session.execute(text(statement))
        db.session.rollback()
