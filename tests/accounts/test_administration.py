"""New colleagues and changed ones, by an administrator."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts import tokens
from portal.accounts.models import AccountToken
from portal.core import db
from portal.privacy.models import AccessEvent
from tests.accounts.administering import administered, details, found, held
from tests.factories import World
from tests.factories.accounts import stored, with_password, with_second_factor
from tests.reminders.smtp import MailServer

# --- new people -------------------------------------------------------------------------------------------------------


def test_a_new_colleague_gets_an_account_a_role_and_an_invitation(admin: FlaskClient, world: World) -> None:
    answer = admin.post("/mensen/nieuw", data=details(world))
    assert answer.status_code == 303
    noor = found("noor")
    assert noor is not None
    assert noor.sort_key.startswith("berg")
    assert held(noor) == [("youth_worker", "Team Noord", None)]
    with db.unit_of_work():
        made = db.session.scalars(select(AccountToken)).all()
    assert [(token.user_id, token.kind, token.token_hash) for token in made] == [(noor.id, "invitation", None)]
    assert {(event.subject_id, tuple(event.fields)) for event in administered()} == {
        (noor.id, ("account",)), (noor.id, ("roles",)),
    }  # fmt: skip
    assert {event.role for event in administered()} == {"administrator"}
    assert "Noor van den Berg" in admin.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": ""}, "Vul dit veld in."),
        ({"name": "x" * 121}, "korter"),
        ({"login": "Samira"}, "kleine letters"),
        ({"login": "samira"}, "al van iemand anders"),
        ({"login": "a@b.nl"}, "kleine letters"),
        ({"email": "SAMIRA@demo.example"}, "al een account met dit e-mailadres"),
        ({"email": "geen adres"}, "geldig e-mailadres"),
        ({"email": "a@b.nl\r\nBcc: x@y.nl"}, "teken"),
        ({"organisation_id": "00000000-0000-0000-0000-000000000000"}, "Kies een van de mogelijkheden."),
        ({"team_id": "x"}, "Kies een van de mogelijkheden."),
        ({"role": "keizer"}, "Kies een van de mogelijkheden."),
        ({"fte": "2"}, "1.5 of minder"),
        ({"fte": "veel"}, "Vul een getal in"),
        ({"valid_from": "31-02-2026"}, "bestaande datum"),
        ({"valid_until": "2025-12-31"}, "De laatste dag ligt voor de eerste."),
    ],
)
def test_bad_input_is_refused_beside_the_field_and_nothing_is_half_saved(
    admin: FlaskClient, world: World, wrong: dict[str, str], message: str
) -> None:
    answer = admin.post("/mensen/nieuw", data=details(world, **wrong))
    assert answer.status_code == 422
    assert message in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert found("noor") is None
    with db.unit_of_work():
        assert db.session.scalars(select(AccountToken)).all() == []
    assert administered() == []


def test_a_hostile_name_is_only_text(admin: FlaskClient, world: World) -> None:
    admin.post("/mensen/nieuw", data=details(world, name="<script>alert(1)</script>"))
    page = admin.get("/mensen").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


# --- changing ---------------------------------------------------------------------------------------------------------


def test_a_person_is_changed(admin: FlaskClient, world: World) -> None:
    data = details(world, name="Samira Anders", login="samira", email="samira@demo.example", phone="020 1234567")
    data["version"] = "1"
    assert admin.post(f"/mensen/{world.worker.id}/wijzigen", data=data).status_code == 303
    user = stored(world.worker)
    assert (user.name, user.phone, user.version) == ("Samira Anders", "020 1234567", 2)
    assert [event.fields for event in administered()] == [["name", "phone"]]


def test_who_was_later_hears_so_and_changes_nothing(admin: FlaskClient, world: World) -> None:
    data = details(world, login="samira", email="samira@demo.example", version="1")
    admin.post(f"/mensen/{world.worker.id}/wijzigen", data=data | {"name": "Eerste"})
    answer = admin.post(f"/mensen/{world.worker.id}/wijzigen", data=data | {"name": "Tweede"})
    assert answer.status_code == 409
    assert "voor" in answer.text
    assert stored(world.worker).name == "Eerste"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_broken_version_is_refused(admin: FlaskClient, world: World, version: str) -> None:
    data = details(world, login="samira", email="samira@demo.example", version=version)
    assert admin.post(f"/mensen/{world.worker.id}/wijzigen", data=data).status_code == 422


def test_a_new_address_ends_the_old_invitation_and_sends_a_new_one(admin: FlaskClient, world: World) -> None:
    admin.post(f"/mensen/{world.worker.id}/uitnodigen")
    data = details(world, login="samira", email="nieuw@voorbeeld.example", version="1")
    admin.post(f"/mensen/{world.worker.id}/wijzigen", data=data)
    with db.unit_of_work():
        sent = db.session.scalars(select(AccountToken).order_by(AccountToken.id)).all()
    assert [token.used_at is None for token in sent] == [False, True]


def test_whose_account_it_is_hears_at_the_old_address_that_it_is_another_now(
    admin: FlaskClient, world: World, post: MailServer
) -> None:
    """Whoever reads the new one can set a new password, and everything else is mailed there."""
    with_password(world.worker)
    before = world.worker.email
    data = details(world, login="samira", email="elders@voorbeeld.example", version="1")
    assert admin.post(f"/mensen/{world.worker.id}/wijzigen", data=data).status_code == 303
    for token_id in tokens.unsent():
        tokens.send(token_id)
    assert [mail.to for mail in post.accepted] == [(before,)]
    assert "gewijzigd" in str(post.accepted[0].message["Subject"])


def test_an_unknown_person_is_not_found_and_the_question_is_logged(admin: FlaskClient, world: World) -> None:
    nobody = world.noord.id
    for path in ("", "/wijzigen", "/rollen/nieuw", "/team-wisselen", "/sluiten", f"/rollen/{nobody}/wijzigen"):
        assert admin.get(f"/mensen/{nobody}{path}").status_code == 404, path
    for path in ("/openen", "/uitnodigen", "/tweede-stap-wissen"):
        assert admin.post(f"/mensen/{nobody}{path}").status_code == 404, path
    with db.unit_of_work():
        denied = db.session.scalars(
            select(AccessEvent).order_by(AccessEvent.id).where(AccessEvent.result == "denied")
        ).all()
    assert len(denied) == 9


def test_a_lost_phone(admin: FlaskClient, world: World, client_as: Any) -> None:
    with_second_factor(world.worker)
    theirs = client_as(world.worker)
    assert admin.post(f"/mensen/{world.worker.id}/tweede-stap-wissen").status_code == 303
    assert stored(world.worker).totp_sealed is None
    assert theirs.get("/mijn-account").status_code == 303
    assert admin.post(f"/mensen/{world.worker.id}/tweede-stap-wissen").status_code == 409
