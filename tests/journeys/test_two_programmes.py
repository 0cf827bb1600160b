"""One young person in Jeugd & Veiligheid and Preventie met Gezag at once, seen by each role as it should be."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import expect

from portal.core import clock
from tests.journeys.conftest import Axe, Site, Visitor

#: Somebody of the demo worker in the approach of the district and not in what is voluntary, with a trajectory.
YOUNG = """
    SELECT p.id FROM person p
    JOIN enrolment e ON e.person_id = p.id AND e.status = 'enrolled' AND e.context = 'jv_district'
    JOIN person_assignment a ON a.person_id = p.id AND a.until IS NULL
    JOIN app_user u ON u.id = a.user_id AND u.login = 'jongerenwerker'
    JOIN trajectory t ON t.person_id = p.id AND t.status = 'active'
    WHERE p.status = 'open' AND NOT EXISTS (SELECT FROM enrolment f WHERE f.person_id = p.id
        AND f.context = 'voluntary_guidance' AND f.status <> 'declined')
    ORDER BY p.id LIMIT 1
"""
WHY = "Wil zelf leren lassen en weg van het plein."
DISCLOSED = "SELECT context || ' ' || context_to FROM disclosure WHERE person_id = :young ORDER BY at DESC LIMIT 1"
WAITING = "SELECT id FROM disclosure WHERE person_id = :young AND status = 'proposed'"
LOGGED = """
    SELECT string_agg(DISTINCT context || ' ' || purpose, ', ' ORDER BY context || ' ' || purpose) FROM access_event
    WHERE subject_type = 'enrolment' AND person_id = :young AND actor_id = (SELECT id FROM app_user WHERE login = :who)
        AND action = 'read'
"""


def today(site: Site) -> date:
    return clock.to_local(site.value("SELECT app_now()")).date()


def test_one_young_person_in_two_programmes(visitor: Visitor, site: Site, axe: Axe) -> None:
    young = site.value(YOUNG)
    assert young is not None
    day = today(site)

    # The worker tells it in the other approach, says why, and enrols with the young person's own yes.
    page = visitor.open("jongerenwerker", "phone")
    page.goto(f"/jongeren/{young}")
    page.get_by_role("link", name="Jeugd & Veiligheid").first.click()
    page.get_by_role("link", name="Delen met een andere aanpak").click()
    line = "Preventie met Gezag: Preventie en perspectief"
    page.get_by_label("Welk programma, welke lijn?").select_option(label=line)
    page.get_by_label("Waarvoor is het nodig?").fill("Een opleiding en een rolmodel")
    page.get_by_text("De jongere vindt het goed").click()
    page.get_by_label("Waarom mag en moet het hier gedeeld worden?").fill("De jongere vroeg er zelf om.")
    page.get_by_label("Waarom helpt dit programma deze jongere?").fill(WHY)
    page.get_by_label("Wanneer zei de jongere ja?").fill(day.isoformat())
    page.get_by_label("Tot en met").fill((day + timedelta(days=180)).isoformat())
    assert not axe(page)
    page.get_by_role("button", name="Delen en voorstellen").click()
    page.wait_for_url("**/inschrijvingen/*")
    expect(page.get_by_text(WHY)).to_be_visible()
    expect(page.get_by_text("De jongere vroeg er zelf om.")).to_be_visible()
    assert not axe(page)
    voluntary = page.url
    assert site.value(DISCLOSED, young=young) == "jv_district voluntary_guidance"
    page.goto(f"/jongeren/{young}/programmas")
    expect(page.get_by_role("link", name="Jeugd & Veiligheid").first).to_be_visible()
    expect(page.get_by_role("link", name="Preventie met Gezag")).to_be_visible()
    assert not axe(page)

    # Somebody else approves that it is told, and then the worker goes on; until then the coordinator knows of nothing.
    director, early = visitor.open("regisseur"), visitor.open("coordinator")
    assert early.goto(voluntary).status == 404
    waiting = site.value(WAITING, young=young)
    director.goto(f"/verstrekkingen/{waiting}")  # where the reminder leads
    director.get_by_role("link", name="Beoordelen").click()
    director.get_by_text("Ja, dit mag gedeeld worden").click()
    assert not axe(director)
    director.get_by_role("button", name="Opslaan").click()
    expect(director.get_by_text("Goedgekeurd. Het is nu gedeeld.")).to_be_visible()
    page.goto(voluntary)
    page.get_by_role("link", name="De jongere doet mee").click()
    page.get_by_role("button", name="De jongere doet mee").click()
    expect(page.get_by_text("Doet mee", exact=True)).to_be_visible()

    # The director sees both, and of what is voluntary only that it is there.
    page = director
    page.goto(voluntary)
    expect(page.get_by_text("Je ziet dat die er is, niet waarom.")).to_be_visible()
    expect(page.get_by_text(WHY)).to_have_count(0)
    page.goto("/programmas")
    expect(page.get_by_role("heading", name="In hoeveel programma's jongeren zijn")).to_be_visible()
    page.get_by_role("link", name="Jeugd & Veiligheid").first.click()
    expect(page.locator("#deelnemers a[href*='/inschrijvingen/']").first).to_be_visible()

    # The coordinator of the trajectory sees what is voluntary, and nothing of the district.
    page = visitor.open("coordinator")
    page.goto(voluntary)
    expect(page.get_by_text(WHY)).to_be_visible()
    page.goto(f"/jongeren/{young}/programmas")
    expect(page.get_by_role("link", name="Preventie met Gezag")).to_be_visible()
    expect(page.get_by_text("Jeugd & Veiligheid")).to_have_count(0)

    # The manager and the messenger: numbers, or nothing.
    page = visitor.open("manager")
    answer = page.goto(voluntary)
    assert answer is not None
    assert answer.status == 403
    page.goto("/programmas")
    page.get_by_role("link", name="Jeugd & Veiligheid").first.click()
    expect(page.get_by_role("heading", name="Bereik vandaag")).to_be_visible()
    assert "P-" not in page.locator("main").inner_text()
    answer = visitor.open("messenger").goto(voluntary)
    assert answer is not None
    assert answer.status == 403

    # Who read it, in which context, for what.
    assert site.value(LOGGED, young=young, who="coordinator") == "voluntary_guidance matching"
    assert site.value(LOGGED, young=young, who="regisseur") == "voluntary_guidance supervision"
