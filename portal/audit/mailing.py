"""The newest root leaves the machine every day, by mail to each privacy officer: once per day and person.

The row is the claim: made once per civil date, taken with a lease, settled by who holds it. No personal data in it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, func, insert, literal, select, text, update

from portal.accounts.models import RoleAssignment, User
from portal.audit import roots
from portal.audit.models import MailState, RootMail
from portal.audit.roots import Root
from portal.core import clock, db, letters, mail
from portal.core.mail import Mail
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action
from portal.privacy.permissions import Role
from portal.settings import settings

log = logging.getLogger(__name__)

#: From this hour on, in Amsterdam.
HOUR = 6
LEASE = timedelta(minutes=2)
MAX_TRIES = 12


@dataclass(frozen=True)
class _Claimed:
    id: UUID
    message: Mail
    tries: int


def send_due() -> int:
    """Make the mails of today and send what waits; how many were handed over. May run anywhere, any number of times."""
    with db.unit_of_work():
        clock.synchronise(db.session())
        _make()
    sent = 0
    while claimed := _claim():
        sent += _send(claimed)
    return sent


def newest() -> Root | None:
    """The newest seal, or None before the first."""
    row = db.session.execute(text(roots.NEWEST)).one_or_none()
    if row is None:
        return None
    n, hashed, sealed_at, rows, public_key, signature = row
    return Root(n, bytes(hashed), sealed_at, rows, bytes(public_key), bytes(signature))


def _make() -> None:
    today, root = clock.today(), newest()
    if root is None or clock.to_local(clock.now()).hour < HOUR:
        return
    officers = select(func.uuidv7(), literal(today), User.id, literal(root.n), literal(root.as_text())).where(
        User.deactivated_at.is_(None),
        exists().where(
            RoleAssignment.user_id == User.id,
            RoleAssignment.role == Role.PRIVACY_OFFICER,
            RoleAssignment.holds_on(today),
        ),
        ~exists().where(RootMail.recipient_id == User.id, RootMail.day == today),
    )
    columns = ["id", "day", "recipient_id", "seal_n", "root"]
    db.session.execute(
        text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": 4_208_171_307}
    )  # two at once would both find nobody has one
    db.session.execute(insert(RootMail).from_select(columns, officers, include_defaults=False))


def _claim() -> _Claimed | None:
    """Take one mail that waits; nobody else gets it while the lease lasts."""
    with db.unit_of_work():
        now = clock.now()
        waiting = (
            select(RootMail.id)
            .where(RootMail.state == MailState.PENDING, RootMail.not_before <= now)
            .order_by(RootMail.not_before, RootMail.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = db.session.scalar(waiting)
        if row is None:
            return None
        taken = db.session.get_one(RootMail, row)
        taken.tries, taken.not_before = taken.tries + 1, now + LEASE * 2 ** min(taken.tries, 6)
        recipient = db.session.get_one(User, taken.recipient_id)
        access_log.record(system("access_log"), Action.NOTIFY, Subject("access_root", taken.id))
        return _Claimed(taken.id, _message(taken, recipient), taken.tries)


def _message(row: RootMail, recipient: User) -> Mail:
    letter = letters.compose("audit/root", recipient.language, root=row.root, seal=row.seal_n)
    message_id = f"<root.{row.id}@wegomhoog.invalid>"
    return Mail(recipient.email, letter.subject, letter.text, letter.html, message_id)


def _send(claimed: _Claimed) -> int:
    config = settings()
    sent = mail.send(claimed.message, url=config.mail_url, sender=config.mail_from, timeout=config.mail_timeout_seconds)
    log.info("root of the access log", extra={"outcome": sent.outcome})
    handed_over = sent.outcome in ("accepted", "unknown")  # the same Message-ID twice does no harm, none at all does
    given_up = sent.outcome == "permanent" or claimed.tries >= MAX_TRIES
    if handed_over or given_up:
        state = MailState.SENT if handed_over else MailState.FAILED
        with db.unit_of_work():
            mine = update(RootMail).where(RootMail.id == claimed.id, RootMail.tries == claimed.tries)
            db.session.execute(mine.values(state=state, settled_at=clock.now()))
    return int(handed_over)
