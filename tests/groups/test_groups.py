"""Youth groups: a code and no members; who reads and who keeps the register."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

import pytest
from flask.testing import FlaskClient

from portal.core import db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.groups import service
from portal.groups.models import AgeBand, SizeBand, YouthGroup
from portal.groups.service import Details
from tests.factories import World, places

Client = Callable[..., FlaskClient]


def details(*area_codes: str) -> Details:
    return Details(area_codes, SizeBand.UP_TO_10, AgeBand.FROM_14)


def test_codes_follow_each_other_per_stadsdeel_and_year(world: World, freeze: Callable[[datetime], None]) -> None:
    actor = world.actor(world.director)
    made = []
    for year, area in ((2026, "NA"), (2026, "NB"), (2026, "TA"), (2027, "N")):
        freeze(datetime(year, 3, 2, 9, tzinfo=UTC))
        with db.unit_of_work():
            made.append(service.create(actor, team_id=world.noord.id, details=details(area)).code)
    assert made == ["N-2026-01", "N-2026-02", "T-2026-01", "N-2027-01"]


def test_a_group_has_no_place_for_names_or_members() -> None:
    texts = {column.name for column in YouthGroup.__table__.columns if not column.foreign_keys}
    stamps = {"id", "created_at", "created_by", "updated_at", "updated_by", "version"}
    assert texts - stamps == {"code", "area_codes", "size_band", "age_band", "online", "fluid"}


def test_the_director_keeps_and_the_team_reads(world: World) -> None:
    worker, director = world.actor(world.worker), world.actor(world.director)
    with db.unit_of_work():
        near, far = places.group(world.noord), places.group(world.zuidoost, "T-2026-01", area="TA")
    with db.unit_of_work():
        assert [row.id for row in service.listing(worker).rows] == [near.id]
        for actor, group_id in ((worker, near.id), (director, far.id)):
            with pytest.raises(NotFound):
                service.kept(actor, group_id)
        with pytest.raises(Forbidden):
            service.create(worker, team_id=world.noord.id, details=details("NA"))
        with pytest.raises(Invalid):
            service.create(director, team_id=world.noord.id, details=details("Onbekend"))


def test_a_director_registers_a_group(world: World, client_as: Client) -> None:
    browser = client_as(world.director)
    assert "Nog geen groepen" in browser.get("/groepen").text
    form = {"team_id": str(world.noord.id), "area_codes": "NA", "size_band": "6_10", "age_band": "14_15", "fluid": "1"}
    answer = browser.post("/groepen/nieuw", data=form)
    page = unescape(browser.get(answer.location).text)
    assert "6 tot en met 10" in page
    assert "Groep N-" in page
    assert browser.post("/groepen/nieuw", data=form | {"area_codes": ""}).status_code == 422
