"""A next step for many young people: each with the rights and the log of one, and taken back by who planned it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.contacts.models import FollowUp
from portal.core import clock, db
from portal.privacy.models import AccessEvent, Action
from tests.factories import World, people

Client = Callable[..., FlaskClient]


def test_a_director_plans_for_many_and_takes_one_back(world: World, client_as: Client) -> None:
    with db.unit_of_work():
        mine = [people.person(world.noord, f"Kind Noord{n}", worker=world.worker) for n in range(2)]
        alone, far = people.person(world.noord, "Kind Alleen"), people.person(world.zuidoost, "Kind Ver")
    ids = [str(each.id) for each in (*mine, alone, far)]
    browser = client_as(world.director)
    asked = unescape(browser.post("/jongeren/vervolg-plannen", data={"person": ids}).text)
    assert "Kind Ver" not in asked
    day = clock.today() + timedelta(days=3)
    answers = {"person": ids, "what": "Bel over de open dag", "on": "other", "on-other": day.isoformat()}
    page = unescape(browser.post("/jongeren/vervolg-plannen", data=answers).text)
    assert "Voor 2 jongeren gepland" in page
    assert "Bij 2 jongeren ging het niet" in page
    assert "Kind Ver" not in page
    with db.unit_of_work():
        rows = db.session.scalars(select(FollowUp).order_by(FollowUp.id)).all()
        assert {row.person_id for row in rows} == {each.id for each in mine}
        assert {(row.assignee_id, row.due_on, row.created_by) for row in rows} == {
            (world.worker.id, day, world.director.id)
        }
        logged = select(AccessEvent.subject_id).where(
            AccessEvent.subject_type == "follow_up", AccessEvent.action == Action.CREATE
        )
        assert set(db.session.scalars(logged)) == {row.id for row in rows}
    again = unescape(browser.post("/jongeren/vervolg-plannen", data=answers).text)
    assert "Bij 4 jongeren ging het niet" in again
    assert "Dit staat al op de lijst van de begeleider." in again
    with db.unit_of_work():
        assert len(db.session.scalars(select(FollowUp.id)).all()) == 2, "a form that is sent twice"
    back = re.findall(r"/vervolg/[0-9a-f-]+/terugdraaien", page)
    assert len(back) == 2
    assert client_as(world.worker).post(back[0]).status_code == 403
    assert browser.post(back[0]).status_code == 303
    assert browser.post(back[0]).status_code == 409
    with db.unit_of_work():
        assert sorted(db.session.scalars(select(FollowUp.status))) == ["cancelled", "open"]


def test_who_does_not_direct_plans_for_nobody(world: World, client_as: Client) -> None:
    with db.unit_of_work():
        young = people.person(world.noord, worker=world.worker)
    for who in ("worker", "coordinator", "manager", "messenger"):
        answer = client_as(getattr(world, who)).post("/jongeren/vervolg-plannen", data={"person": [str(young.id)]})
        assert answer.status_code == 403
