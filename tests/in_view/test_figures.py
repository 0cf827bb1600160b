"""RPT-05: stock and flow add up on any day, and a view that was emptied still counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from portal.core import clock, db
from portal.core.errors import Forbidden
from portal.in_view import figures
from portal.in_view.models import ViewEndReason, ViewStatus
from portal.privacy.actor import Actor
from tests.factories import in_view, people
from tests.in_view.conftest import Cast


def counted(actor: Actor, cast: Cast, first: date, last: date) -> figures.Counted:
    """The figures of the team, as this actor counts."""
    with db.unit_of_work(on_behalf_of=actor.user_id):
        return figures.count(actor, [cast.world.noord.id], first, last)[cast.world.noord.id]


def test_stock_and_flow_add_up(cast: Cast, freeze: Callable[[datetime], None]) -> None:
    begun, manager = clock.today(), cast.world.actor(cast.world.manager)
    with db.unit_of_work():
        young = people.person(cast.world.noord, "Bilal Spreeuwdal", worker=cast.world.worker)
        other = in_view.active(young, cast.world.worker, cast.world.director)
        third = people.person(cast.world.noord, "Noor Roerdomp", worker=cast.world.worker)
        in_view.step(in_view.proposed(third, cast.world.worker), cast.world.director, in_view.Event.REJECT)
    freeze(clock.day_start(begun + timedelta(days=40)) + timedelta(hours=12))
    with db.unit_of_work():
        in_view.bring_to(cast.view, ViewStatus.UNDER_OBJECTION, director=cast.world.director)
        in_view.step(cast.view, cast.second, in_view.Event.UPHOLD)
        in_view.step(other, cast.second, in_view.Event.REVIEW, youth_voice="Ik wil door.")
    before = counted(manager, cast, begun - timedelta(days=1), begun - timedelta(days=1))
    whole = counted(manager, cast, begun, clock.today())
    assert before.stock == 0
    assert (whole.inflow, whole.outflow, whole.stock) == (2, 1, 1)  # never decided is no inflow
    assert before.stock + whole.inflow - whole.outflow == whole.stock
    assert whole.reasons == {ViewEndReason.OBJECTION_UPHELD: 1}  # emptied, and counted
    assert whole.median_days is None  # of one it would be known
    later = counted(manager, cast, begun, clock.months_later(begun, 6))
    assert (later.reviews_due, later.reviews_in_time) == (1, 1)


def test_a_worker_sees_no_figures(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        figures.count(cast.world.actor(cast.world.worker), [cast.world.noord.id], date(2026, 1, 1), date(2026, 12, 31))
