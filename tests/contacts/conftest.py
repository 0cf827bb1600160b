"""A young person of the worker, on the day of these tests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.core import db
from portal.people.models import Person
from tests.factories import World
from tests.factories.people import person


@pytest.fixture
def one(world: World, freeze) -> Person:
    freeze(datetime(2026, 11, 24, 13, 30, tzinfo=UTC))  # a Tuesday
    with db.unit_of_work():
        return person(world.noord, worker=world.worker, phone="06 12345678")
