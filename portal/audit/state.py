"""How far the log is sealed, for a page and for who watches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text

from portal.accounts.models import User
from portal.audit.models import RootMail
from portal.core import clock, db

#: A row that waits longer than this for its seal says that the sealer stands still.
PATIENCE = timedelta(minutes=10)

_STATE = text("""
    SELECT s.n, s.hash, s.public_key, s.sealed_at, (SELECT sum(events) FROM access_seal)::bigint AS rows,
           w.waiting, w.since
    FROM (SELECT 1) AS always
    LEFT JOIN (SELECT * FROM access_seal ORDER BY n DESC LIMIT 1) s ON true,
    LATERAL (
      SELECT count(*) AS waiting, min(at) AS since FROM (
        SELECT at FROM access_event
        WHERE epoch = (SELECT max(n) FROM access_epoch)
          AND xid >= CASE WHEN s.epoch = (SELECT max(n) FROM access_epoch) THEN s.to_xid ELSE 0 END
        LIMIT 10000) unsealed
    ) w
""")


@dataclass(frozen=True)
class State:
    """The newest seal, and what waits for the next: at most 10,000 are counted."""

    n: int
    hash: str
    public_key: str
    sealed_at: datetime | None
    rows: int
    waiting: int
    since: datetime | None

    @property
    def standing_still(self) -> bool:
        """Whether rows wait for too long."""
        return self.since is not None and self.since < clock.now() - PATIENCE


def current() -> State:
    """The state at this moment."""
    row = db.session.execute(_STATE).one()
    hashed, key = bytes(row.hash or b"").hex(), bytes(row.public_key or b"").hex()
    return State(row.n or 0, hashed, key, row.sealed_at, row.rows or 0, row.waiting, row.since)


def mailed(most: int = 30) -> Sequence[tuple[RootMail, str]]:
    """The latest mails with a root, and to whom they went."""
    statement = select(RootMail, User.name).join(User, User.id == RootMail.recipient_id)
    ordered = statement.order_by(RootMail.day.desc(), User.sort_key, RootMail.id).limit(most)
    return [(mail, name) for mail, name in db.session.execute(ordered)]
