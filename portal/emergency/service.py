"""Opening, stopping and reviewing emergency access. Everything read under it is marked in the access log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Team, User
from portal.core import clock, db, paging, sealing
from portal.core.errors import Conflict, Forbidden, Invalid, NotFound, TooOften
from portal.core.i18n import N_
from portal.core.ids import new_id
from portal.core.paging import Page
from portal.emergency import policy
from portal.emergency.models import EmergencyAccess, Need, Outcome
from portal.people import ties
from portal.people.service import finding
from portal.privacy import access_log, grants
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import AccessEvent, Action, GrantReason
from portal.privacy.permissions import Permission

LASTS = timedelta(minutes=60)
#: More uses without a review than this, and the next is refused.
UNREVIEWED = 2
#: Nobody tries out a list of names or numbers.
ASKED_AT_MOST, ASKED_WITHIN = 10, timedelta(hours=1)

SHORTEST = 20  # characters
TOO_SHORT = N_("Schrijf in minstens 20 tekens wat er aan de hand is.")
UNKNOWN = N_("Er is geen dossier dat hierbij past. Controleer wat je invulde.")
REACHED = N_("Dit dossier kun je al zien. Noodtoegang is niet nodig.")
BLOCKED = N_(
    "Je gebruikte noodtoegang al drie keer zonder dat de privacy officer ernaar keek. Bel de regisseur of de privacy "
    "officer."
)


@dataclass(frozen=True)
class Wanted:
    """Whose dossier: by its address, or by what somebody knows for certain of a young person."""

    person_id: UUID | None = None
    kenmerk: str = ""
    family_name: str = ""
    birth_date: date | None = None


@dataclass(frozen=True)
class Running:
    """An emergency access of which the page shows something, for the banner."""

    id: UUID
    kenmerk: str
    ends_at: datetime
    minutes_left: int


@dataclass(frozen=True)
class Seen:
    """A use as it is listed: without the name of the young person."""

    row: EmergencyAccess
    user_name: str
    team_name: str
    reviewer_name: str
    knows_why: bool

    @property
    def runs(self) -> bool:
        """Whether it still opens the dossier."""
        return self.row.stopped_at is None and self.row.ends_at > clock.now()


# --- opening -----------------------------------------------------------------


def blocked(actor: Actor) -> bool:
    """Whether too many earlier uses wait for a review."""
    waiting = select(func.count()).select_from(EmergencyAccess)
    mine = (EmergencyAccess.user_id == actor.user_id, EmergencyAccess.outcome.is_(None))
    return (db.session.scalar(waiting.where(*mine)) or 0) > UNREVIEWED


def open_dossier(actor: Actor, *, wanted: Wanted, need: Need, reason: str) -> EmergencyAccess:
    """Open one dossier for an hour to read. Raises Forbidden, Invalid (also when blocked) or TooOften."""
    actor.require(Permission.EMERGENCY_USE)
    _one_at_a_time(actor)
    if blocked(actor):
        raise Invalid(reason=BLOCKED)
    if len(reason) < SHORTEST:
        raise Invalid(reason=TOO_SHORT)
    target = _target(actor, wanted)
    if target is None:
        raise Invalid(kenmerk=UNKNOWN)
    if _reached(actor, target.person_id):
        raise Invalid(kenmerk=REACHED)
    made = _made(actor, target, need, reason)
    db.session.add(made)
    db.session.flush()
    grants.grant(
        made.person_id, made.team_id, reason=GrantReason.BREAK_GLASS, record_id=made.id, user_id=actor.user_id,
        until=made.ends_at,
    )  # fmt: skip
    _log(actor, Action.CREATE, made)
    return made


def _one_at_a_time(actor: Actor) -> None:
    """Two browsers at once count one after the other."""
    db.session.execute(select(User.id).where(User.id == actor.user_id).with_for_update(key_share=True))


def _reached(actor: Actor, person_id: UUID) -> bool:
    try:
        finding.get(actor, person_id)
    except NotFound:
        return False
    return True


def _target(actor: Actor, wanted: Wanted) -> Row[Any] | None:
    """The one young person who is meant, out of everybody; the question is in the log, whatever the answer."""
    _not_too_often(actor)
    asked = func.emergency_target(wanted.person_id, wanted.kenmerk, wanted.family_name, wanted.birth_date)
    found = db.session.execute(select(asked.table_valued("person_id", "team_id", "kenmerk", "context"))).all()
    target = found[0] if len(found) == 1 else None
    subject = Subject("emergency", None, target.person_id, target.team_id) if target else Subject("emergency")
    access_log.record(actor, Action.SEARCH, subject, permission=Permission.EMERGENCY_USE, purpose=Purpose.BREAK_GLASS)
    return target


def _not_too_often(actor: Actor) -> None:
    since = clock.now() - ASKED_WITHIN
    asked = select(func.count()).where(
        AccessEvent.actor_id == actor.user_id,
        AccessEvent.at > since,
        AccessEvent.subject_type == "emergency",
        AccessEvent.action == Action.SEARCH,
    )
    if (db.session.scalar(asked) or 0) >= ASKED_AT_MOST:
        raise TooOften


def _made(actor: Actor, target: Row[Any], need: Need, reason: str) -> EmergencyAccess:
    if actor.user_id is None:
        raise Forbidden
    row_id, now = new_id(), clock.now()
    return EmergencyAccess(
        id=row_id,
        person_id=target.person_id,
        team_id=target.team_id,
        kenmerk=target.kenmerk,
        user_id=actor.user_id,
        need=need,
        reason_sealed=sealing.seal(reason, table=EmergencyAccess.__tablename__, column="reason_sealed", row_id=row_id),
        started_at=now,
        ends_at=now + LASTS,
    )


def _log(actor: Actor, action: Action, row: EmergencyAccess, permission: Permission = Permission.EMERGENCY_USE) -> None:
    subject = Subject("emergency", row.id, row.person_id, row.team_id)
    purpose = Purpose.BREAK_GLASS if row.user_id == actor.user_id else ""
    access_log.record(actor, action, subject, permission=permission, purpose=purpose)


# --- while it lasts ----------------------------------------------------------


def running(actor: Actor) -> list[Running]:
    """The emergency accesses through which this page may have shown something; free when there are none."""
    ids = set(ties.emergencies(actor).values())
    if not ids:
        return []
    now = clock.now()
    rows = db.session.scalars(
        select(EmergencyAccess)
        .where(EmergencyAccess.id.in_(ids), EmergencyAccess.ends_at > now, EmergencyAccess.stopped_at.is_(None))
        .order_by(EmergencyAccess.ends_at)
    )
    return [Running(row.id, row.kenmerk, row.ends_at, _minutes(row.ends_at - now)) for row in rows]


def _minutes(left: timedelta) -> int:
    return max(1, round(left / timedelta(minutes=1)))


def stop(actor: Actor, emergency_id: UUID) -> None:
    """End one's own emergency access now. Raises NotFound, also when it has ended."""
    row = db.session.scalar(
        select(EmergencyAccess)
        .where(EmergencyAccess.id == emergency_id, EmergencyAccess.user_id == actor.user_id)
        .with_for_update()
    )
    if row is None or row.until <= clock.now():
        raise NotFound
    row.stopped_at = clock.now()
    grants.end(row.id)
    _log(actor, Action.UPDATE, row)


