"""The manager's Tuesday: figures, a talk with names while it lasts, an agreement, a hand-over that is accepted."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Axe, Site, Visitor

FIRST_OF_LIST = """
    SELECT p.id FROM person p JOIN person_assignment a ON a.person_id = p.id AND a.until IS NULL AND a.is_primary
    WHERE a.user_id = :worker AND p.status = 'open'
      AND NOT EXISTS (SELECT FROM hand_over h WHERE h.person_id = p.id AND h.status = 'proposed')
    ORDER BY p.sort_key, p.id LIMIT 1
"""
ANOTHER_WORKER = """
    SELECT u.id FROM app_user u JOIN role_assignment r ON r.user_id = u.id AND r.role = 'youth_worker'
    JOIN team t ON t.id = r.team_id JOIN role_assignment m ON m.team_id = t.id AND m.role = 'manager'
    JOIN app_user b ON b.id = m.user_id AND b.login = 'manager'
    WHERE u.login <> 'jongerenwerker' AND u.deactivated_at IS NULL
      AND NOT EXISTS (SELECT FROM absence x WHERE x.user_id = u.id)
      AND NOT EXISTS (SELECT FROM talk k WHERE k.worker_id = u.id AND k.status IN ('planned', 'open'))
    ORDER BY u.sort_key LIMIT 1
"""


def test_from_caseload_to_a_hand_over_that_is_accepted(visitor: Visitor, site: Site, axe: Axe) -> None:
    worker_id = site.value(ANOTHER_WORKER)
    worker_name = site.value("SELECT name FROM app_user WHERE id = :id", id=worker_id)
    receiver_name = site.value("SELECT name FROM app_user WHERE login = 'jongerenwerker'")
    young = site.value(FIRST_OF_LIST, worker=worker_id)
    kenmerk = site.value("SELECT pseudonym FROM person WHERE id = :id", id=young)
    family_name = site.value("SELECT family_name FROM person WHERE id = :id", id=young)

    manager = visitor.open("manager")
    manager.goto("/caseload")
    before = _open_people(manager, worker_name)
    assert family_name not in manager.locator("main").inner_text()
    manager.get_by_role("link", name=worker_name).click()
    manager.get_by_role("button", name="Plannen").click()
    expect(manager.get_by_text("Het gesprek is gepland")).to_be_visible()
    manager.get_by_role("link", name="Lijst openen").click()
    manager.get_by_text("De caseload is te groot of te klein").click()
    manager.get_by_role("button", name="Lijst openen voor dit gesprek").click()

    row = manager.get_by_role("row").filter(has_text=kenmerk)
    expect(row).to_contain_text(family_name)
    assert axe(manager) == []
    talk = manager.url.removeprefix(site.url)
    assert site.value("SELECT count(*) FROM access_event WHERE subject_type = 'talk' AND person_id = :id", id=young)

    due: date = site.value("SELECT (app_now() AT TIME ZONE 'Europe/Amsterdam')::date") + timedelta(days=3)
    manager.get_by_label("Wat spreek je af?").fill("Twee dossiers nalopen")
    manager.get_by_label("Uiterlijk").fill(due.isoformat())
    manager.get_by_role("button", name="Afspreken").click()
    expect(manager.locator("#afspraken")).to_contain_text("Twee dossiers nalopen")

    row.get_by_role("link", name="Overdragen").click()
    manager.get_by_label("Wie neemt het over?").select_option(label=receiver_name)
    manager.get_by_role("button", name="Voorstel versturen").click()
    expect(row).to_contain_text(f"gevraagd: {receiver_name}")

    receiver = visitor.open("jongerenwerker", "phone")
    receiver.goto(f"/overdrachten/{site.value('SELECT id FROM hand_over WHERE person_id = :id', id=young)}")
    receiver.get_by_role("button", name="Ja, ik neem over").tap()
    expect(receiver.get_by_text("Je hebt deze jongere overgenomen")).to_be_visible()

    manager.goto(talk)
    expect(manager.get_by_role("row").filter(has_text=kenmerk)).to_have_count(0)
    manager.get_by_role("button", name="Gesprek afronden").click()
    expect(manager.get_by_text("De namen zijn weer weg").first).to_be_visible()
    expect(manager.get_by_role("heading", name="Jongeren")).to_have_count(0)
    manager.goto("/caseload")
    assert _open_people(manager, worker_name) == before - 1


def _open_people(page: Page, worker: str) -> int:
    cell = page.get_by_role("row").filter(has_text=worker).locator("[data-label='Open']")
    return int(cell.first.inner_text())


def test_back_past_a_refused_form_opens_the_form_again(visitor: Visitor) -> None:
    manager = visitor.open("manager")
    manager.goto("/caseload")
    manager.goto("/caseloadgesprekken/nieuw")
    manager.get_by_label("Wanneer?").fill("2020-01-01")
    manager.get_by_role("button", name="Plannen").click()
    expect(manager.get_by_text("Controleer je antwoorden")).to_be_visible()
    manager.goto("/mijn-dag")
    manager.go_back()
    expect(manager.get_by_role("heading", name="Gesprek plannen")).to_be_visible()
    manager.reload()
    expect(manager.get_by_role("heading", name="Gesprek plannen")).to_be_visible()
