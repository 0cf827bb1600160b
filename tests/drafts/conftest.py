"""A young person to write about, and forms with their token."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.core import db
from portal.people.models import Person
from tests.factories import World
from tests.factories.people import person


@pytest.fixture
def boy(world: World) -> Person:
    with db.unit_of_work():
        return person(world.noord, "Yassine Merelveld", worker=world.worker)


@pytest.fixture
def csrf(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False
