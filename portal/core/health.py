"""/health: whether this process can do its work."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.core import db, queue

bp = Blueprint("health", __name__)


@bp.get("/health")
def health() -> tuple[Response, int]:
    """200 when the database answers; a broker that is down only delays messages and is reported as such."""
    try:
        db.session.execute(text("SELECT 1"))
        database = True
    except SQLAlchemyError:
        db.rollback()
        database = False
    parts = {"database": database, "broker": queue.reachable()}
    return jsonify(status="ok" if all(parts.values()) else "degraded" if database else "down", **parts), (
        200 if database else 503
    )


health.access = "public"  # type: ignore[attr-defined]  # core cannot import the guard's @public
