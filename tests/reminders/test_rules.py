"""Rules as versioned data: bounds, versions, off, the preview, and what it counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import g
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid
from portal.core.registry import RuleClass, registry
from portal.privacy.models import AccessEvent, Action
from portal.reminders import changing, materialise, rulebook
from portal.reminders.models import Dispatch, Reminder, RuleVersion
from tests.factories import World
from tests.factories import reminders as make
from tests.reminders.smtp import MailServer

Freeze = Callable[[datetime], None]
Sweep = Callable[[], int]
As = Callable[..., FlaskClient]
CODE = "R04-regie"
PAGE = f"/herinneringen/regels/{CODE}"
TUESDAY = date(2026, 11, 24)


def local(words: str) -> datetime:
    return clock.from_local(datetime.fromisoformat(words))


@pytest.fixture(autouse=True)
def _tuesday(freeze: Freeze) -> None:
    freeze(local("2026-11-19 12:00"))


def put(world: World, code: str = CODE, **values: object) -> None:
    with db.unit_of_work():
        actor = world.actor(world.administrator)
        _rule, now = changing.get(actor, code)
        changing.activate(actor, code, replace(now, **values), reason="Op verzoek van de teams")


def stages(world: World) -> list[tuple[str, str]]:
    with db.unit_of_work():
        live = select(Reminder).where(Reminder.cancelled_at.is_(None), Reminder.rule_code == CODE)
        return [(str(r.due_on), r.rule_code) for r in db.session.scalars(live)]


def test_a_longer_term_tells_the_director_later(world: World, freeze: Freeze) -> None:
    make.make(world.noord, world.worker, date(2026, 11, 20))
    freeze(local("2026-11-25 09:00"))  # three working days late
    put(world, terms={"after": 4})
    materialise.run()
    assert stages(world) == []
    freeze(local("2026-11-26 09:00"))
    materialise.run()
    assert stages(world) == [("2026-11-20", CODE)]


def test_a_shorter_one_sooner_and_the_old_version_stays(world: World, freeze: Freeze) -> None:
    make.make(world.noord, world.worker, date(2026, 11, 23))
    freeze(local("2026-11-24 09:00"))
    put(world, terms={"after": 5})
    put(world, terms={"after": 1})
    materialise.run()
    assert stages(world) == [("2026-11-23", CODE)]
    with db.unit_of_work():
        past = changing.history(world.actor(world.privacy_officer), CODE)
        assert [(p.version.n, p.version.terms) for p in past] == [(2, {"after": 1}), (1, {"after": 5})]
        assert past[0].author == world.administrator.name
        events = db.session.scalars(select(AccessEvent).where(AccessEvent.action == Action.ADMINISTER)).all()
    assert [event.subject_type for event in events] == ["reminder_rule", "reminder_rule"]


def test_a_rule_that_is_off_tells_nobody_and_takes_back_what_waits(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer
) -> None:
    make.make(world.noord, world.worker, TUESDAY)
    freeze(local("2026-11-24 08:00"))
    materialise.run()
    put(world, "R04", enabled=False)
    freeze(local("2026-11-24 08:31"))
    assert sweep() == 0
    with db.unit_of_work():
        assert db.session.scalars(select(Reminder.cancel_reason)).all() == ["rule_off"]
        assert db.session.scalars(select(Dispatch.state)).all() == ["cancelled"]
    put(world, "R04", enabled=True)
    assert sweep() == 0
    freeze(local("2026-11-24 13:00:01"))
    assert sweep() == 1


def test_in_the_portal_only_sends_no_mail(world: World, freeze: Freeze, sweep: Sweep, server: MailServer) -> None:
    put(world, "R04", kind=RuleClass.IN_APP)
    make.make(world.noord, world.worker, TUESDAY)
    freeze(local("2026-11-24 08:31"))
    assert sweep() == 0
    with db.unit_of_work():
        assert len(db.session.scalars(select(Reminder)).all()) == 1


def test_two_who_change_at_once(world: World) -> None:
    with db.unit_of_work():
        actor = world.actor(world.administrator)
        _rule, now = changing.get(actor, CODE)
        changing.activate(actor, CODE, replace(now, terms={"after": 4}), reason="De eerste")
        with pytest.raises(Conflict):
            changing.activate(actor, CODE, replace(now, terms={"after": 5}), reason="De tweede")


@given(after=st.integers(-5, 30), enabled=st.booleans(), kind=st.sampled_from(RuleClass), legal=st.booleans())
def test_never_beyond_the_bounds_or_the_law(
    flask_app: object, after: int, enabled: bool, kind: RuleClass, legal: bool
) -> None:
    rule = registry.rules[CODE]
    if legal:
        rule = replace(rule, kind=RuleClass.LEGAL)
    term = rule.terms[0]
    setting = rulebook.Setting(0, enabled, kind, {"after": after})
    allowed = term.low <= after <= term.high and (legal == (kind == RuleClass.LEGAL)) and (enabled or not legal)
    if allowed:
        changing.check(rule, setting)
    else:
        with pytest.raises(Invalid):
            changing.check(rule, setting)


def test_what_is_stored_never_goes_below_the_law(flask_app: object) -> None:
    rule = replace(registry.rules[CODE], kind=RuleClass.LEGAL)
    row = RuleVersion(rule_code=CODE, n=3, enabled=False, kind="in_app", terms={}, reason="x", author_id=None)
    assert rulebook.of_version(rule, row) == rulebook.Setting(3, True, RuleClass.LEGAL, {"after": 3})


def test_every_standard_lies_within_its_bounds(flask_app: object) -> None:
    for rule in registry.rules.values():
        changing.check(rule, rulebook.delivered(rule))
        assert rule.audience or not rule.terms, rule.code


def test_the_preview_counts_what_each_version_asks_for(world: World, freeze: Freeze) -> None:
    make.make(world.noord, world.worker, *[date(2026, 11, 20) + timedelta(days=n) for n in (0, 0, 3, 4)])
    freeze(local("2026-11-26 12:00"))  # yesterday was Wednesday
    with db.unit_of_work():
        actor = world.actor(world.administrator)
        _rule, now = changing.get(actor, CODE)
        found = changing.preview(actor, CODE, replace(now, terms={"after": 1}))
        # Three working days: Friday's two came up on Wednesday. One: Friday's on Monday, Monday's on Tuesday.
        assert (found.old[3].yesterday, found.old[3].week) == (2, 2)
        assert (found.new[3].yesterday, found.new[3].week) == (1, 4)
        assert not found.made
        same = changing.preview(actor, CODE, now)
        assert same.old == same.new
        off = changing.preview(actor, CODE, replace(now, enabled=False))
        assert not off.new


def test_the_preview_changes_nothing_and_knows_what_was_made(world: World, freeze: Freeze) -> None:
    make.make(world.noord, world.worker, date(2026, 11, 20))
    freeze(local("2026-11-25 12:00"))
    materialise.run()
    freeze(local("2026-11-26 12:00"))
    with db.unit_of_work():
        actor = world.actor(world.administrator)
        _rule, now = changing.get(actor, CODE)
        found = changing.preview(actor, CODE, replace(now, terms={"after": 9}))
        assert found.made[3].yesterday == 1
        assert db.session.scalars(select(RuleVersion)).all() == []


def test_only_the_administrator_changes(world: World, client_as: As) -> None:
    with db.unit_of_work():
        officer = world.actor(world.privacy_officer)
        _rule, now = changing.get(officer, CODE)
        for act in (
            lambda: changing.activate(officer, CODE, now, reason="Mag niet"),
            lambda: changing.preview(officer, CODE, now),
        ):
            with pytest.raises(Forbidden):
                act()
    assert "Wijzigen" not in client_as(world.privacy_officer).get(PAGE).text
    assert client_as(world.privacy_officer).get(f"{PAGE}/wijzigen").status_code == 403
    assert client_as(world.manager).get("/herinneringen/regels").status_code == 403
    assert client_as(world.administrator).get("/herinneringen/regels/R99").status_code == 404


def _filled(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page))


def test_two_steps_in_the_browser(world: World, client_as: As) -> None:
    browser = client_as(world.administrator)
    data = {"based_on": "0", "term_after": "5", "kind": "normal", "enabled": "1", "reason": "Op verzoek van de teams"}
    page = browser.post(f"{PAGE}/wijzigen", data=data)
    assert page.status_code == 200
    assert "zou gisteren 0 herinneringen hebben verstuurd" in page.text
    with db.unit_of_work():
        assert db.session.scalars(select(RuleVersion)).all() == []
    again = _filled(page.text)
    assert again["term_after"] == "5"
    assert browser.post(f"{PAGE}/wijzigen", data=again | {"stap": "gebruik"}).status_code == 303
    assert "Te laat sinds: 5 werkdagen" in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/wijzigen", data=again | {"stap": "gebruik"}).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"term_after": "0"}, {"term_after": "11"}, {"term_after": "veel"}, {"term_after": ""}, {"kind": "legal"},
        {"kind": "boos"}, {"reason": ""}, {"reason": "x" * 501}, {"reason": "kort"}, {"based_on": "x"},
    ],
)  # fmt: skip
def test_wrong_input_is_refused_beside_the_field(world: World, client_as: As, wrong: dict[str, str]) -> None:
    data = {"based_on": "0", "term_after": "5", "kind": "normal", "enabled": "1", "reason": "Op verzoek van de teams"}
    answer = client_as(world.administrator).post(f"{PAGE}/wijzigen", data=data | wrong | {"stap": "gebruik"})
    assert answer.status_code == 422
    with db.unit_of_work():
        assert db.session.scalars(select(RuleVersion)).all() == []


def test_few_queries(world: World, client_as: As) -> None:
    browser = client_as(world.administrator)
    data = {"based_on": "0", "term_after": "5", "kind": "normal", "enabled": "1", "reason": "Op verzoek van de teams"}
    with browser:
        for address in ("/herinneringen/regels", PAGE, f"{PAGE}/wijzigen"):
            browser.get(address)
            assert g.queries <= 12, address
        browser.post(f"{PAGE}/wijzigen", data=data)
        assert g.queries <= 12


def test_a_version_is_never_changed(world: World) -> None:
    put(world, terms={"after": 4})
    with db.unit_of_work():
        allowed = db.session.execute(
            text(
                "SELECT has_table_privilege('reminder_rule_version', 'UPDATE'),"
                " has_table_privilege('reminder_rule_version', 'DELETE')"
            )
        ).one()
    assert tuple(allowed) == (False, False)


def test_a_message_that_did_not_arrive_becomes_a_task_for_the_administrator(
    world: World, freeze: Freeze, sweep: Sweep, server: MailServer, client_as: As
) -> None:
    server.behaviour = "reject"
    make.make(world.noord, world.worker, TUESDAY)
    freeze(local("2026-11-24 08:31"))
    sweep()
    sweep()
    page = client_as(world.administrator).get("/meldingen").text
    assert "Een bericht is niet aangekomen" in page
    with db.unit_of_work():
        told = db.session.scalars(select(Reminder).where(Reminder.rule_code == "BER")).one()
        assert told.recipient_id == world.administrator.id
        assert told.dispatch_id is None
        assert registry.rules["BER"].link(told.object_id).endswith(str(told.object_id))
    server.behaviour = "accept"
    client_as(world.administrator).post(f"/herinneringen/{told.object_id}/opnieuw")
    sweep()
    sweep()
    with db.unit_of_work():
        assert db.session.get_one(Reminder, told.id).cancelled_at
