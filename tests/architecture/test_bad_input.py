"""Every form and every field with what nobody should send: an answer, a real page, and nothing broken."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from portal.core import db
from portal.core.ids import new_id
from portal.people.models import Person
from tests.architecture.asking import ATTACKS, CONTROL, INJECTION, LONG, MARKUP, SQL, ClientAs, Portal, check, in_turn
from tests.factories import World
from tests.factories.filled import Filled

#: In one process: the forms of every page are read once.
pytestmark = pytest.mark.xdist_group("forms")


@pytest.fixture
def portal(app: Flask, world: World, filled: Filled, client_as: ClientAs) -> Portal:
    """A portal of its own for each test: forms change it."""
    return Portal.build(app, world, filled, client_as)


def fields(portal: Portal) -> set[str]:
    """The name of every field of every form, and some that no form has."""
    return {name for form in portal.forms.values() for name in form.values} | {"back", "more", "anyway", "__class__"}


def test_every_form_with_every_field_wrong(portal: Portal, untouched: None) -> None:
    portal.read_forms()
    names = fields(portal)
    assert len(names) > 40
    bodies: dict[str, Any] = {"nothing": {}} | {kind: dict.fromkeys(names, bad) for kind, bad in ATTACKS.items()}
    bodies["many of each"] = {name: ["1", INJECTION, ""] for name in names}
    bodies["ids of nothing"] = {name: str(new_id()) for name in names}
    bodies["ids of another team"] = {name: str(portal.filled.foreign.ids["person_id"]) for name in names}
    bodies["brackets"] = {f"{name}[]": "1" for name in names} | {f"{name}[$ne]": "1" for name in names}
    for (rule, url, who), chosen in zip(portal.posts(), in_turn(bodies, 2), strict=False):
        for kind in chosen:
            answer = portal.browser(who, rule.endpoint).post(url, data=bodies[kind])
            check(answer, f"{who} POST {url}: {kind}")


def test_every_form_with_one_field_wrong(portal: Portal, untouched: None) -> None:
    """The other answers are right, so that the wrong one comes as far as it can."""
    portal.read_forms()
    tried, refused = 0, 0
    unoffered, typed = in_turn((str(new_id()), SQL), 1), in_turn((INJECTION, LONG, CONTROL), 1)
    for rule, url, who in portal.posts():
        form = portal.forms.get((who, url))
        if form is None:
            continue
        for name in list(form.values):
            for bad in next(unoffered if name in form.choices else typed):
                answer = portal.browser(who, rule.endpoint).post(url, data=form.with_one(name, bad))
                check(answer, f"{who} POST {url}: {name}={bad[:20]!r}")
                tried, refused = tried + 1, refused + (answer.status_code == 422)
                if name in form.choices or bad in (LONG, CONTROL):
                    assert answer.status_code != 303 or not is_kept(portal, bad), f"{url}: {name}={bad[:20]!r}"
    assert tried > 100
    assert refused > tried / 3, f"only {refused} of {tried} came as far as the form"
    for _rule, url, who in portal.gets():
        check(portal.browser(who).get(url), f"{who} GET {url} afterwards")


def test_no_form_takes_a_day_of_another_age(portal: Portal, untouched: None) -> None:
    """Nobody is reminded of what is due in two hundred years: a term must not disappear by being moved there."""
    portal.read_forms()
    tried = 0
    for rule, url, who in portal.posts():
        form = portal.forms.get((who, url))
        days = [name for name in form.values if DAY.fullmatch("".join(form.values.getlist(name)))] if form else []
        for name in days:
            body = form.with_one(name, f"2199-12-31{form.values[name][10:]}") if form else {}
            answer = portal.browser(who, rule.endpoint).post(url, data=body)
            assert answer.status_code != 303 or name in UNTIL, f"{who} {url}: {name}"
            tried += 1
    assert tried > 25, tried


DAY = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?")
#: How long something holds: until further notice.
UNTIL = {"valid_until", "available_until"}


#: Each time something else is made: a secret, or what somebody tells in confidence, which nobody can compare.
EACH_TIME = {
    "appointments.make_feed",
    "accounts.recovery_codes",
    "integrity.report",
    "integrity.own",
    "integrity.write",
}
#: Made anew in place of the one before.
IN_PLACE = {"location_share"}


def test_the_same_form_sent_twice_is_one(portal: Portal, untouched: None, admin_engine: Engine) -> None:
    """Somebody taps again because the line is slow: the second changes nothing."""
    portal.read_forms()
    made = 0
    for rule, url, who in portal.posts():
        form = portal.forms.get((who, url))
        if form is None or rule.endpoint in EACH_TIME:
            continue
        before = sizes(admin_engine)
        if portal.browser(who, rule.endpoint).post(url, data=form.values).status_code != 303:
            continue
        first = sizes(admin_engine)
        portal.browser(who, rule.endpoint).post(url, data=form.values)
        again = {name for name, size in sizes(admin_engine).items() if size > first[name]}
        assert again <= IN_PLACE, f"{who} {url}: {again}"
        made += any(size > before[name] for name, size in first.items())
    assert made > 20, made


def sizes(engine: Engine) -> dict[str, int]:
    """How many rows each table has, without what is written down of every request."""
    with engine.connect() as look:
        names = look.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        counts = [f"SELECT '{name}', count(*) FROM \"{name}\"" for name in names if not EVIDENCE.match(name)]
        return dict(look.execute(text(" UNION ALL ".join(counts))).all())


EVIDENCE = re.compile(
    "access_|integrity_event|user_session|sign_in_attempt|account_token|dispatch|attempt|heartbeat|figure_"
)


def is_kept(portal: Portal, value: str) -> bool:
    """Whether the database holds a value somewhere in what people fill in."""
    tables = (
        "person",
        "person_alias",
        "related_person",
        "contact",
        "follow_up",
        "trajectory",
        "match",
        "app_user",
        "team",
    )
    with db.unit_of_work():
        return any(
            db.session.scalar(
                text(f'SELECT EXISTS (SELECT FROM "{table}" t WHERE t::text LIKE :v)'),
                {"v": f"%{value.replace(chr(0), '')}%"},
            )
            for table in tables
        )


CONTENT = {
    "json": {"json": {"given_name": MARKUP, "version": {"$gt": 0}}},
    "broken json": {"data": b'{"a": ', "content_type": "application/json"},
    "xml": {"data": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "content_type": "text/xml"},
    "half a character": {"data": b"q=%ed%a0%bd&note=%ed%a0%bd", "content_type": "application/x-www-form-urlencoded"},
    "not utf-8": {"data": b"q=%ff%fe&given_name=%c3%28", "content_type": "application/x-www-form-urlencoded"},
    "broken multipart": {"data": b"--x\r\nContent-Disp", "content_type": "multipart/form-data; boundary=x"},
    "a thousand fields": {"data": {f"f{n}": "1" for n in range(1500)}, "content_type": "multipart/form-data"},
}


def files() -> dict[str, Any]:
    """A program where a word is asked for; a stream is read once."""
    return {name: (BytesIO(b"MZ" + b"\x00" * 100), "../../etc/x.exe") for name in ("note", "name", "q", "version")}


def test_every_form_with_another_kind_of_content(portal: Portal, untouched: None) -> None:
    for (rule, url, who), chosen in zip(portal.posts(), in_turn((*CONTENT, "files"), 2), strict=False):
        for kind in chosen:
            sent = CONTENT.get(kind) or {"data": files(), "content_type": "multipart/form-data"}
            answer = portal.browser(who, rule.endpoint).post(url, **sent)
            check(answer, f"{who} POST {url}: {kind}")


def test_a_form_that_is_empty_or_of_an_older_version_is_no_answer(portal: Portal, untouched: None) -> None:
    """Also not "as it was": what is saved was sent, by somebody who saw what it replaces."""
    portal.read_forms()
    asked, late = 0, 0
    for rule, url, who in portal.posts():
        form = portal.forms.get((who, url))
        versions = [name for name in form.values if name.endswith("version")] if form else []
        if form is None or not versions:
            continue
        known = form.values[versions[0]] != "0"
        bodies = [form.with_one(versions[0], old) for old in ("0", str(2**31 - 1))] if known else []
        for body in ({}, *bodies):
            answer = portal.browser(who, rule.endpoint).post(url, data=body)
            assert answer.status_code in (409, 422), f"{who} {url} {body}: {answer.status_code}"
            late += bool(body) and answer.status_code == 409
        asked += 1
    assert asked > 15, asked
    assert late >= 20, late


def test_a_part_of_another_record_is_not_found(portal: Portal, untouched: None) -> None:
    """A child's id of another team below an own parent, and the other way round."""
    own, foreign = portal.filled.own.ids, portal.filled.foreign.ids
    director, worker = portal.browser("director"), portal.browser("worker")
    for mine, other in ((own, foreign), (foreign, own)):
        related = f"/jongeren/{mine['person_id']}/contactpersonen/{other['related_id']}"
        assert worker.get(related).status_code == 404
        assert worker.post(f"{related}/weghalen").status_code == 404
        ended = f"/jongeren/{mine['person_id']}/begeleiders/{other['assignment_id']}/beeindigen"
        assert director.post(ended).status_code == 404
    with db.unit_of_work():
        assert db.session.get_one(Person, own["person_id"]).team_id == portal.world.noord.id
