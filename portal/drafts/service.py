"""Keeping, offering and ending drafts. Nobody but the writer gets to one; how long they stay is a setting."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from portal.accounts import sessions
from portal.accounts.models import User
from portal.accounts.policy import may_sign_in
from portal.core import clock, db, sealing
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import N_
from portal.drafts.models import LARGEST, Draft
from portal.drafts.slips import Slip
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.settings import settings

Answers = Sequence[tuple[str, str]]

#: How many drafts somebody has at most; the oldest makes place for a new one.
MOST = 30
MOST_ANSWERS = 300
SHOWN = 5
#: How long an ended draft keeps its empty row, so that a page that still tries to keep it is refused.
REMEMBERED = timedelta(days=1)
NONCE_AND_TAG = 28  # bytes that sealing adds
#: A whole answer, so never an id that somebody wrote in a text.
ONE_ID = re.compile(r"\A[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


@dataclass(frozen=True)
class Kept:
    """How far the draft is, and whether another page wrote into it meanwhile."""

    version: int
    elsewhere: bool


@dataclass(frozen=True)
class Restored:
    """A draft as its writer gets it back."""

    slip: Slip
    answers: Answers
    saved_at: datetime
    version: int


@dataclass(frozen=True)
class Unsent:
    """A draft in a list: of which form, and from when until when somebody typed, without what is in it."""

    id: UUID
    form: str
    path: str
    begun_at: datetime
    saved_at: datetime
    about: frozenset[UUID] = frozenset()  # every record it points at: in its address and in its choices


def keep(slip: Slip, *, answers: Answers, version: int) -> Kept:
    """Keep these answers as the draft of the slip; the newest wins. `version` is the one the page knew, 0 for none.

    Raises NotFound for a closed account, Conflict for a draft that was saved or thrown away, Invalid when it is too
    long. Only the first keeping is logged: the rest is its writer typing on.
    """
    user = db.session.get(User, slip.user_id)
    if user is None or not may_sign_in(user):
        raise NotFound
    reached = _write(slip, _sealed(slip.draft_id, answers))
    if reached == 1:
        _make_room(user.id)
        access_log.record(sessions.actor_of(user), Action.CREATE, Subject("draft", slip.draft_id))
    return Kept(reached, elsewhere=reached > 1 and version != reached - 1)


def _sealed(draft_id: UUID, answers: Answers) -> bytes:
    text = json.dumps([[name, value] for name, value in answers], ensure_ascii=False)
    if len(answers) > MOST_ANSWERS or len(text.encode()) > LARGEST - NONCE_AND_TAG:
        raise Invalid(**{"": N_("Dit is te lang om als concept te bewaren.")})
    return sealing.seal(text, table="draft", column="sealed", row_id=draft_id)


def _write(slip: Slip, sealed: bytes) -> int:
    now = clock.now()
    changing = {"sealed": sealed, "saved_at": now, "expires_at": now + timedelta(days=settings().draft_days)}
    made = insert(Draft).values(
        id=slip.draft_id, user_id=slip.user_id, form=slip.form, path=slip.path, created_at=now, **changing
    )
    written = made.on_conflict_do_update(
        index_elements=["id"],
        set_=changing | {"version": Draft.version + 1},
        where=and_(Draft.user_id == slip.user_id, Draft.ended_at.is_(None)),
    )
    version: int | None = db.session.scalar(written.returning(Draft.version))
    if version is None:
        raise Conflict
    return version


def _make_room(user_id: UUID) -> None:
    beyond = select(Draft.id).where(Draft.user_id == user_id, Draft.ended_at.is_(None))
    oldest = beyond.order_by(Draft.saved_at.desc(), Draft.id.desc()).offset(MOST)
    db.session.execute(delete(Draft).where(Draft.id.in_(oldest)).execution_options(synchronize_session=False))


def restore(actor: Actor, draft_id: UUID, *, path: str) -> Restored:
    """What the actor typed on this page, logged as read. Raises NotFound for another's draft and one that is over."""
    row = db.session.scalar(select(Draft).where(Draft.id == draft_id, Draft.path == path, *_open(actor)))
    if row is None or row.sealed is None:
        raise NotFound
    access_log.record(actor, Action.READ, Subject("draft", row.id))
    answers = [(name, value) for name, value in json.loads(_unsealed(row.id, row.sealed))]
    slip = Slip(row.user_id, row.id, row.form, row.path)
    return Restored(slip, answers, row.saved_at, row.version)


