"""Loading: once, again, and a week later over what a visitor did."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Engine, func, select, text, update

from portal.accounts.models import User
from portal.contacts.models import FollowUp
from portal.core import db, sealing
from portal.demo import guests
from portal.demo.city import ACCOUNTS
from portal.demo.dataset import ORDER
from portal.demo.load import NotADemo, Outcome, load
from portal.people.models import Person
from portal.privacy.models import AccessEvent, Action
from portal.trajectories.models import Trajectory
from tests.copies import Copies

ROOT = Path(__file__).parents[2]
FIRST, LATER = date(2026, 11, 22), date(2026, 11, 29)
PASSWORD = "een-wachtwoord-voor-de-test"


def loaded(today: date = FIRST) -> Outcome:
    """Load the demo of seed 1."""
    return load(seed=1, password=PASSWORD, today=today, demo=True)


def ids(engine: Engine) -> dict[str, set[object]]:
    """The primary keys of every demo table, as the superuser sees them."""
    with engine.connect() as connection:
        return {
            name: set(connection.execute(text(f"SELECT {_key(name)} FROM {name}")).scalars().all()) for name in ORDER
        }


def _key(name: str) -> str:
    return {
        "team_area": "team_id || area_code",
        "messenger_area": "messenger_id || area_code",
        "contact_participant": "contact_id::text || person_id::text",
        "appointment_participant": "appointment_id::text || person_id::text",
        "appointment_colleague": "appointment_id::text || user_id::text",
    }.get(name, "id")


def everything(engine: Engine) -> dict[str, str]:
    """A fingerprint of the content of every demo table."""
    with engine.connect() as connection:
        return {
            name: connection.scalar(text(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"))
            for name in ORDER
        }


def test_loading_makes_a_usable_demo_and_loading_again_changes_nothing(
    app: Flask, admin_engine: Engine, copies: Copies
) -> None:
    assert copies.of(loaded, "demo").added["person"] > 400
    _is_usable()
    before = everything(admin_engine)
    assert not loaded().added
    assert not load(seed=1, password=PASSWORD, today=FIRST, demo=True, again=True).changed
    assert everything(admin_engine) == before


def _is_usable() -> None:
    """The accounts open, telephone numbers unseal, and every young person is in the access log."""
    with db.unit_of_work():
        for login in (guests.LOGIN, *(login for login, *_ in ACCOUNTS)):
            stored = db.session.scalars(select(User.password_hash).where(User.login == login)).one()
            assert PasswordHasher().verify(stored or "", PASSWORD)
        assert db.session.scalar(select(func.count()).where(User.password_hash.is_not(None))) == len(ACCOUNTS) + 1
        person = db.session.scalars(select(Person).where(Person.status == "open").limit(1)).one()
        phone = sealing.unseal(person.phone_sealed or b"", table="person", column="phone_sealed", row_id=person.id)
        assert phone.startswith("06 00 ")
        met = select(func.count()).where(Person.status == "open", Person.last_contact_at.is_not(None))
        assert 380 <= (db.session.scalar(met) or 0) <= 400
        logged = select(func.count()).where(
            AccessEvent.actor_name == "system:demo",
            AccessEvent.action == Action.CREATE,
            AccessEvent.subject_type == "person",
        )
        assert db.session.scalar(logged) == db.session.scalar(select(func.count()).select_from(Person))


def test_a_week_later_the_story_goes_on_around_what_a_visitor_did(
    app: Flask, admin_engine: Engine, copies: Copies
) -> None:
    copies.of(loaded, "demo")
    before = ids(admin_engine)
    kept = _visit()
    later = loaded(LATER)
    after = ids(admin_engine)
    assert all(before[name] <= after[name] for name in ORDER)
    assert later.added["contact"] > 50
    assert later.moved["follow_up"] > 20
    assert later.moved["appointment"] > 20
    with db.unit_of_work():
        person = db.session.get_one(Person, kept["person"])
        assert (person.given_name, person.version) == ("Zelfgekozen", 2)
        assert db.session.get_one(FollowUp, kept["follow_up"]).status == "cancelled"
        assert db.session.get_one(Trajectory, kept["trajectory"]).status == "requested"
        late = select(func.count()).where(FollowUp.status == "open", FollowUp.due_on < LATER)
        assert (db.session.scalar(late) or 0) < 70


def _visit() -> dict[str, object]:
    """A visitor edits a young person, cancels a follow-up and keeps a request that the story would refuse."""
    with db.unit_of_work():
        db.mark_logged()
        person = db.session.scalars(select(Person.id).where(Person.status == "open").limit(1)).one()
        due = select(FollowUp.id).where(FollowUp.status == "open", FollowUp.kind == "contact", FollowUp.due_on < FIRST)
        follow_up = db.session.scalars(due.limit(1)).one()
        asked = select(Trajectory.id).where(Trajectory.status == "requested").order_by(Trajectory.requested_at).limit(1)
        trajectory = db.session.scalars(asked).one()
        touched = {"version": 2}
        db.session.execute(update(Person).where(Person.id == person).values(given_name="Zelfgekozen", **touched))
        db.session.execute(update(FollowUp).where(FollowUp.id == follow_up).values(status="cancelled", **touched))
        db.session.execute(update(Trajectory).where(Trajectory.id == trajectory).values(**touched))
    return {"person": person, "follow_up": follow_up, "trajectory": trajectory}


def test_refused_outside_a_demo(app: Flask) -> None:
    with pytest.raises(NotADemo):
        load(seed=1, password=PASSWORD, today=FIRST, demo=False)


@pytest.mark.parametrize(
    ("change", "message"), [({"DEMO": "0"}, "DEMO=1"), ({"DEMO_PASSWORD": ""}, "DEMO_PASSWORD is empty")]
)
def test_the_command_says_why_it_refuses(app: Flask, change: dict[str, str], message: str) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | change, capture_output=True, text=True)
    assert done.returncode == 1
    assert message in done.stderr
    with db.unit_of_work():
        assert db.session.scalar(select(func.count()).select_from(User)) == 0
