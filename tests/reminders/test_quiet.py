"""Quiet hours in the ledger: nothing leaves in them, and the first slot after them carries everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.contacts.models import FollowUp
from portal.core import clock, db
from portal.core.registry import RuleClass, registry
from portal.privacy import grants
from portal.privacy.models import GrantReason
from portal.reminders import delivery, materialise
from portal.reminders.models import Dispatch, DispatchState, Reminder
from tests.factories import World
from tests.factories import reminders as make
from tests.reminders.smtp import MailServer

Freeze = Callable[[datetime], None]
Sweep = Callable[[], int]
FRIDAY, SATURDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)


def local(text: str) -> datetime:
    return clock.from_local(datetime.fromisoformat(text))


def dispatches() -> list[tuple[str, str]]:
    with db.unit_of_work():
        found = db.session.scalars(select(Dispatch).order_by(Dispatch.not_before, Dispatch.id))
        return [(d.occurrence_key.split("|", 2)[2], d.state) for d in found]


@pytest.fixture(autouse=True)
def _made_days_before(freeze: Freeze) -> None:
    freeze(local("2026-11-19 12:00"))


def test_what_is_due_after_the_weekend_is_announced_on_friday_at_ten(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer
) -> None:
    make.make(world.noord, world.worker, SATURDAY, MONDAY, MONDAY + timedelta(days=1))
    freeze(local("2026-11-27 09:59"))
    assert sweep() == 0

    freeze(local("2026-11-27 10:00:01"))
    assert sweep() == 1

    body = server.accepted[0].message.get_body(("plain",)).get_content()
    assert "zaterdag 28 november" in body
    assert "maandag 30 november" in body
    assert "1 december" not in body


def test_the_weekend_is_one_mail_on_monday(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    for hours in range(0, 62, 5):  # from Friday evening to Monday morning
        freeze(local("2026-11-27 19:00") + timedelta(hours=hours))
        make.make(world.noord, world.worker, SATURDAY)
        assert sweep() == 0, hours
    freeze(local("2026-11-30 08:30:01"))

    assert sweep() == 1

    assert dispatches() == [("2026-11-30|0830", "sent")]
    assert server.accepted[0].message["Subject"] == "13 herinneringen in Weg Omhoog"


def test_workers_that_were_away_until_the_weekend_wait_for_monday(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer
) -> None:
    make.make(world.noord, world.worker, FRIDAY)
    freeze(local("2026-11-27 08:00"))
    materialise.run()
    freeze(local("2026-11-27 23:00"))
    assert sweep() == 0
    freeze(local("2026-11-30 08:31"))

    assert sweep() == 1

    assert dispatches() == [("2026-11-27|0830", "cancelled"), ("2026-11-30|0830", "sent")]


def test_a_mail_that_was_tried_keeps_its_id_over_the_weekend(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer
) -> None:
    server.script = ["drop"]
    make.make(world.noord, world.worker, FRIDAY)
    freeze(local("2026-11-27 18:59:50"))
    sweep()
    with db.unit_of_work():
        assert db.session.scalars(select(Dispatch)).one().not_before == local("2026-11-30 08:30")
    freeze(local("2026-11-27 23:00"))
    assert sweep() == 0
    assert dispatches() == [("2026-11-27|1300", "pending")]


def test_a_lease_that_ends_at_night_is_closed_then_and_tried_in_the_morning(
    world: World, freeze: Freeze, server: MailServer, sweep: Sweep
) -> None:
    make.make(world.noord, world.worker, FRIDAY)
    freeze(local("2026-11-27 18:59"))
    materialise.run()
    claimed = delivery.claim()
    assert claimed
    with db.unit_of_work():
        dispatch = db.session.get_one(Dispatch, claimed.dispatch_id)
        dispatch.lease_until = datetime.now(UTC) - timedelta(seconds=1)
    freeze(local("2026-11-27 19:01"))

    assert sweep() == 0
    with db.unit_of_work():
        dispatch = db.session.get_one(Dispatch, claimed.dispatch_id)
        assert (dispatch.state, dispatch.lease_token) == (DispatchState.PENDING, None)
        assert dispatch.not_before == local("2026-11-30 08:30")


def test_what_is_acute_leaves_at_night(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.rules, "R04", replace(registry.rules["R04"], kind=RuleClass.ACUTE))
    make.make(world.noord, world.worker, SATURDAY)
    freeze(local("2026-11-28 03:00"))

    assert sweep() == 1


def test_a_messenger_gets_it_at_ten_on_saturday(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    follow_up_id = make.make(world.noord, world.messenger, SATURDAY)[0]
    with db.unit_of_work():
        row = db.session.get_one(FollowUp, follow_up_id)
        grants.grant(
            row.person_id,
            row.team_id,
            reason=GrantReason.TRAJECTORY,
            record_id=row.id,
            user_id=world.messenger.id,
        )
        make.logged()
    freeze(local("2026-11-28 09:59"))
    assert sweep() == 0
    freeze(local("2026-11-28 10:00:01"))

    assert sweep() == 1

    with db.unit_of_work():
        assert db.session.scalars(select(Reminder.recipient_id)).all() == [world.messenger.id]
