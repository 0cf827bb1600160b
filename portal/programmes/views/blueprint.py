"""The blueprint, and the words its pages use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from portal.areas import service as areas
from portal.programmes import labels

bp = Blueprint("programmes", __name__)


@bp.context_processor
def _words() -> dict[str, Any]:
    return {"labels": labels, "area_label": areas.label}
