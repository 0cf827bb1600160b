"""A page costs the same number of queries with little in the portal and with much, and at most twelve; none of them
ranks young people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.accounts import sessions
from portal.contacts.models import Confidentiality
from portal.core import clock, db
from portal.core.ids import new_id
from portal.reminders.models import Dispatch, DispatchState, Notification, Reminder
from portal.talks.models import Talk, TalkStatus
from portal.trajectories.models import TrajectoryStatus
from tests.architecture.asking import asked
from tests.architecture.test_privacy_guards import KEYS, orders
from tests.architecture.test_routes import ROLES
from tests.factories import World, appointments, contacts, people, talks, trajectories
from tests.factories.filled import Filled
from tests.factories.world import user

MOST = 12
LITTLE, MUCH = range(1), range(1, 12)
LED_AWAY = {"home.start", "reminders.open_notice"}  # nobody looks at anything there


def enlarge(world: World, filled: Filled, numbers: range) -> None:
    """More of everything, one per number: in the dossier that is opened, around it, and in the other team."""
    with db.unit_of_work():
        young = filled.own.person
        for n in numbers:
            at = clock.now() - timedelta(days=n)
            contacts.contact(
                young, worker=world.worker, at=at, note=f"Notitie {n}", confidentiality=Confidentiality.CASE_TEAM
            )
            contacts.follow_up(young, world.worker, clock.today() + timedelta(days=n - 3))
            people.related(young, f"Familie {n}")
            start = clock.now() + timedelta(minutes=40 * n)
            appointments.appointment(young, owner=world.worker, at=start, colleagues=[world.colleague])
            user(f"Nieuw{n} Proef", world.foundation, world.noord, "youth_worker", login=f"nieuw{n}")
            sessions.start(db.session.merge(world.worker))
            talks.note(db.session.get_one(Talk, filled.own.ids["talk_id"]), world.manager)
            talks.agreement(db.session.get_one(Talk, filled.own.ids["talk_id"]))
            held = clock.today() - timedelta(days=n)
            talks.talk(world.noord.id, world.worker, world.manager, status=TalkStatus.HELD, day=held)
            for team, worker in ((world.noord, world.worker), (world.zuidoost, world.stranger)):
                more = people.person(team, f"Meer{n} Voorbeeld", worker=worker, aliases=("Een", "Twee"))
                contacts.contact(young, more, worker=world.worker, at=at) if team is world.noord else None
                contacts.follow_up(more, worker, clock.today() + timedelta(days=n - 3))
                appointments.appointment(more, owner=worker, at=start)
        _notices(world, filled, numbers)
    for n in numbers[:3]:
        _trajectories(world, n)


def _notices(world: World, filled: Filled, numbers: range) -> None:
    for who in ROLES:
        for n in numbers:
            recipient, today = getattr(world, who), clock.today()
            sent = Dispatch(
                id=new_id(), occurrence_key=f"{recipient.id}|{n}", recipient_id=recipient.id,
                state=DispatchState.DEAD, slot_on=today, not_before=clock.now(), settled_at=clock.now(),
            )  # fmt: skip
            made = Reminder(
                id=new_id(), rule_code="R04", object_type="follow_up", object_id=new_id(),
                person_id=filled.own.person.id, team_id=filled.own.person.team_id, recipient_id=recipient.id,
                due_on=today, dispatch_id=sent.id,
            )  # fmt: skip
            db.session.add(sent)
            db.session.flush()
            db.session.add(made)
            db.session.flush()
            db.session.add(Notification(reminder_id=made.id, recipient_id=recipient.id))


def _trajectories(world: World, n: int) -> None:
    """In several states, with a messenger of their own, so that no page may ask per messenger."""
    with db.unit_of_work():
        other = trajectories.messenger(world.network, f"Messenger{n} Proef", areas=("N", "T"))
    for state in (TrajectoryStatus.REQUESTED, TrajectoryStatus.MATCH_PROPOSED, TrajectoryStatus.ACTIVE):
        trajectories.trajectory(world, state, name=f"Traject{n} Voorbeeld", with_messenger=other)


def measure(app: Flask, browser: FlaskClient, url: str) -> tuple[int, int]:
    """Status of a page, and what it cost."""
    with browser:
        answer = browser.get(url)
        return answer.status_code, int(g.queries)


def test_pages_cost_a_constant_number_of_queries(
    app: Flask,
    world: World,
    filled: Filled,
    client_as: Callable[..., FlaskClient],
    freeze: Callable[[datetime], None],
) -> None:
    freeze(clock.now())  # else a slow run also counts the sign of life that a session leaves now and then
    enlarge(world, filled, LITTLE)
    browsers = {role: client_as(getattr(world, role)) for role in ROLES}
    pages = [(role, url) for role, endpoint, url in asked(app, world, filled) if endpoint not in LED_AWAY]
    for url, role in {url: role for role, url in pages}.items():
        measure(app, browsers[role], url)  # what is read once per process
    few = {(role, url): measure(app, browsers[role], url) for role, url in pages}
    enlarge(world, filled, MUCH)
    seen = [page for page, (status, _spent) in few.items() if status == 200]  # a refusal looks at no records
    with ordered() as by:
        many = few | {(role, url): measure(app, browsers[role], url) for role, url in seen}
        browsers["worker"].get("/jongeren?sort=contact")
    assert {page: (few[page], many[page]) for page in many if few[page] != many[page]} == {}
    assert {page: spent for page, (_status, spent) in many.items() if spent > MOST} == {}
    opened = {role: sum(status == 200 for (who, _), (status, _) in many.items() if who == role) for role in ROLES}
    assert min(opened.values()) >= 2, opened
    assert opened["worker"] >= 50, opened
    assert {key for key in by if "sort_key" in key}, "no list was ordered"
    assert [key for key in by if not KEYS.match(key)] == [], "a page ranks young people"


@contextmanager
def ordered() -> Iterator[set[str]]:
    """By what the statements within order young people."""
    keys: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        keys.update(orders(statement))

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        yield keys
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
