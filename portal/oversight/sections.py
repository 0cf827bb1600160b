"""What waits for the privacy officer, for "Mijn dag": how many of each, and where they are."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.registry import Section, WorkItem
from portal.emergency import service as emergency
from portal.oversight.service import questions
from portal.privacy.actor import Actor
from portal.programmes.service import approving
from portal.signals.service import overseeing


def waiting(actor: Actor) -> list[Section]:
    """One row per kind of which there is one; nobody is named before the page itself."""
    rows = (
        _emergencies(emergency.waiting_count(actor)),
        _questions(questions.count_open(actor)),
        _disclosures(approving.count_waiting(actor)),
        _signals(overseeing.count_late(actor)),
    )
    items = [row for row in rows if row is not None]
    return [Section("wacht", _("Wacht op jou"), _("wacht op jou"), items, len(items))]


def _emergencies(count: int) -> WorkItem | None:
    title = ngettext("%(num)s keer noodtoegang beoordelen", "%(num)s keer noodtoegang beoordelen", count)
    return WorkItem(title, _("Was het nodig?"), url_for("emergency.index"), icon="siren") if count else None


def _questions(count: int) -> WorkItem | None:
    title = ngettext("%(num)s vraag over inzages", "%(num)s vragen over inzages", count)
    subtitle = _("Iemand keek op een manier die opvalt.")
    return WorkItem(title, subtitle, url_for("oversight.questions"), icon="eye") if count else None


def _disclosures(count: int) -> WorkItem | None:
    title = ngettext("%(num)s verstrekking goedkeuren", "%(num)s verstrekkingen goedkeuren", count)
    subtitle = _("Mag dit gedeeld worden?")
    return WorkItem(title, subtitle, url_for("programmes.disclosures"), icon="send") if count else None


def _signals(count: int) -> WorkItem | None:
    title = ngettext("%(num)s signaal over de termijn", "%(num)s signalen over de termijn", count)
    subtitle = _("Niemand heeft er nog over beslist.")
    return WorkItem(title, subtitle, url_for("signals.oversight"), icon="hourglass") if count else None
