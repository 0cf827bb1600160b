"""All that can be done with programmes, in modules by use case."""

from __future__ import annotations

from portal.programmes.service.catalogue import (
    Details,
    FocusDetails,
    LineDetails,
    add_focus,
    add_line,
    catalogue,
    create,
    focus_of,
    get,
    journal,
    learn,
    line_of,
    organisations,
    owners,
    update,
    update_focus,
    update_line,
)

__all__ = [
    "Details", "FocusDetails", "LineDetails", "add_focus", "add_line", "catalogue", "create", "focus_of", "get",
    "journal", "learn", "line_of", "organisations", "owners", "update", "update_focus", "update_line",
]  # fmt: skip