def _unsealed(draft_id: UUID, sealed: bytes) -> str:
    try:
        return sealing.unseal(sealed, table="draft", column="sealed", row_id=draft_id)
    except ValueError:  # another key since
        raise NotFound from None


def is_kept(actor: Actor, draft_id: UUID, *, path: str) -> bool:
    """Whether this is a draft of the actor on that page, with something in it."""
    found = select(Draft.id).where(Draft.id == draft_id, Draft.path == path, *_open(actor))
    return db.session.scalar(found) is not None


def address_of(actor: Actor, draft_id: UUID) -> str:
    """Where the draft belongs. Raises NotFound for another's draft and for one that is over."""
    address = db.session.scalar(select(Draft.path).where(Draft.id == draft_id, *_open(actor)))
    if address is None:
        raise NotFound
    return address


def offered(actor: Actor, path: str) -> Unsent | None:
    """The newest draft of this page, if any."""
    row = db.session.execute(_newest(actor).where(Draft.path == path).limit(1)).first()
    return Unsent(*row) if row else None


def unsent(actor: Actor) -> tuple[list[Unsent], int]:
    """The newest drafts of this actor with what they are about, and how many there are; one statement.

    Of what was typed nothing leaves this but ids, so it is not logged as reading it back; a name that is shown with
    one of them is.
    """
    counted = _newest(actor).add_columns(Draft.sealed, func.count().over()).limit(SHOWN)
    rows = db.session.execute(counted).all()
    listed = [replace(Unsent(*row[:-2]), about=_about(row.id, row.path, row.sealed)) for row in rows]
    return listed, rows[0][-1] if rows else 0


def _about(draft_id: UUID, path: str, sealed: bytes) -> frozenset[UUID]:
    try:
        answers = [value for _, value in json.loads(_unsealed(draft_id, sealed))]
    except NotFound:  # its page says so
        answers = []
    return frozenset(UUID(found) for text in (*re.split("[/=&?]", path), *answers) for found in ONE_ID.findall(text))


def _newest(actor: Actor) -> Select[UUID, str, str, datetime, datetime]:
    columns = select(Draft.id, Draft.form, Draft.path, Draft.created_at, Draft.saved_at)
    return columns.where(*_open(actor)).order_by(Draft.saved_at.desc(), Draft.id.desc())


def _open(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return Draft.user_id == actor.user_id, Draft.ended_at.is_(None), Draft.expires_at > clock.now()


def end(slip: Slip) -> None:
    """The form was saved: its draft is emptied, and a page that is late cannot fill it again."""
    now = clock.now()
    ended = {"sealed": None, "ended_at": now, "expires_at": now + REMEMBERED}
    made = insert(Draft).values(
        id=slip.draft_id, user_id=slip.user_id, form=slip.form, path="", created_at=now, saved_at=now, **ended
    )
    owned = and_(Draft.user_id == slip.user_id, Draft.ended_at.is_(None))
    db.session.execute(made.on_conflict_do_update(index_elements=["id"], set_=ended, where=owned))


def discard(actor: Actor, draft_id: UUID) -> str:
    """Throw a draft away; returns the address of its form. Raises NotFound as `restore` does."""
    address = address_of(actor, draft_id)
    now = clock.now()
    db.session.execute(
        update(Draft)
        .where(Draft.id == draft_id)
        .values(sealed=None, ended_at=now, expires_at=now + REMEMBERED)
        .execution_options(synchronize_session=False)
    )
    access_log.record(actor, Action.UPDATE, Subject("draft", draft_id), fields=["ended_at"])
    return address


def erase_all(user_id: UUID) -> None:
    """Nothing that somebody typed stays when their account is closed."""
    db.session.execute(delete(Draft).where(Draft.user_id == user_id).execution_options(synchronize_session=False))


def sweep() -> int:
    """Delete what is over its term; returns how many."""
    gone = delete(Draft).where(Draft.expires_at <= func.app_now()).returning(Draft.id)
    return len(db.session.scalars(gone.execution_options(synchronize_session=False)).all())
