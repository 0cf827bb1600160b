"""What talks put in "Mijn dag"."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _

from portal.core import formats
from portal.core.registry import Section, WorkItem
from portal.privacy.actor import Actor
from portal.privacy.permissions import Role
from portal.talks import service
from portal.talks.models import TalkStatus


def agreements(actor: Actor) -> list[Section]:
    """What was agreed in talks and is not done yet; a talk is with a youth worker."""
    if Role.YOUTH_WORKER not in actor.role_names:
        return []
    items = [
        WorkItem(
            title=row.what,
            subtitle=_("Caseloadgesprek van %(day)s", day=formats.day(talk.planned_on)),
            url=url_for("talks.show", talk_id=talk.id),
            due_on=row.due_on,
            icon="clipboard-check",
            meta=formats.relative_day(row.due_on),
        )
        for row, talk in service.due_agreements(actor)
    ]
    return [
        Section("afspraken-gesprek", _("Afgesproken in je gesprek"), _("afgesproken"), items, len(items), aside=True)
    ]


def to_hold(actor: Actor) -> list[Section]:
    """Talks planned for today, or before and not held, and the one that is going on."""
    items = [
        WorkItem(
            title=_("Gesprek met %(name)s", name=seen.worker),
            subtitle=_("De lijst is open") if seen.status is TalkStatus.OPEN else seen.team,
            url=url_for("talks.show", talk_id=seen.talk.id),
            due_on=seen.talk.planned_on,
            icon="messages-square",
        )
        for seen in service.to_hold(actor)
    ]
    return [Section("gesprekken", _("Caseloadgesprekken"), _("gesprekken"), items, len(items))]
