"""The blueprint that the modules with views share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("oversight", __name__)
