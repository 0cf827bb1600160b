"""The ledger in one process: what is made, bundled, sent, cancelled, and what a fault leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update

from portal.accounts.models import User
from portal.contacts.models import FollowUpStatus
from portal.core import clock, db
from portal.core.outcome import Sent
from portal.people.models import PersonAssignment
from portal.privacy.models import AccessEvent, Action
from portal.reminders import delivery, materialise
from portal.reminders.models import Attempt, Dispatch, Notification, Reminder
from portal.settings import Settings
from tests.factories import World
from tests.factories import reminders as make
from tests.reminders.smtp import MailServer

#: A Tuesday in winter: 08:30 in Amsterdam is 07:30 UTC.
TUESDAY = date(2026, 11, 24)
MORNING = datetime(2026, 11, 24, 7, 30, 5, tzinfo=UTC)
Sweep = Callable[[], int]
Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def _made_days_before(freeze: Freeze) -> None:
    freeze(MORNING - timedelta(days=5))


def rows(model: type, *order: object) -> list:
    with db.unit_of_work():
        return list(db.session.scalars(select(model).order_by(*order)))


def states() -> list[str]:
    return sorted(d.state for d in rows(Dispatch))


def expire_lease() -> None:
    with db.unit_of_work():
        db.session.execute(update(Dispatch).values(lease_until=func.now() - text("interval '1 second'")))


def test_one_mail_per_recipient_and_slot(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    make.make(world.noord, world.worker, TUESDAY, TUESDAY, TUESDAY + timedelta(days=1))
    make.make(world.zuidoost, world.stranger, TUESDAY)
    freeze(MORNING)

    assert sweep() == 2

    assert sorted(mail.to for mail in server.accepted) == [("joost@demo.example",), ("samira@demo.example",)]
    assert len(rows(Notification)) == len(rows(Reminder)) == 4
    assert states() == ["sent", "sent"]
    assert {d.occurrence_key for d in rows(Dispatch)} == {
        f"{user.id}|email|2026-11-24|0830" for user in (world.worker, world.stranger)
    }


def test_a_second_tick_adds_nothing(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING)
    sweep()

    assert sweep() == 0

    assert len(server.accepted) == len(rows(Reminder)) == len(rows(Notification)) == len(rows(Attempt)) == 1


def test_the_mail_is_neutral_and_says_why(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    make.make(world.noord, world.worker, TUESDAY, TUESDAY)
    freeze(MORNING)
    sweep()

    message = server.accepted[0].message
    plain = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    for body in (plain, html):
        assert "dinsdag 24 november 2026" in body
        assert "Waarom krijg ik dit?" in body
        assert "/meldingen" in body
    whole = server.accepted[0].raw.decode()
    for canary in ("Yassine", "Kanarie", "stage", "Samira", "Noord"):
        assert canary not in whole + plain + html
    assert message["Subject"] == "2 herinneringen in Weg Omhoog"
    assert message["Auto-Submitted"] == "auto-generated"


def test_nothing_leaves_before_the_slot(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING - timedelta(hours=3))

    assert sweep() == 0
    assert len(rows(Notification)) == 1  # in the portal at once
    assert server.accepted == []

    freeze(MORNING)
    assert sweep() == 1


def test_what_came_up_after_the_slot_waits_for_the_next(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer
) -> None:
    freeze(MORNING + timedelta(hours=1))
    make.make(world.noord, world.worker, TUESDAY + timedelta(days=1))

    assert sweep() == 0
    assert [d.not_before for d in rows(Dispatch)] == [datetime(2026, 11, 24, 12, tzinfo=UTC)]

    freeze(datetime(2026, 11, 24, 12, 0, 1, tzinfo=UTC))
    assert sweep() == 1


def test_nothing_is_added_to_a_mail_that_was_tried(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer
) -> None:
    server.behaviour = "busy"
    make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING)
    sweep()
    with db.unit_of_work():
        clock.freeze(db.session(), MORNING - timedelta(minutes=1))
    make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING + timedelta(seconds=10))
    server.behaviour = "accept"

    sweep()

    first, second = rows(Dispatch, Dispatch.not_before, Dispatch.id)
    assert first.occurrence_key.endswith("2026-11-24|0830")
    assert second.occurrence_key.endswith("2026-11-24|1300")


@pytest.mark.parametrize(
    ("behaviour", "state", "outcome"),
    [
        ("accept", "sent", "accepted"),
        ("busy", "pending", "temporary"),
        ("reject", "dead", "permanent"),
        ("refuse_recipient", "dead", "permanent"),
        ("drop", "pending", "unknown"),
        ("hang", "pending", "unknown"),
    ],
)
def test_each_answer_has_its_outcome(
    request: pytest.FixtureRequest,
    world: World,
    freeze: Freeze,
    sweep: Sweep,
    server: MailServer,
    behaviour: str,
    state: str,
    outcome: str,
) -> None:
    if behaviour == "hang":
        request.getfixturevalue("impatient")
    server.behaviour = behaviour
    make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING)

    sweep()

    assert states() == [state]
    assert [attempt.outcome for attempt in rows(Attempt)] == [outcome]
    if state == "pending":
        assert rows(Dispatch)[0].not_before >= MORNING + timedelta(seconds=48)  # a minute, spread by a fifth
    server.released.set()


def test_a_server_that_is_away_is_tried_again_until_it_is_dead(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer
) -> None:
    make.make(world.noord, world.worker, TUESDAY)
    server.stop()
    for hours in range(4):
        freeze(MORNING + timedelta(hours=hours))
        sweep()

    assert [a.outcome for a in rows(Attempt)] == ["temporary"] * 3
    assert states() == ["dead"]


def test_an_unknown_outcome_is_sent_again_under_the_same_id(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer
) -> None:
    server.script = ["drop"]
    make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING)
    sweep()
    freeze(MORNING + timedelta(hours=1))
    sweep()

    assert list(server.per_message_id().values()) == [2]
    assert [a.outcome for a in rows(Attempt, Attempt.n)] == ["unknown", "accepted"]


def test_hold_leaves_an_unknown_outcome_to_a_person(
    world: World, freeze: Freeze, config: Settings, sweep: Sweep, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = config.model_copy(update={"mail_on_unknown": "hold"})
    monkeypatch.setattr(delivery, "settings", lambda: held)
    server.behaviour = "drop"
    make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING)
    sweep()
    freeze(MORNING + timedelta(hours=1))
    sweep()

    assert states() == ["uncertain"]
    assert len(server.accepted) == 1


def _claimed(world: World, freeze: Freeze) -> delivery.Claim:
    make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING)
    materialise.run()
    claimed = delivery.claim()
    assert claimed
    return claimed


def test_a_claim_is_not_given_twice(world: World, freeze: Freeze, config: Settings) -> None:
    _claimed(world, freeze)
    assert delivery.claim() is None


def test_who_began_first_and_asks_last_leaves_a_claim_alone(world: World, freeze: Freeze, config: Settings) -> None:
    make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING)
    materialise.run()
    with db.unit_of_work() as slow:
        slow.execute(select(func.now()))  # its time stands still from here on
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(delivery.claim).result()
        assert slow.scalars(select(Dispatch).where(delivery.due_for_claim())).all() == []


def test_a_lost_lease_is_taken_over_and_the_slow_one_cannot_overwrite(
    world: World, freeze: Freeze, config: Settings
) -> None:
    slow = _claimed(world, freeze)
    expire_lease()
    quick = delivery.claim()
    assert quick
    assert quick.occurrence_key == slow.occurrence_key
    assert delivery.settle(quick, Sent("accepted", "250"))

    assert not delivery.settle(slow, Sent("permanent", "554"))

    assert states() == ["sent"]
    assert [(a.n, a.outcome, a.reply) for a in rows(Attempt, Attempt.n)] == [
        (1, "unknown", "lease expired"),
        (2, "accepted", "250"),
    ]


def test_a_lease_from_before_the_clock_stepped_back_ends_too(world: World, freeze: Freeze, config: Settings) -> None:
    _claimed(world, freeze)
    with db.unit_of_work():
        db.session.execute(update(Dispatch).values(lease_until=func.now() + text("interval '2 hours'")))

    assert delivery.claim()


def test_moving_the_demo_clock_does_not_end_a_lease(world: World, freeze: Freeze, config: Settings) -> None:
    _claimed(world, freeze)
    freeze(MORNING + timedelta(days=1))
    assert delivery.claim() is None


@pytest.mark.parametrize("settled", [FollowUpStatus.DONE, FollowUpStatus.CANCELLED, "moved"])
def test_what_moved_on_is_not_sent(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer, settled: str
) -> None:
    (follow_up,) = make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING - timedelta(hours=2))
    sweep()
    moved: dict[str, object] = {"due_on": TUESDAY + timedelta(days=9)}
    done: dict[str, object] = {"status": settled, "done_at": clock.now() if settled == "done" else None}
    make.change(follow_up, **(moved if settled == "moved" else done))
    freeze(MORNING)

    delivery.drain(lambda: True)  # without a new materialisation: the check under the lock must find it

    assert server.accepted == []
    assert states() == ["cancelled"]
    assert [r.cancel_reason for r in rows(Reminder)] == ["moved_on"]


def test_moved_away_and_back_is_reminded_once_more(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer
) -> None:
    (follow_up,) = make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING - timedelta(hours=2))
    sweep()
    make.change(follow_up, due_on=TUESDAY + timedelta(days=9))
    sweep()
    make.change(follow_up, due_on=TUESDAY)
    sweep()
    freeze(MORNING)
    sweep()

    assert len(server.accepted) == 1
    assert len(rows(Notification)) == len(rows(Reminder)) == 1


def _end_assignment(world: World) -> None:
    with db.unit_of_work():
        db.session.execute(update(PersonAssignment).values(until=TUESDAY))
        make.logged()


def _deactivate(world: World) -> None:
    with db.unit_of_work():
        db.session.execute(update(User).where(User.id == world.worker.id).values(deactivated_at=clock.now()))


def _no_mail(world: World) -> None:
    with db.unit_of_work():
        db.session.execute(update(User).where(User.id == world.worker.id).values(mail_reminders=False))


@pytest.mark.parametrize("stop", [_end_assignment, _deactivate, _no_mail])
def test_nobody_is_mailed_who_may_no_longer_know(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer, stop: Callable[[World], None]
) -> None:
    make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING - timedelta(hours=2))
    sweep()
    stop(world)
    freeze(MORNING)

    delivery.drain(lambda: True)

    assert server.accepted == []
    assert states() == ["cancelled"]


def test_the_others_in_a_mail_still_go(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    gone, _ = make.make(world.noord, world.worker, TUESDAY, TUESDAY)
    freeze(MORNING - timedelta(hours=2))
    sweep()
    make.change(gone, status=FollowUpStatus.CANCELLED)
    freeze(MORNING)
    sweep()

    assert [mail.message["Subject"] for mail in server.accepted] == ["1 herinnering in Weg Omhoog"]


def test_every_reminder_leaves_evidence(world: World, freeze: Freeze, sweep: Sweep) -> None:
    make.make(world.noord, world.worker, TUESDAY, TUESDAY)
    freeze(MORNING)
    sweep()

    events = [e for e in rows(AccessEvent) if e.action == Action.NOTIFY]
    assert {e.person_id for e in events} == {r.person_id for r in rows(Reminder)}
    assert {e.subject_id for e in events} == {r.id for r in rows(Reminder)}
    assert {e.actor_name for e in events} == {"system:reminders"}


def test_a_mail_that_cannot_be_judged_does_not_stop_the_others(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make(world.noord, world.worker, TUESDAY)
    make.make(world.zuidoost, world.stranger, TUESDAY)
    freeze(MORNING - timedelta(hours=2))
    sweep()
    ask = delivery._asked_for

    def fails_for_worker(code: str, reminders: list[Reminder], *rest: Any) -> set:
        if reminders[0].recipient_id == world.worker.id:
            raise RuntimeError
        return ask(code, reminders, *rest)

    monkeypatch.setattr(delivery, "_asked_for", fails_for_worker)
    freeze(MORNING)
    sweep()

    assert [mail.to for mail in server.accepted] == [("joost@demo.example",)]
    assert states() == ["pending", "sent"]


def test_many_ticks_at_once_do_the_work_of_one(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    users: list[tuple[object, User]] = [(world.noord, world.worker), (world.noord, world.colleague)]
    users += [(world.zuidoost, world.stranger)]
    for team, user in users:
        make.make(team, user, *[TUESDAY] * 5)  # type: ignore[arg-type]  # a list of pairs
    freeze(MORNING)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: sweep(), range(8)))

    assert sorted(server.per_message_id().values()) == [1, 1, 1]
    assert len(rows(Reminder)) == len(rows(Notification)) == 15
    assert states() == ["sent"] * 3


def test_the_same_dispatch_by_name(world: World, freeze: Freeze, config: Settings, server: MailServer) -> None:
    make.make(world.noord, world.worker, TUESDAY)
    freeze(MORNING)
    materialise.run()
    dispatch_id: UUID = rows(Dispatch)[0].id

    assert delivery.deliver(dispatch_id)
    assert not delivery.deliver(dispatch_id)
    assert len(server.accepted) == 1
