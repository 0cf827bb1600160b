"""Saved filters: everybody's own, with codes only, and the list opens with the one that was chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import db
from portal.core.errors import Invalid, NotFound
from portal.filters import service
from portal.filters.models import SavedFilter
from tests.factories import World
from tests.factories.filters import saved_filter

PAGE = "people.index"


def test_only_what_narrows_the_list_is_kept(world: World) -> None:
    with db.unit_of_work():
        made = service.save(
            world.actor(world.worker), PAGE, name="Lang", query="q=Yassine&contact=long&status=&after=x&status=open"
        )
        assert made.query == "contact=long&status=open"
        with pytest.raises(Invalid):
            service.save(world.actor(world.worker), PAGE, name="Leeg", query="q=Yassine")


def test_one_filter_at_most_is_the_beginning(world: World) -> None:
    actor = world.actor(world.worker)
    for name in ("a", "b"):
        with db.unit_of_work():
            service.save(actor, PAGE, name=name, query=f"area={name}", is_standard=True)
    with db.unit_of_work():
        assert [(one.name, one.is_standard) for one in service.of(actor, PAGE)] == [("a", False), ("b", True)]
        assert service.standard(service.of(actor, PAGE)) == "area=b"


def test_nobody_meets_a_filter_of_somebody_else(world: World) -> None:
    with db.unit_of_work():
        other = saved_filter(world.colleague)
    actor = world.actor(world.worker)
    with db.unit_of_work():
        assert service.of(actor, PAGE) == []
        for step in (lambda: service.forget(actor, other.id), lambda: service.set_standard(actor, other.id, True)):
            with pytest.raises(NotFound):
                step()


def test_there_is_an_end_to_how_many(world: World) -> None:
    actor = world.actor(world.worker)
    with db.unit_of_work():
        for number in range(service.MOST):
            service.save(actor, PAGE, name=str(number), query="contact=long")
        with pytest.raises(Invalid):
            service.save(actor, PAGE, name="nog een", query="contact=long")


def test_from_the_list_and_back(world: World, client_as: Callable[..., FlaskClient]) -> None:
    client = client_as(world.worker)
    assert "Filter bewaren" in client.get("/jongeren?contact=long").text
    form = {"page": PAGE, "query": "contact=long"}
    assert client.post("/filters", data=form).status_code == 200
    assert client.post("/filters", data=form | {"name": ""}).status_code == 422
    sent = client.post("/filters", data=form | {"name": "Te lang stil", "is_standard": "1"})
    assert sent.location == "/jongeren?contact=long"
    twice = client.post("/filters", data=form | {"name": "Te lang stil"})
    assert (twice.status_code, "Zo heet al een filter" in twice.text) == (422, True)
    assert client.get("/jongeren").location == "/jongeren?contact=long"
    assert "Te lang stil" in client.get("/jongeren?alles=1").text
    with db.unit_of_work():
        made = db.session.scalars(select(SavedFilter)).one()
    assert client.post(f"/filters/{made.id}", data={"what": "ordinary"}).status_code == 303
    assert client.get("/jongeren").status_code == 200
    assert client.post(f"/filters/{made.id}", data={"what": "forget"}).location == "/jongeren?alles=1"
    assert client.post("/filters", data={"page": "accounts.me", "query": "a=b", "name": "x"}).status_code == 404
