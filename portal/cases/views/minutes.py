"""What stands in the minutes of a conference, as data for the layout of a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from portal.cases import labels
from portal.cases.models import ActionStatus
from portal.cases.service.conferring import Table
from portal.core import clock, formats
from portal.in_view.models import CaseLevel


def minutes_of(table: Table) -> Mapping[str, Any]:
    """The minutes in the reader's language: kenmerk instead of the name, for paper gets around."""
    case, conference = table.seen.case, table.conference
    present = [guest.name for guest in table.guests if guest.invitee.present]
    absent = [guest.name for guest in table.guests if not guest.invitee.present]
    return {
        "organisation": _("Jeugd & Veiligheid"),
        "title": _("Verslag casusoverleg %(number)s", number=case.number),
        "date": conference.held_on,
        "facts": [
            [_("Jongere"), case.person.pseudonym],
            [_("Datum"), formats.full_date(clock.to_local(conference.starts_at).date())],
            [_("Niveau"), str(labels.LEVEL[CaseLevel(case.level)])],
            [_("Regie"), table.seen.director or "–"],
            [_("Aanwezig"), ", ".join(present) or "–"],
            [_("Afwezig"), ", ".join(absent) or "–"],
        ],
        "sections": [section for section in _sections(table) if section["body"]],
        "footer": _("Vertrouwelijk. Alleen voor wie bij dit overleg hoort."),
    }


def _sections(table: Table) -> list[dict[str, Any]]:
    actions = [
        [
            row.task.what,
            row.owner,
            formats.full_date(row.task.due_on),
            str(labels.ACTION_STATUS[ActionStatus(row.task.status)]),
        ]
        for row in table.agreed
    ]
    head = [_("Wat"), _("Wie"), _("Klaar op"), _("Stand")]
    return [
        {"heading": _("Kort verslag"), "body": [table.conference.minutes] if table.conference.minutes else []},
        {
            "heading": _("Besluiten"),
            "body": [{"list": [decision.body for decision, _by in table.decisions]}] if table.decisions else [],
        },
        {
            "heading": _("Acties"),
            "body": [{"table": {"head": head, "rows": actions}, "widths": [3, 2, 2, 1]}] if actions else [],
        },
    ]
