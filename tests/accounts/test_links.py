"""Mailed links: forgotten passwords and invitations, through the task and a real mail server."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, func, select, text, update

from portal.accounts import passwords, tokens
from portal.accounts.models import AccountToken, User
from portal.core import clock, db
from portal.core.errors import Invalid
from portal.core.ids import new_id
from tasks import accounts as tasks
from tests.factories import World
from tests.factories.accounts import PASSWORD, stored, with_password, with_second_factor
from tests.reminders.smtp import MailServer

NEW = "vijf gewone woorden achter elkaar"


def ask(client: FlaskClient, login: str = "samira") -> Any:
    return client.post("/wachtwoord-vergeten", data={"login": login})


def link(post: MailServer) -> str:
    """The path of the link in the last mail."""
    body = post.accepted[-1].message.get_body(("plain",)).get_content()
    return re.search(r"https?://[^/\s]+(/\S+)", body).group(1)


def rows() -> list[AccountToken]:
    with db.unit_of_work():
        return list(db.session.scalars(select(AccountToken).order_by(AccountToken.id)))


def mailed(client: FlaskClient, post: MailServer) -> str:
    """Ask for a link and let the sweeper mail it; returns its path."""
    ask(client)
    tasks.sweep()
    return link(post)


def opens(client: FlaskClient, password: str) -> bool:
    answer = client.post("/inloggen", data={"login": "samira", "password": password})
    return answer.status_code == 303


def test_a_forgotten_password_is_replaced_by_the_link(client: FlaskClient, world: World, post: MailServer) -> None:
    with_password(world.worker)
    path = mailed(client, post)
    assert post.accepted[0].to == ("samira@demo.example",)
    assert client.get(path).status_code == 200
    assert client.get(path).status_code == 200, "looking does not use it up"
    assert client.post(path, data={"password": NEW}).headers["Location"] == "/inloggen"
    assert opens(client, NEW)
    client.post("/uitloggen")
    assert not opens(client, PASSWORD)


def test_a_link_works_once(client: FlaskClient, world: World, post: MailServer) -> None:
    with_password(world.worker)
    path = mailed(client, post)
    client.post(path, data={"password": NEW})
    again = client.post(path, data={"password": "nog een heel ander wachtwoord"})
    assert again.status_code == 404
    assert "Deze link werkt niet meer" in again.text
    assert opens(client, NEW)


def test_a_new_password_ends_every_session_and_keeps_the_second_factor(
    client: FlaskClient, world: World, post: MailServer, client_as: Any
) -> None:
    with_password(world.worker)
    with_second_factor(world.worker)
    elsewhere = client_as(world.worker)
    client.post(mailed(client, post), data={"password": NEW})
    assert elsewhere.get("/mijn-account").headers["Location"] == "/inloggen"
    answer = client.post("/inloggen", data={"login": "samira", "password": NEW})
    assert answer.headers["Location"] == "/inloggen/code"


def test_a_reset_works_an_hour_from_the_mail_not_from_the_question(
    client: FlaskClient, world: World, post: MailServer, freeze: Callable[[datetime], None]
) -> None:
    with_password(world.worker)
    asked = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    freeze(asked)
    ask(client)
    freeze(asked + timedelta(minutes=30))
    tasks.sweep()
    path = link(post)
    freeze(asked + timedelta(minutes=89))
    assert client.get(path).status_code == 200
    freeze(asked + timedelta(minutes=90))
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("who", ["onbekend", "kofi", "dirkje", "samira"])
def test_the_answer_is_the_same_for_everybody(
    client: FlaskClient, world: World, post: MailServer, app: Any, who: str
) -> None:
    """Known, unknown, closed and not yet accepted: the same page, the same statements, a mail only for the first."""
    with_password(world.worker)
    with_password(world.director)
    with db.unit_of_work():
        db.session.execute(update(User).where(User.id == world.director.id).values(deactivated_at=clock.now()))
    statements: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        answer = ask(client, who)
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/wachtwoord-vergeten/verstuurd")
    assert "Kijk in je mail" in client.get(answer.headers["Location"]).text
    tasks.sweep()
    assert len(post.accepted) == (1 if who == "samira" else 0)
    expected = [
        "SELECT shift", "SELECT pg_advisory", "SELECT pg_advisory", "SELECT sign_in_attempt", "SELECT sign_in_attempt",
        "SELECT count", "SELECT sign_in_attempt", "INSERT INTO sign_in_attempt", "INSERT INTO account_token",
    ]  # fmt: skip
    assert [next((e for e in expected if s.startswith(e)), s[:60]) for s in statements] == expected


def test_asking_again_at_once_gives_one_mail(client: FlaskClient, world: World, post: MailServer) -> None:
    with_password(world.worker)
    for _ in range(12):
        assert ask(client).status_code == 303, "blocked or not: the answer is the same"
    tasks.sweep()
    assert len(post.accepted) == 1


@pytest.mark.parametrize("typed", ["", " ", "x" * 255, "a\0b"])
def test_bad_input_is_refused(client: FlaskClient, world: World, typed: str) -> None:
    assert ask(client, typed).status_code == 422


@pytest.mark.parametrize(
    "password",
    ["", "kort", "elf tekens1", "x" * 129, "wachtwoord2026!", "WELKOM 123456", "1234567890123", "aaaaaaaaaaaaa",
     "samira proef 2026", "samira@demo.example", "Samira123456789"],
)  # fmt: skip
def test_a_weak_password_is_refused_and_the_link_stays(
    client: FlaskClient, world: World, post: MailServer, password: str
) -> None:
    with_password(world.worker)
    path = mailed(client, post)
    answer = client.post(path, data={"password": password})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert client.post(path, data={"password": NEW}).status_code == 303


@given(st.text(min_size=12, max_size=128))
def test_any_long_text_is_a_password_unless_it_is_easy(password: str) -> None:
    try:
        passwords.check_new(password, names=("Samira Proef",))
    except Invalid:
        core = passwords._core(password)
        assert core in passwords.COMMON or len(set(core)) < 3 or core == "samiraproef"


@pytest.mark.parametrize("path", ["/nieuw-wachtwoord/", "/uitnodiging/"])
@pytest.mark.parametrize("secret", ["x" * 43, "x", "'; DROP TABLE app_user; --", "é" * 20])
def test_an_invented_link_opens_nothing(client: FlaskClient, world: World, path: str, secret: str) -> None:
    answer = client.post(path + secret, data={"password": NEW})
    assert answer.status_code == 404
    assert "Deze link werkt niet meer" in answer.text


def test_a_link_of_one_kind_does_not_work_as_the_other(client: FlaskClient, world: World, post: MailServer) -> None:
    with_password(world.worker)
    path = mailed(client, post)
    assert client.get(path.replace("/nieuw-wachtwoord/", "/uitnodiging/")).status_code == 404


def test_a_link_of_a_closed_account_is_dead(client: FlaskClient, world: World, post: MailServer) -> None:
    with_password(world.worker)
    path = mailed(client, post)
    with db.unit_of_work():
        db.session.execute(update(User).values(deactivated_at=clock.now()))
    assert client.get(path).status_code == 404


def test_the_database_does_not_hold_the_secret(
    client: FlaskClient, world: World, post: MailServer, admin_engine: Engine
) -> None:
    with_password(world.worker)
    secret = mailed(client, post).rpartition("/")[2]
    with admin_engine.connect() as look:
        names = look.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        everything = "".join(
            str(row) for name in names for row in look.execute(text(f'SELECT t::text FROM "{name}" t')).scalars()
        )
    assert len(secret) == 43
    assert secret not in everything


# --- mailing -----------------------------------------------------------------


def test_the_task_mails_once_however_often_it_is_asked(client: FlaskClient, world: World, post: MailServer) -> None:
    with_password(world.worker)
    ask(client)
    for _ in range(3):
        tasks.send_token(str(rows()[0].id))
        tasks.sweep()
    tasks.send_token(str(new_id()))
    assert len(post.accepted) == 1


def test_a_mail_server_that_is_busy_gets_another_try_later(
    client: FlaskClient, world: World, post: MailServer, freeze: Callable[[datetime], None]
) -> None:
    with_password(world.worker)
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    freeze(now)
    post.script = ["busy"]
    ask(client)
    tasks.sweep()
    tasks.sweep()
    assert (len(post.accepted), rows()[0].attempts, rows()[0].sent_at) == (0, 1, None)
    freeze(now + tokens.LEASE + timedelta(seconds=1))
    tasks.sweep()
    assert (len(post.accepted), rows()[0].attempts) == (1, 2)
    assert client.get(link(post)).status_code == 200


def test_a_mail_that_may_have_arrived_is_not_repeated_and_its_link_works(
    client: FlaskClient, world: World, post: MailServer, freeze: Callable[[datetime], None]
) -> None:
    with_password(world.worker)
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    freeze(now)
    post.script = ["drop"]
    path = mailed(client, post)
    freeze(now + timedelta(minutes=20))
    tasks.sweep()
    assert len(post.accepted) == 1
    assert client.get(path).status_code == 200


def test_a_worker_that_died_half_way_leaves_it_to_the_next(
    client: FlaskClient, world: World, post: MailServer, freeze: Callable[[datetime], None]
) -> None:
    with_password(world.worker)
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    freeze(now)
    ask(client)
    tokens._claim(rows()[0].id)  # and then the process is gone
    tasks.sweep()
    assert post.accepted == []
    freeze(now + tokens.LEASE + timedelta(seconds=1))
    tasks.sweep()
    assert client.get(link(post)).status_code == 200


def test_mails_are_neutral_and_in_the_language_of_the_person(
    client: FlaskClient, world: World, post: MailServer
) -> None:
    with_password(world.worker)
    with db.unit_of_work():
        db.session.execute(update(User).where(User.id == world.worker.id).values(language="en"))
    mailed(client, post)
    message = post.accepted[-1].message
    words = str(message["Subject"]) + message.get_body(("plain",)).get_content()
    assert "password" in words
    assert "Samira" not in words + message.get_body(("html",)).get_content()


# --- invitations -------------------------------------------------------------


def invited(client_as: Any, world: World, post: MailServer) -> str:
    admin = client_as(world.administrator)
    admin.post(f"/mensen/{world.worker.id}/uitnodigen")
    tasks.sweep()
    return link(post)


def test_an_invitation_gives_the_first_password(
    client: FlaskClient, client_as: Any, world: World, post: MailServer
) -> None:
    path = invited(client_as, world, post)
    page = client.get(path)
    assert "samira" in page.text, "the name to sign in with"
    client.post(path, data={"password": NEW})
    assert opens(client, NEW)
    assert stored(world.worker).password_changed_at is not None


def test_a_new_invitation_ends_the_old_one_and_works_seven_days(
    client: FlaskClient, client_as: Any, world: World, post: MailServer, freeze: Callable[[datetime], None]
) -> None:
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    freeze(now)
    old, new = invited(client_as, world, post), invited(client_as, world, post)
    assert [client.get(old).status_code, client.get(new).status_code] == [404, 200]
    freeze(now + timedelta(days=7) - timedelta(minutes=1))
    assert client.get(new).status_code == 200
    freeze(now + timedelta(days=7))
    assert client.get(new).status_code == 404


def test_who_accepted_is_not_invited_again(client_as: Any, world: World, post: MailServer) -> None:
    with_password(world.worker)
    assert client_as(world.administrator).post(f"/mensen/{world.worker.id}/uitnodigen").status_code == 409
    with db.unit_of_work():
        assert db.session.scalar(select(func.count()).select_from(AccountToken)) == 0
