"""What waits for the integrity officer, for "Mijn dag": how many and since when, not what they say."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from portal.core import formats
from portal.core.registry import Section, WorkItem
from portal.integrity import service
from portal.integrity.labels import STATUS
from portal.privacy.actor import Actor


def waiting(actor: Actor) -> list[Section]:
    """One row per state of the reports that are not closed."""
    found = service.waiting(actor)
    items = [
        WorkItem(
            title=f"{STATUS[row.status][0]} ({row.count})",
            subtitle=_("De oudste is van %(day)s", day=formats.day(formats.local_date(row.oldest))),
            url=url_for("integrity.index"),
            icon="shield",
        )
        for row in found
    ]
    return [Section("integriteit", _("Vertrouwelijke meldingen"), _("meldingen"), items, len(items))]
