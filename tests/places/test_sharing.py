"""Partners read what a director shared with them, for as long as that lasts, and nothing of who of us was there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.places import service
from portal.places.models import LocationShare, Observation
from portal.places.service import Filters
from portal.privacy.models import AccessEvent
from portal.privacy.permissions import Role
from tests.factories import World, places
from tests.factories.world import user

Freeze = Callable[[datetime], None]
Client = Callable[..., FlaskClient]
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def partner(world: World, freeze: Freeze) -> User:
    freeze(MONDAY)
    with db.unit_of_work():
        return user("Esther Proef", world.city, world.network, Role.EXTERNAL_PARTNER)


def test_a_director_shares_a_place_for_a_time(world: World, partner: User, freeze: Freeze) -> None:
    director, guest = world.actor(world.director), world.actor(partner)
    until = clock.today() + timedelta(days=30)
    with db.unit_of_work():
        place, other = (places.location(world.noord, world.worker, name) for name in ("Park een", "Park twee"))
        with pytest.raises(NotFound):
            service.share(world.actor(world.worker), place.id, user_id=partner.id, until=until)
        with pytest.raises(Invalid):
            service.share(director, place.id, user_id=world.worker.id, until=until)
        with pytest.raises(Invalid):
            service.share(director, place.id, user_id=partner.id, until=until + timedelta(days=370))
        first = service.share(director, place.id, user_id=partner.id, until=until)
        again = service.share(director, place.id, user_id=partner.id, until=until)
        assert first.ended_at is not None
        assert [row.id for row in service.shares(director, place)] == [again.id]
        assert service.shares(world.actor(world.worker), place) == []
        assert [row.id for row in service.listing(guest, Filters()).rows] == [place.id]
        with pytest.raises(NotFound):
            service.get(guest, other.id)
    freeze(MONDAY + timedelta(days=31))
    with db.unit_of_work():
        assert service.listing(guest, Filters()).rows == []
        service.stop_sharing(director, again.id)
        with pytest.raises(Conflict):
            service.stop_sharing(director, again.id)


def test_the_wall_says_the_same(world: World, partner: User) -> None:
    with db.unit_of_work():
        near, far = places.location(world.noord, world.worker), places.location(world.zuidoost, world.stranger)
        seen = places.observation(near, world.worker).id
        places.observation(far, world.stranger)
        share = places.shared(near, partner)
    with db.unit_of_work(on_behalf_of=partner.id):
        assert list(db.session.scalars(select(Observation.id))) == [seen]
        assert list(db.session.scalars(select(LocationShare.id))) == [share.id]
    with db.unit_of_work():
        db.session.merge(share).ended_at = clock.now()
    with db.unit_of_work(on_behalf_of=partner.id):
        assert list(db.session.scalars(select(Observation.id))) == []


def test_a_partner_sees_the_place_and_none_of_us(world: World, partner: User, client_as: Client) -> None:
    with db.unit_of_work():
        place = places.location(world.noord, world.worker)
        places.observation(place, world.colleague)
    path, director, guest = f"/locaties/{place.id}", client_as(world.director), client_as(partner)
    assert "Deelt een team een plek met je" in guest.get("/locaties").text
    assert guest.get(path).status_code == 404
    assert "Esther Proef" in director.get(f"{path}/delen").text
    form = {"user_id": str(partner.id), "until": (clock.today() + timedelta(days=30)).isoformat()}
    assert director.post(f"{path}/delen", data=form).status_code == 303
    assert "Esther Proef" in unescape(director.get(path).text)
    assert "Esther Proef" not in unescape(client_as(world.worker).get(path).text)
    for page in (path, "/locaties"):
        shown = unescape(guest.get(page).text)
        assert place.name in shown
        assert not [name for name in (world.worker.name, world.colleague.name) if name in shown]
    assert "Jongeren: 1" in unescape(guest.get(path).text)
    assert guest.get(f"{path}/langs-geweest").status_code == 403
    with db.unit_of_work():
        logged = db.session.scalars(
            select(AccessEvent.action).where(AccessEvent.actor_id == partner.id, AccessEvent.subject_id == place.id)
        ).all()
    assert {"read", "list"} <= set(logged)
