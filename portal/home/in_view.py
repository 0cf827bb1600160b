"""What young people in view put in "Mijn dag"."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.core import formats
from portal.core.registry import Section, WorkItem
from portal.in_view import labels
from portal.in_view import service as in_view
from portal.in_view.models import ViewStatus
from portal.in_view.service import Seen, Todo
from portal.privacy.actor import Actor

ICON = {
    Todo.DECIDE: "flag", Todo.OBJECTION: "scale", Todo.TRANSFER: "arrow-right-left", Todo.LETTER: "mail",
    Todo.REVIEW: "refresh-cw", Todo.LONGER: "calendar-plus",
}  # fmt: skip


def waiting(actor: Actor) -> list[Section]:
    """Decisions, letters and reviews that wait for this actor: one group, what waits first in front."""
    found = in_view.to_do(actor)
    items = [_item(todo, seen) for todo, seen in found]
    title, label = _("Jongeren in beeld"), _("in beeld")
    return [Section("in-beeld", title, label, items, len(items), aside=True, more_url="/in-beeld")] if items else []


def _item(todo: Todo, seen: Seen) -> WorkItem:
    view = seen.view
    day = in_view.wanted_on(todo, view)
    late = view.status == ViewStatus.SUSPENDED
    return WorkItem(
        title=seen.title,
        subtitle=str(labels.STATUS[ViewStatus.SUSPENDED] if late else labels.ASKS[todo]),
        url=f"/in-beeld/{view.id}",
        due_on=day,
        icon=ICON[todo],
        meta=formats.relative_day(day or view.proposed_on) if day or todo is Todo.DECIDE else "",
    )
