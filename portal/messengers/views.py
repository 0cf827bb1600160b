"""HTTP for messengers."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("messengers", __name__)
