"""SMS: what people asked for, outside quiet hours, at most one a day, and never twice by a guess."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.registry import RuleClass, registry
from portal.reminders import delivery, materialise, quiet, slots, wishes
from portal.reminders.models import DeliveryWish, Dispatch, Reminder
from portal.settings import Settings, settings
from tests.conftest import empty
from tests.factories import World
from tests.factories import reminders as make
from tests.reminders.smtp import MailServer

Freeze = Callable[[datetime], None]
Sweep = Callable[[], int]
TUESDAY = date(2026, 11, 24)
GATEWAY = "sms.demo.example"


def local(words: str) -> datetime:
    return clock.from_local(datetime.fromisoformat(words))


@pytest.fixture(autouse=True)
def _gateway(config: Settings, freeze: Freeze, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SMS_URL", f"{server.url}/{GATEWAY}")
    monkeypatch.setenv("MAIL_MAX_ATTEMPTS", "100")
    settings.cache_clear()
    freeze(local("2026-11-19 12:00"))
    yield
    settings.cache_clear()


def wish(user: User, **values: object) -> None:
    with db.unit_of_work():
        number = wishes.seal_number(user.id, "+31612345678")
        row = {"user_id": user.id, "sms_normal": True, "number_sealed": number, **values}
        db.session.execute(insert(DeliveryWish).values(row).on_conflict_do_update(index_elements=["user_id"], set_=row))


def by_channel() -> list[tuple[str, str, str]]:
    with db.unit_of_work():
        # Not by when it may go: a second attempt waits as long as chance says.
        found = db.session.scalars(select(Dispatch).order_by(Dispatch.occurrence_key, Dispatch.channel))
        return [(d.channel, d.occurrence_key.split("|", 2)[2], d.state) for d in found]


def texts(server: MailServer) -> list[str]:
    return [m.message.get_content().strip() for m in server.accepted if m.to == (f"+31612345678@{GATEWAY}",)]


def test_who_asked_gets_one_besides_the_mail(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    wish(world.worker)
    make.make(world.noord, world.worker, TUESDAY, TUESDAY)
    make.make(world.noord, world.colleague, TUESDAY)
    freeze(local("2026-11-24 08:30:01"))

    assert sweep() == 3

    assert texts(server) == ["Weg Omhoog: je hebt 2 herinneringen. Kijk op http://localhost:8000/meldingen"]
    assert sum(m.to == ("samira@demo.example",) for m in server.accepted) == 1


def test_the_second_slot_gives_no_second_sms(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    wish(world.worker)
    make.make(world.noord, world.worker, TUESDAY)
    freeze(local("2026-11-24 08:30:01"))
    sweep()
    make.make(world.noord, world.worker, TUESDAY + timedelta(days=1))
    freeze(local("2026-11-24 13:00:01"))
    sweep()

    assert len(texts(server)) == 1
    assert by_channel()[-1] == ("sms", "2026-11-25|day", "pending")


def test_without_a_number_or_a_connection_there_is_none(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish(world.colleague, number_sealed=None)
    make.make(world.noord, world.colleague, TUESDAY)
    freeze(local("2026-11-24 08:30:01"))
    sweep()
    monkeypatch.setenv("SMS_URL", "")
    settings.cache_clear()
    wish(world.worker)
    make.make(world.noord, world.worker, TUESDAY)
    sweep()

    assert {channel for channel, _, _ in by_channel()} == {"email"}


@pytest.mark.parametrize("behaviour", ["drop", "hang"])
def test_an_sms_that_may_have_arrived_waits_for_a_person(
    request: pytest.FixtureRequest, world: World, freeze: Freeze, sweep: Sweep, server: MailServer, behaviour: str
) -> None:
    if behaviour == "hang":
        request.getfixturevalue("impatient")
    wish(world.worker)
    with db.unit_of_work():
        db.session.execute(update(User).where(User.id == world.worker.id).values(mail_reminders=False))
    make.make(world.noord, world.worker, TUESDAY)
    server.behaviour = behaviour
    freeze(local("2026-11-24 08:30:01"))
    sweep()
    server.released.set()
    freeze(local("2026-11-24 15:00"))
    sweep()

    assert by_channel() == [("sms", "2026-11-24|day", "uncertain")]
    assert len(texts(server)) == 1


def test_a_worker_that_died_while_sending_an_sms_leaves_it_to_a_person(
    world: World, freeze: Freeze, config: Settings
) -> None:
    wish(world.worker)
    with db.unit_of_work():
        db.session.execute(update(User).where(User.id == world.worker.id).values(mail_reminders=False))
    make.make(world.noord, world.worker, TUESDAY)
    freeze(local("2026-11-24 08:30:01"))
    materialise.run()
    assert delivery.claim()
    with db.unit_of_work():
        db.session.execute(update(Dispatch).values(lease_until=func.now() - text("interval '1 second'")))

    assert delivery.claim() is None
    assert by_channel() == [("sms", "2026-11-24|day", "uncertain")]


def test_an_sms_refused_all_day_goes_along_with_the_next_days(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer
) -> None:
    wish(world.worker)
    make.make(world.noord, world.worker, TUESDAY + timedelta(days=1))
    server.behaviour = "busy"
    freeze(local("2026-11-24 18:59"))
    sweep()
    make.make(world.noord, world.worker, TUESDAY + timedelta(days=1))
    server.behaviour = "accept"
    freeze(local("2026-11-25 08:30:01"))
    sweep()

    assert len(texts(server)) == 1
    assert [row for row in by_channel() if row[0] == "sms"] == [
        ("sms", "2026-11-24|day", "cancelled"),
        ("sms", "2026-11-25|day", "sent"),
    ]


def test_what_is_acute_takes_the_days_sms_with_it_at_night(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry.rules, "R04", replace(registry.rules["R04"], kind=RuleClass.ACUTE))
    wish(world.worker)
    make.make(world.noord, world.worker, TUESDAY)
    freeze(local("2026-11-24 02:00"))
    sweep()
    make.make(world.noord, world.worker, TUESDAY)
    freeze(local("2026-11-24 02:05"))
    sweep()

    assert len(texts(server)) == 1
    assert sum(m.to == ("samira@demo.example",) for m in server.accepted) == 2


def test_the_number_is_sealed(world: World) -> None:
    wish(world.worker)
    with db.unit_of_work():
        stored = db.session.scalars(select(DeliveryWish.number_sealed)).one()
    assert stored
    assert b"12345678" not in stored
    with pytest.raises(ValueError, match="changed or moved"):
        wishes.number_of(world.colleague.id, stored)


STEPS = st.lists(
    st.tuples(st.integers(1, 20), st.sampled_from(["make", "make", "busy", "accept", "crash"])), min_size=3, max_size=5
)
HOURS = st.one_of(st.none(), st.tuples(st.times(), st.times(), st.booleans()).filter(lambda h: h[0].hour != h[1].hour))
STARTS = st.sampled_from(["2026-10-23 06:00", "2027-03-25 20:00", "2025-04-25 11:00", "2026-11-24 05:00"])


@limits(max_examples=3, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(start=STARTS, steps=STEPS, hours=HOURS)
def test_never_in_quiet_hours_and_one_a_day_whatever_happens(
    admin_engine: Engine,
    server: MailServer,
    config: Settings,
    start: str,
    steps: list[tuple[int, str]],
    hours: tuple | None,
) -> None:
    empty(admin_engine)
    server.accepted.clear()
    server.behaviour = "accept"
    now = local(start)
    _freeze_at(now)
    world = World.build()
    if hours:
        starts, ends, free_days = hours
        own = {"quiet_from": starts.replace(microsecond=0), "quiet_until": ends.replace(microsecond=0)}
        wish(world.worker, **own, quiet_free_days=free_days)
    else:
        wish(world.worker)
    for wait, step in steps:
        now += timedelta(hours=wait)
        _freeze_at(now)
        _do(step, world, server)
        _tick()
    server.behaviour = "accept"
    for _ in range(8):  # each slot of the days after
        now = next(slots.after(now, _hours(world))).opens + timedelta(seconds=1)
        _freeze_at(now)
        _tick()
    _check(world, server)


def _hours(world: World) -> quiet.QuietHours:
    with db.unit_of_work():
        return quiet.of(world.worker.id)


def _freeze_at(now: datetime) -> None:
    with db.unit_of_work():
        clock.freeze(db.session(), now)


def _tick() -> None:
    materialise.run()
    delivery.drain(lambda: True)


def _do(step: str, world: World, server: MailServer) -> None:
    if step == "make":
        make.make(world.noord, world.worker, clock.today() + timedelta(days=1))
    elif step == "crash":
        claimed = delivery.claim()
        assert claimed is None or claimed.token
        with db.unit_of_work():
            expired = func.now() - text("interval '1 second'")
            db.session.execute(update(Dispatch).where(Dispatch.state == "claimed").values(lease_until=expired))
    else:
        server.behaviour = step


def _check(world: World, server: MailServer) -> None:
    with db.unit_of_work():
        live = list(db.session.scalars(select(Reminder).where(Reminder.cancelled_at.is_(None))))
        states = {d.id: d.state for d in db.session.scalars(select(Dispatch))}
    mine = _hours(world)
    left = {m: parsedate_to_datetime(m.message["Date"]) for m in server.accepted}
    ours = [at for m, at in left.items() if m.to in {("samira@demo.example",), (f"+31612345678@{GATEWAY}",)}]
    assert not [at for at in ours if mine.at(at)]
    days = Counter(clock.to_local(at).date() for m, at in left.items() if GATEWAY in m.to[0])
    assert max(days.values(), default=1) == 1, days
    for reminder in live:
        if reminder.recipient_id == world.worker.id:
            assert reminder.dispatch_id
            assert states[reminder.dispatch_id] == "sent"
            assert reminder.sms_dispatch_id
            assert states[reminder.sms_dispatch_id] in {"sent", "uncertain"}
    assert "claimed" not in states.values()