# --- afterwards --------------------------------------------------------------


def listing(actor: Actor, *, waiting: bool, after: str | None) -> Page[Seen]:
    """The uses within reach, newest first; `waiting`: only those without a review. Logged as a list."""
    statement = _with_names().where(policy.visible(actor))
    if waiting:
        statement = statement.where(EmergencyAccess.outcome.is_(None))
    rows = db.session.execute(paging.newest(statement, after, EmergencyAccess.started_at, EmergencyAccess.id)).all()
    page = paging.page([_seen(actor, row) for row in rows], lambda s: (s.row.started_at, s.row.id))
    shown = [Subject("emergency", s.row.id, s.row.person_id, s.row.team_id) for s in page.rows]
    access_log.record(actor, Action.LIST, shown, permission=_permission(actor))
    return page


def waiting_count(actor: Actor) -> int:
    """How many uses wait for the privacy officer."""
    waiting = select(func.count()).select_from(EmergencyAccess).where(EmergencyAccess.outcome.is_(None))
    return db.session.scalar(waiting.where(policy.visible(actor))) or 0


def get(actor: Actor, emergency_id: UUID) -> Seen:
    """One use, logged as read. Raises NotFound."""
    found = db.session.execute(_with_names().where(EmergencyAccess.id == emergency_id, policy.visible(actor))).first()
    if found is None:
        raise NotFound
    _log(actor, Action.READ, found[0], _permission(actor))
    return _seen(actor, found)


def review(actor: Actor, emergency_id: UUID, *, outcome: Outcome, note: str) -> None:
    """Say what one thinks of it, once. Raises Forbidden, NotFound, or Conflict when somebody did already."""
    actor.require(Permission.EMERGENCY_REVIEW)
    statement = select(EmergencyAccess).where(EmergencyAccess.id == emergency_id, policy.visible(actor))
    row = db.session.scalar(statement.with_for_update())
    if row is None:
        raise NotFound
    if row.outcome is not None or row.user_id == actor.user_id:
        raise Conflict
    row.outcome, row.reviewed_at, row.reviewed_by = outcome, clock.now(), actor.user_id
    row.note_sealed = sealing.seal(note, table=row.__tablename__, column="note_sealed", row_id=row.id)
    _log(actor, Action.UPDATE, row, Permission.EMERGENCY_REVIEW)


def _permission(actor: Actor) -> Permission:
    held = (Permission.EMERGENCY_REVIEW, Permission.EMERGENCY_READ, Permission.EMERGENCY_USE)
    return next((permission for permission in held if actor.can(permission)), Permission.EMERGENCY_USE)


def _with_names() -> Any:
    reviewer = aliased(User)
    return (
        select(EmergencyAccess, User.name, Team.name, func.coalesce(reviewer.name, ""))
        .join(User, User.id == EmergencyAccess.user_id)
        .join(Team, Team.id == EmergencyAccess.team_id)
        .outerjoin(reviewer, reviewer.id == EmergencyAccess.reviewed_by)
    )


def _seen(actor: Actor, found: Sequence[Any]) -> Seen:
    row, user, team, reviewer = found
    return Seen(row, user, team, reviewer, policy.may_know_why(actor, row))
