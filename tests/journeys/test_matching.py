"""From request to a running trajectory: the worker asks, the coordinator proposes, both sides say yes."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import expect

from tests.journeys.conftest import Site, Visitor

WITHOUT_TRAJECTORY = """
    SELECT p.id FROM person p
    JOIN person_assignment a ON a.person_id = p.id AND a.until IS NULL
    JOIN app_user u ON u.id = a.user_id AND u.login = 'jongerenwerker'
    WHERE p.status = 'open' AND NOT EXISTS (
        SELECT FROM trajectory t WHERE t.person_id = p.id AND t.status NOT IN ('ended', 'rejected', 'stopped'))
    ORDER BY p.id LIMIT 1
"""


def test_request_match_active(visitor: Visitor, site: Site) -> None:
    person_id = site.value(WITHOUT_TRAJECTORY)
    given_name = site.value(
        "SELECT coalesce(nullif(call_name, ''), given_name) FROM person WHERE id = :id", id=person_id
    )
    of_account = "FROM credible_messenger m JOIN app_user u ON u.id = m.user_id WHERE u.login = 'messenger'"
    messenger_id, messenger_name = (
        site.value(f"SELECT m.id {of_account}"),
        site.value(f"SELECT display_name {of_account}"),
    )
    today: date = site.value("SELECT (app_now() AT TIME ZONE 'Europe/Amsterdam')::date")

    worker = visitor.open("jongerenwerker", "phone")
    worker.goto(f"/jongeren/{person_id}")
    worker.get_by_role("link", name="Traject aanvragen").tap()
    worker.get_by_label("Wat wil de jongere?").fill("Weer gaan sporten en werk zoeken.")
    worker.get_by_label("Wanneer zei de jongere ja tegen een traject?").fill(today.isoformat())
    worker.get_by_role("button", name="Traject aanvragen").tap()
    expect(worker.get_by_text("Het traject is aangevraagd")).to_be_visible()
    path = worker.url.removeprefix(site.url)
    number = worker.get_by_role("heading", level=1).inner_text()

    coordinator = visitor.open("coordinator")
    coordinator.goto(f"/credible-messengers/{messenger_id}/wijzigen")
    coordinator.get_by_label("Plaatsen voor trajecten").fill("8")
    coordinator.get_by_role("button", name="Opslaan").click()
    coordinator.wait_for_url(f"**/credible-messengers/{messenger_id}")
    coordinator.goto("/trajecten")
    card = coordinator.locator("[data-card]", has_text=number)
    card.get_by_role("button", name="Oppakken").click()
    expect(coordinator.get_by_text("Opgeslagen")).to_be_visible()
    coordinator.locator("[data-column=matching] [data-card]", has_text=number).get_by_role(
        "link", name="Voorstellen"
    ).click()
    coordinator.get_by_role("combobox", name="Welke messenger?").fill(messenger_name)
    coordinator.get_by_role("option", name=messenger_name).first.click()
    coordinator.get_by_label("Waarom past deze messenger?").fill("Zelfde sport, kent de buurt.")
    coordinator.get_by_role("button", name="Voorstel doen").click()
    expect(coordinator.get_by_text("Het voorstel is gedaan")).to_be_visible()

    messenger = visitor.open("messenger", "phone")
    messenger.goto("/trajecten")
    messenger.get_by_role("link", name=number).first.tap()
    assert given_name not in messenger.locator("main").inner_text()
    messenger.get_by_role("button", name="Ja, ik doe dit").tap()
    expect(messenger.get_by_text("Opgeslagen")).to_be_visible()

    worker.goto(path)
    worker.get_by_role("button", name="De jongere zegt ja").tap()
    expect(worker.get_by_text("Klaar voor kennismaking")).to_be_visible()

    messenger.goto(path)
    expect(messenger.locator("main")).to_contain_text(given_name)
    messenger.get_by_role("link", name="Kennismaking is geweest").tap()
    messenger.get_by_label("Wanneer was de kennismaking?").fill(today.isoformat())
    messenger.get_by_role("button", name="Kennismaking is geweest").tap()
    expect(messenger.get_by_text("Opgeslagen")).to_be_visible()

    coordinator.goto("/trajecten?meer=active")  # the newest lies below
    expect(coordinator.locator("[data-column=active] [data-card]", has_text=number)).to_be_visible()
    assert site.value("SELECT status FROM trajectory WHERE number = :number", number=number) == "active"
