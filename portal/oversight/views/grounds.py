"""The page "Waarom mogen we dit": per processing context the ground, the readers and the term, for all staff."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import ngettext

from portal.core.errors import NotFound
from portal.core.registry import Holding, registry
from portal.oversight.views.blueprint import bp
from portal.privacy.contexts import GROUNDS, Context, Ground, log_path
from portal.privacy.guard import requires
from portal.privacy.labels import ROLE
from portal.privacy.permissions import Permission


@dataclass(frozen=True)
class Shown:
    """One context on the page, with the records that the portal holds in it."""

    code: Context
    ground: Ground
    holdings: Sequence[Holding]
    path: str


def shown() -> list[Shown]:
    """Every context, those that hold records first."""
    held = {code: [h for h in registry.holdings if h.context == code] for code in Context}
    listed = [Shown(code, GROUNDS[code], held[code], log_path(code)) for code in Context]
    return sorted(listed, key=lambda one: not one.holdings)


def period(term: str) -> str:
    """An ISO 8601 duration of one unit, as P3Y, in words."""
    found = re.fullmatch(r"P(\d+)([DMY])", term)
    if found is None:
        raise ValueError(f"{term!r} is not a duration of days, months or years")
    number = int(found[1])
    words: dict[str, str] = {
        "D": ngettext("%(num)s dag", "%(num)s dagen", number),
        "M": ngettext("%(num)s maand", "%(num)s maanden", number),
        "Y": ngettext("%(num)s jaar", "%(num)s jaar", number),
    }
    return words[found[2]]


@bp.get("/verwerkingsregister")
@requires(Permission.REFERENCE_READ)
def grounds() -> str:
    """Every context on one page."""
    return render_template("oversight/grounds.html", listed=shown(), roles=ROLE, period=period)


@bp.get("/verwerkingsregister/<string:slug>")
@requires(Permission.REFERENCE_READ)
def ground(slug: str) -> str:
    """One context: the address to which a record of the access log points."""
    if slug == "portaal":
        return render_template("oversight/ground_portal.html")
    one = next((one for one in shown() if one.path.rsplit("/", 1)[1] == slug), None)
    if one is None:
        raise NotFound
    return render_template("oversight/ground.html", one=one, roles=ROLE, period=period)
