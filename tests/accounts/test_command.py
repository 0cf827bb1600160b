"""The first administrator, from the command line."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import AccountToken, Organisation, Team, User
from portal.core import db
from tests.factories import World


def run(app: Flask, *more: str, login: str = "eerste", email: str = "eerste@voorbeeld.example") -> Result:
    arguments = ["accounts", "create-administrator", "--name", "Eerste Beheerder", "--login", login, "--email", email]
    return app.test_cli_runner().invoke(args=[*arguments, *more])


def test_an_empty_installation_gets_its_first_administrator(app: Flask, client: FlaskClient) -> None:
    done = run(app)
    assert done.exit_code == 0, done.output
    path = urlsplit(done.output.split()[-1]).path
    client.post(path, data={"password": "vijf gewone woorden achter elkaar"})
    client.post("/inloggen", data={"login": "eerste", "password": "vijf gewone woorden achter elkaar"})
    assert client.get("/mensen").status_code == 200
    assert client.get(path).status_code == 404, "the link works once"
    with db.unit_of_work():
        counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Organisation, Team, User)]
    assert counts == [1, 1, 1]


def test_the_team_that_exists_is_used(app: Flask, world: World) -> None:
    assert run(app).exit_code == 0
    with db.unit_of_work():
        assert db.session.scalar(select(func.count()).select_from(Team)) == 3


def test_the_invitation_can_be_mailed(app: Flask) -> None:
    done = run(app, "--mail")
    assert "http" not in done.output
    with db.unit_of_work():
        token = db.session.scalars(select(AccountToken)).one()
    assert (token.sent_at, token.token_hash) == (None, None)


@pytest.mark.parametrize(
    ("login", "email"),
    [
        ("samira", "ander@voorbeeld.example"),
        ("ander", "SAMIRA@demo.example"),
        ("ander", "geen adres"),
        ("a b", "a@b.nl"),
    ],
)
def test_what_is_taken_or_wrong_is_refused(app: Flask, world: World, login: str, email: str) -> None:
    with db.unit_of_work():
        before = db.session.scalar(select(func.count()).select_from(User))
    done = run(app, login=login, email=email)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    with db.unit_of_work():
        assert db.session.scalar(select(func.count()).select_from(User)) == before
