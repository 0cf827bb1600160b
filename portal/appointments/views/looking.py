"""A stretch of the agenda, on screen and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from portal.appointments import calendar, labels, service
from portal.appointments.calendar import Entry, Shape, Stretch
from portal.appointments.views.blueprint import bp
from portal.core import clock
from portal.privacy.actor import Actor
from portal.privacy.guard import confirmed_lately, current_actor, requires
from portal.privacy.models import Action
from portal.privacy.permissions import Permission


@dataclass(frozen=True)
class Shown:
    """What the address of an agenda asks for, and what is in it."""

    stretch: Stretch
    team: bool
    may_team: bool
    entries: Sequence[Entry]

    def at(self, **changes: str) -> str:
        """The address of this agenda with something changed."""
        stretch = self.stretch
        known: dict[str, Any] = {"weergave": stretch.shape, "dag": stretch.day.isoformat(), "wie": self._whose}
        known.update(changes)
        return url_for(".index", **known)

    @property
    def _whose(self) -> str | None:
        return "team" if self.team else None


@bp.get("")
@requires(Permission.CONTACTS_READ)
def index() -> Any:
    """A day, a week or two weeks as a list, of oneself or of the team."""
    actor = current_actor()
    shown = _shown(actor)
    return render_template(
        "appointments/index.html",
        shown=shown,
        labels=labels,
        columns=_columns(actor, shown),
        hours=calendar.by_hour(shown.entries) if shown.stretch.shape is Shape.DAY and not shown.team else [],
        page_keys=_keys(shown),
    )


@bp.get("/afdrukken")
@requires(Permission.CONTACTS_READ)
@confirmed_lately()
def on_paper() -> Any:
    """The same on paper."""
    shown = _shown(current_actor(), Action.EXPORT)
    columns = [column for column in calendar.by_day(shown.stretch, shown.entries) if column.entries]
    return render_template("appointments/on_paper.html", shown=shown, labels=labels, columns=columns)


def _shown(actor: Actor, action: Action = Action.LIST) -> Shown:
    stretch = calendar.read(request.args.get("weergave"), request.args.get("dag"))
    may_team = service.has_team(actor)
    team = may_team and request.args.get("wie") == "team"
    days = {"first": stretch.first, "until": stretch.until}
    entries: list[Entry] = [*service.agenda(actor, **days, team=team, action=action)]
    if team:
        entries += service.busy(actor, **days)
    return Shown(stretch, team, may_team, entries)


def _columns(actor: Actor, shown: Shown) -> list[calendar.Column]:
    if shown.stretch.shape is Shape.DAY:
        return calendar.by_person(shown.entries, actor.name) if shown.team else []
    return calendar.by_day(shown.stretch, shown.entries)


def _keys(shown: Shown) -> list[tuple[str, str, str]]:
    """Shortcuts of this page: keys, what they do, address."""
    stretch = shown.stretch
    return [
        ("ArrowLeft", _("Eerder"), shown.at(dag=stretch.before.isoformat())),
        ("ArrowRight", _("Later"), shown.at(dag=stretch.after.isoformat())),
        ("t", _("Vandaag"), shown.at(dag=clock.today().isoformat())),
        *((shape[0], str(labels.SHAPE[shape]), shown.at(weergave=shape)) for shape in Shape),
    ]
