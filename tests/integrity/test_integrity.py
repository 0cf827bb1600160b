"""A confidential report: between its writer and the integrity officer, and nobody else notices."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text

from portal.accounts import tokens
from portal.accounts.models import AccountToken, TokenKind
from portal.core import db
from portal.core.ids import new_id
from portal.integrity.models import IntegrityEvent, IntegrityReport, Status
from portal.privacy.permissions import EXCLUSIVE, GRANTS, Permission, Role, combination_allowed
from tests.accounts.conftest import post
from tests.factories import World
from tests.reminders.smtp import MailServer

STORY = "Een man bij de sportschool vroeg om het adres van een jongere."
As = Callable[..., FlaskClient]
OTHERS = (
    "colleague", "director", "manager", "coordinator", "messenger", "trainer", "analyst", "privacy_officer",
    "administrator",
)  # fmt: skip

__all__ = ["post"]


def told(browser: FlaskClient, **changes: str) -> UUID:
    answer = browser.post("/vertrouwelijk-melden", data={"kind": "data", "story": STORY} | changes)
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["Location"].rpartition("/")[2])


def plain(page: Any) -> str:
    return html.unescape(page.text)


def dump(engine: Engine, table: str) -> list[str]:
    with engine.connect() as look:
        return list(look.execute(text(f'SELECT t::text FROM "{table}" t')).scalars())


def test_it_reaches_the_officer_and_the_reporter_reads_it_back(world: World, client_as: As) -> None:
    reporter = client_as(world.worker)
    made = told(reporter)
    officer = client_as(world.integrity_officer)
    assert "Samira Proef" in plain(officer.get("/integriteit"))
    assert STORY in plain(officer.get(f"/integriteit/{made}"))
    question = {"words": "Op welke dag was dit?", "voice": "officer"}
    assert officer.post(f"/integriteit/{made}/schrijven", data=question).status_code == 303
    note = {"words": "Bellen met de leiding.", "voice": "note"}
    assert officer.post(f"/integriteit/{made}/schrijven", data=note).status_code == 303
    mine = plain(reporter.get(f"/vertrouwelijk-melden/{made}"))
    assert "Op welke dag was dit?" in mine
    assert "Er is een vraag" in mine
    assert "Bellen met de leiding." not in mine
    assert reporter.post(f"/vertrouwelijk-melden/{made}", data={"words": "Op dinsdag."}).status_code == 303
    page = plain(officer.get(f"/integriteit/{made}"))
    assert "Op dinsdag." in page
    assert "In behandeling" in page


def test_nobody_else_has_a_page_of_it(world: World, client_as: As) -> None:
    made = told(client_as(world.worker))
    for who in OTHERS:
        browser = client_as(getattr(world, who))
        assert browser.get("/integriteit").status_code == 403, who
        assert browser.get(f"/integriteit/{made}").status_code == 403, who
        assert browser.post(f"/integriteit/{made}/schrijven", data={}).status_code == 403, who
        assert browser.get(f"/vertrouwelijk-melden/{made}").status_code == 404, who
        assert browser.post(f"/vertrouwelijk-melden/{made}", data={"words": "x"}).status_code == 404, who
        assert str(made) not in browser.get("/vertrouwelijk-melden").text, who


def test_the_officer_confirms_first(world: World, client_as: As) -> None:
    browser = client_as(world.integrity_officer, confirmed=False)
    assert browser.get("/integriteit").headers["Location"] == "/bevestigen"


def test_a_report_without_a_name_has_none(world: World, client_as: As, admin_engine: Engine) -> None:
    reporter = client_as(world.worker)
    made = told(reporter, unnamed="y")
    officer = client_as(world.integrity_officer)
    pages = plain(officer.get("/integriteit")) + plain(officer.get(f"/integriteit/{made}"))
    assert "Zonder naam" in pages
    assert "Samira" not in pages
    assert STORY in plain(reporter.get(f"/vertrouwelijk-melden/{made}")), "it is found again all the same"
    assert officer.post(f"/integriteit/{made}/schrijven", data={"words": "Wanneer?", "voice": "officer"}).location


def test_the_database_does_not_tell_who_or_what(world: World, client_as: As, admin_engine: Engine) -> None:
    told(client_as(world.worker))
    rows = [
        row for name in ("integrity_report", "integrity_message", "integrity_event") for row in dump(admin_engine, name)
    ]
    assert len(rows) == 3
    for row in rows:
        for secret in (str(world.worker.id), "Samira", "sportschool", "data"):
            assert secret not in row
    assert dump(admin_engine, "integrity_event")[0].count(",,") == 1, "the reporter is nobody"


def test_the_access_log_the_inbox_and_the_ledger_do_not_know_it(
    world: World, client_as: As, admin_engine: Engine
) -> None:
    reporter, officer = client_as(world.worker), client_as(world.integrity_officer)
    before = {name: dump(admin_engine, name) for name in ("access_event", "reminder", "dispatch", "notification")}
    made = told(reporter)
    reporter.get(f"/vertrouwelijk-melden/{made}")
    officer.get(f"/integriteit/{made}")
    officer.post(f"/integriteit/{made}/stand", data={"status": "closed", "version": "1"})
    assert {name: dump(admin_engine, name) for name in before} == before
    with db.unit_of_work():
        deeds = db.session.execute(select(IntegrityEvent.deed, IntegrityEvent.officer_id).order_by(IntegrityEvent.id))
        assert [tuple(row) for row in deeds] == [
            ("made", None), ("read", None), ("read", world.integrity_officer.id), ("moved", world.integrity_officer.id),
        ]  # fmt: skip


def test_the_privacy_officer_sees_a_number(world: World, client_as: As) -> None:
    told(client_as(world.worker))
    page = plain(client_as(world.privacy_officer).get("/inzages/alle"))
    assert "1 handeling" in page
    assert "sportschool" not in page


def test_the_mail_says_that_there_is_one_and_nothing_more(world: World, client_as: As, post: MailServer) -> None:
    told(client_as(world.worker))
    with db.unit_of_work():
        rows = db.session.execute(select(AccountToken.user_id, AccountToken.kind)).all()
        assert [tuple(row) for row in rows] == [(world.integrity_officer.id, TokenKind.INTEGRITY)]
    for token_id in tokens.unsent():
        tokens.send(token_id)
    [mail] = post.accepted
    assert "Er is een melding" in str(mail)
    assert not re.search(r"Samira|sportschool|adres van|/integriteit/[0-9a-f]", str(mail))


def test_a_closed_report_takes_no_more_words(world: World, client_as: As) -> None:
    reporter, officer = client_as(world.worker), client_as(world.integrity_officer)
    made = told(reporter)
    close = {"status": "closed", "version": "1"}
    assert officer.post(f"/integriteit/{made}/stand", data=close).status_code == 303
    assert officer.post(f"/integriteit/{made}/stand", data=close).status_code == 409, "an older version"
    assert reporter.post(f"/vertrouwelijk-melden/{made}", data={"words": "Nog iets"}).status_code == 409
    question = {"words": "Nog een vraag", "voice": "officer"}
    assert officer.post(f"/integriteit/{made}/schrijven", data=question).status_code == 409
    with db.unit_of_work():
        assert db.session.scalars(select(IntegrityReport.status)).all() == [Status.CLOSED]


@pytest.mark.parametrize("changes", [{"kind": ""}, {"kind": "x"}, {"story": ""}, {"story": "x" * 5001}])
def test_what_is_missing_is_asked(world: World, client_as: As, changes: dict[str, str]) -> None:
    answers = {"kind": "data", "story": STORY} | changes
    assert client_as(world.worker).post("/vertrouwelijk-melden", data=answers).status_code == 422


def test_reports_end_somewhere(world: World, client_as: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.integrity.service.MOST", 2)
    reporter = client_as(world.worker)
    told(reporter)
    told(reporter)
    assert reporter.post("/vertrouwelijk-melden", data={"kind": "data", "story": STORY}).status_code == 429
    told(client_as(world.colleague))


def test_an_unknown_report_is_not_there(world: World, client_as: As) -> None:
    assert client_as(world.integrity_officer).get(f"/integriteit/{new_id()}").status_code == 404


def test_what_was_written_cannot_be_changed(world: World, client_as: As) -> None:
    told(client_as(world.worker))
    for statement in (
        "UPDATE integrity_message SET at = at",
        "DELETE FROM integrity_message",
        "UPDATE integrity_event SET officer_id = NULL",
        "DELETE FROM integrity_event",
        "UPDATE integrity_report SET reporter_hash = ''",
        "DELETE FROM integrity_report",
    ):
        with db.engine().connect() as web, pytest.raises(Exception, match="permission denied"):
            web.execute(text(statement))


@pytest.mark.parametrize("other", [Role.ADMINISTRATOR, Role.MANAGER, Role.JV_DIRECTOR])
def test_the_officer_leads_nobody_and_manages_no_accounts(other: Role) -> None:
    assert not combination_allowed(frozenset({Role.INTEGRITY_OFFICER, other}))
    assert EXCLUSIVE
    assert set(GRANTS[Role.INTEGRITY_OFFICER]) == {Permission.INTEGRITY_HANDLE}
    assert [role for role in Role if Permission.INTEGRITY_HANDLE in GRANTS[role]] == [Role.INTEGRITY_OFFICER]
