"""Letters that have to go out: that they were given or posted, or why that waits (domain §2.8, R08)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from portal.core import clock, db
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound
from portal.core.i18n import N_
from portal.in_view.models import InViewLetter, LetterKind, YouthInView
from portal.in_view.service.finding import Seen, find, log, unsent
from portal.in_view.workflow import Party
from portal.privacy.actor import Actor
from portal.privacy.models import Action

#: A letter waits at most so long after its day: then there is a reason to stop, not to wait.
LONGEST_DELAY = timedelta(days=90)
TEAM = frozenset({Party.WORKER, Party.DIRECTOR})


class Way(StrEnum):
    """How a letter reached somebody."""

    BY_HAND = "by_hand"
    POST = "post"


def get(actor: Actor, letter_id: UUID) -> tuple[Seen, InViewLetter]:
    """A letter with its view, read and logged. Raises NotFound."""
    found, letter = _find(actor, letter_id)
    log(actor, Action.READ, [found])
    return found, letter


def _find(actor: Actor, letter_id: UUID, *, lock: bool = False) -> tuple[Seen, InViewLetter]:
    wanted = select(InViewLetter).where(InViewLetter.id == letter_id).execution_options(populate_existing=True)
    letter = db.session.scalar(wanted)
    if letter is None:
        raise NotFound
    found = find(actor, letter.view_id, lock=lock)
    return found, db.session.scalars(wanted).one() if lock else letter


def _open(actor: Actor, letter_id: UUID, parties: frozenset[Party], version: int | None) -> tuple[Seen, InViewLetter]:
    found, letter = _find(actor, letter_id, lock=True)
    if not found.parties & parties:
        raise Forbidden
    db.ensure_version(letter, version)
    if letter.sent_on is not None:
        raise Conflict
    return found, letter


def send(actor: Actor, letter_id: UUID, *, version: int | None, sent_on: date, way: Way) -> InViewLetter:
    """Say that a letter was given or posted. Raises NotFound, Forbidden, Conflict, or Invalid for another day."""
    found, letter = _open(actor, letter_id, TEAM, version)
    if sent_on > clock.today():
        raise Invalid(sent_on=N_("Deze dag moet nog komen."))
    if sent_on < clock.to_local(letter.created_at).date():
        raise Invalid(sent_on=N_("Deze dag ligt te ver terug."))
    letter.sent_on, letter.sent_by, letter.way = sent_on, actor.user_id, way
    db.session.flush()
    _note_due(found.view)
    log(actor, Action.UPDATE, [found], fields=("letter",))
    return letter


def delay(actor: Actor, letter_id: UUID, *, version: int | None, until: date, reason: str) -> InViewLetter:
    """Ask to send a letter later; it counts once the privacy officer agrees. Raises as `send`."""
    found, letter = _open(actor, letter_id, frozenset({Party.DIRECTOR}), version)
    if letter.kind != LetterKind.INFORMATION:
        raise Forbidden
    if not letter.due_on < until <= letter.due_on + LONGEST_DELAY:
        raise Invalid(until=N_("Kies een dag na de uiterste dag, en hooguit drie maanden later."))
    if not reason.strip():
        raise Invalid(reason=N_("Schrijf in een paar woorden waarom."))
    letter.delayed_until, letter.delay_reason, letter.delay_asked_by = until, reason.strip(), actor.user_id
    letter.delay_allowed_by = letter.delay_allowed_at = None
    log(actor, Action.UPDATE, [found], fields=("letter",))
    return letter


def allow_delay(actor: Actor, letter_id: UUID, *, version: int | None) -> InViewLetter:
    """The privacy officer agrees that a letter goes out later. Raises as `send`."""
    found, letter = _open(actor, letter_id, frozenset({Party.OFFICER}), version)
    if letter.delayed_until is None or letter.delay_allowed_at is not None:
        raise Conflict
    letter.delay_allowed_by, letter.delay_allowed_at = actor.user_id, clock.now()
    db.session.flush()
    _note_due(found.view)
    log(actor, Action.UPDATE, [found], fields=("letter",))
    return letter


def due_on(letter: InViewLetter) -> date:
    """Until when it has to go out: the day itself, or the later one the privacy officer agreed with."""
    agreed = letter.delay_allowed_at is not None and letter.delayed_until is not None
    return letter.delayed_until if agreed and letter.delayed_until else letter.due_on


def _note_due(view: YouthInView) -> None:
    view.letter_due_on = min((due_on(letter) for letter in unsent(view)), default=None)
    db.session.flush()
