"""A second director, a team elsewhere, and a young person of the worker."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from portal.accounts.models import User
from portal.core import db
from portal.in_view.models import YouthInView
from portal.people.models import Person
from portal.privacy.permissions import Role
from tests.factories import World, in_view, people
from tests.factories.world import user


@dataclass
class Cast:
    """Who take part."""

    world: World
    second: User  # director of the same team
    elsewhere: User  # director of the other team
    young: Person
    view: YouthInView  # active


@pytest.fixture
def cast(world: World) -> Cast:
    """Yassine is in view since today, on the word of the director."""
    with db.unit_of_work():
        second = user("Bram Proef", world.city, world.noord, Role.JV_DIRECTOR)
        elsewhere = user("Zita Proef", world.city, world.zuidoost, Role.JV_DIRECTOR)
        young = people.person(world.noord, "Yassine Merelveld", worker=world.worker)
        view = in_view.active(young, world.worker, world.director)
    return Cast(world, second, elsewhere, young, view)
