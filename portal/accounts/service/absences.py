"""Being away: for a period, with or without a colleague who stands in. Said by oneself or by the team's director."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.accounts import absence
from portal.accounts.models import Absence, RoleAssignment, User
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound, constraint
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach

constraint("ex_absence_overlap", "first_day", N_("Deze persoon is in deze periode al afwezig gemeld."))

LONGEST = timedelta(days=366)
SHOWN = 100
#: Who stands in for somebody who is away.
STANDS_IN = aliased(User)


class Cover(StrEnum):
    """Whether the work of somebody who is away is done."""

    NOT_NEEDED = "not_needed"  # the role is shared with others
    ARRANGED = "arranged"
    NOBODY = "nobody"
    DECLINED = "declined"
    UNABLE = "unable"  # the replacement left, lost the role or is away as well


@dataclass(frozen=True)
class Details:
    """The first and the last day, both included, and who stands in."""

    first_day: date
    last_day: date
    replacement_id: UUID | None = None


@dataclass(frozen=True)
class Row:
    """One absence as it is shown."""

    id: UUID
    version: int
    user_id: UUID
    name: str
    replacement_id: UUID | None
    replacement: str
    starts_at: datetime
    ends_at: datetime
    cover: Cover
    running: bool

    @property
    def last_day(self) -> date:
        """The last civil day of it."""
        return last_day(self.ends_at)


@dataclass(frozen=True)
class Overview:
    """The absences that concern somebody: the own ones, those stood in for, and those of the teams directed."""

    own: Sequence[Row]
    standing_in: Sequence[Row]
    team: Sequence[Row]


# --- reading ---------------------------------------------------------------------------------------------------------


def overview(actor: Actor) -> Overview:
    """What runs now or is planned; one statement."""
    rows = _rows(or_(_concerns(actor), _directed(actor)))
    return Overview(
        own=[row for row in rows if row.user_id == actor.user_id],
        standing_in=[row for row in rows if row.replacement_id == actor.user_id and row.cover != Cover.DECLINED],
        team=[row for row in rows if row.user_id != actor.user_id] if actor.can(Permission.ABSENCES_MANAGE) else [],
    )


def get(actor: Actor, absence_id: UUID) -> Row:
    """One absence that has not ended, of oneself, of who one stands in for, or of the team. Raises NotFound."""
    found = _rows(Absence.id == absence_id, or_(_concerns(actor), _directed(actor)))
    if not found:
        raise NotFound
    return found[0]


def last_days(user_ids: Iterable[UUID]) -> dict[UUID, date]:
    """Of these people who are away now the last civil day of it; one statement."""
    statement = select(Absence.user_id, Absence.ends_at).where(
        Absence.user_id.in_(list(user_ids)), absence.running(at=clock.now())
    )
    return {user_id: last_day(ends_at) for user_id, ends_at in db.session.execute(statement)}


@dataclass(frozen=True)
class Gone:
    """Somebody who is away now: until when, and who stands in, if anybody."""

    until: date
    replacement: str


def gone(user_ids: Collection[UUID]) -> dict[UUID, Gone]:
    """Of these people those who are away now; one statement, none for nobody."""
    if not user_ids:
        return {}
    statement = (
        select(Absence.user_id, Absence.ends_at, STANDS_IN.name)
        .outerjoin(STANDS_IN, and_(STANDS_IN.id == Absence.replacement_id, Absence.declined_at.is_(None)))
        .where(Absence.user_id.in_(user_ids), absence.running(at=clock.now()))
    )
    return {user_id: Gone(last_day(ends_at), name or "") for user_id, ends_at, name in db.session.execute(statement)}


def last_day(ends_at: datetime) -> date:
    """The last civil day before the end of an absence, which is exclusive."""
    return clock.to_local(ends_at - timedelta(microseconds=1)).date()


def may_change(actor: Actor, row: Row) -> bool:
    """Whether this is the actor's own absence, or of somebody the actor directs (who found it is one of the three)."""
    return row.user_id == actor.user_id or db.session.scalar(select(_directs(actor, row.user_id))) is True


def stood_in_between(user_id: UUID, first: datetime, last: datetime) -> list[Row]:
    """For whom somebody stands in during this time: to think of before going away."""
    return _rows(
        Absence.replacement_id == user_id,
        Absence.declined_at.is_(None),
        Absence.starts_at < last,
        Absence.ends_at > first,
    )


def _rows(*conditions: ColumnElement[bool]) -> list[Row]:
    now = clock.now()
    statement = (
        select(Absence, _cover(now))
        .where(Absence.ends_at > now, Absence.ends_at > Absence.starts_at, *conditions)
        .options(joinedload(Absence.user), joinedload(Absence.replacement))
        .order_by(Absence.starts_at, Absence.id)
        .limit(SHOWN)
    )
    return [
        Row(
            id=row.id,
            version=row.version,
            user_id=row.user_id,
            name=row.user.name,
            replacement_id=row.replacement_id,
            replacement=row.replacement.name if row.replacement else "",
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            cover=Cover(cover),
            running=row.starts_at <= now,
        )
        for row, cover in db.session.execute(statement)
    ]


def _cover(now: datetime) -> ColumnElement[str]:
    """How the work is arranged, judged for the moment that counts: now, or the first moment when it is planned."""
    held = aliased(RoleAssignment)
    works = exists().where(held.user_id == Absence.user_id, held.role == absence.STOOD_IN, held.holds_on(clock.today()))
    able = exists().where(
        User.id == Absence.replacement_id,
        User.deactivated_at.is_(None),
        _shares_a_team(Absence.user_id, Absence.replacement_id, clock.today()),
    )
    other = aliased(Absence)
    away_too = exists().where(
        other.user_id == Absence.replacement_id,
        other.ends_at > now,
        other.starts_at < Absence.ends_at,
        other.ends_at > Absence.starts_at,
    )
    return case(
        (~works, literal(Cover.NOT_NEEDED)),
        (Absence.replacement_id.is_(None), literal(Cover.NOBODY)),
        (Absence.declined_at.is_not(None), literal(Cover.DECLINED)),
        (or_(~able, away_too), literal(Cover.UNABLE)),
        else_=literal(Cover.ARRANGED),
    )


def _shares_a_team(one: object, other: object, today: date) -> ColumnElement[bool]:
    """Whether both hold the role that can be stood in for in the same team."""
    mine, theirs = aliased(RoleAssignment), aliased(RoleAssignment)
    return exists().where(
        mine.user_id == one,
        theirs.user_id == other,
        mine.team_id == theirs.team_id,
        mine.role == absence.STOOD_IN,
        theirs.role == absence.STOOD_IN,
        mine.holds_on(today),
        theirs.holds_on(today),
    )


def _concerns(actor: Actor) -> ColumnElement[bool]:
    return or_(Absence.user_id == actor.user_id, Absence.replacement_id == actor.user_id)


def _directed(actor: Actor) -> ColumnElement[bool]:
    teams = actor.teams(Permission.ABSENCES_MANAGE, Reach.TEAM)
    held = select(RoleAssignment.user_id).where(
        RoleAssignment.team_id.in_(teams), RoleAssignment.holds_on(clock.today())
    )
    return Absence.user_id.in_(held)


def _directs(actor: Actor, user_id: UUID) -> ColumnElement[bool]:
    teams = actor.teams(Permission.ABSENCES_MANAGE, Reach.TEAM)
    return exists().where(
        RoleAssignment.user_id == user_id, RoleAssignment.team_id.in_(teams), RoleAssignment.holds_on(clock.today())
    )


# --- who can stand in ------------------------------------------------------------------------------------------------


def candidates(user_id: UUID) -> list[User]:
    """The colleagues who can do this person's work: same role, same team, open account; by name."""
    statement = select(User).where(
        User.id != user_id,
        User.deactivated_at.is_(None),
        _shares_a_team(user_id, User.id, clock.today()),
    )
    return list(db.session.scalars(statement.order_by(User.sort_key, User.id)))


def usual(user_id: UUID, among: Collection[UUID]) -> UUID | None:
    """Who stood in the last time, when that is possible again and they are not away now: a suggestion."""
    statement = (
        select(Absence.replacement_id)
        .where(
            Absence.user_id == user_id,
            Absence.replacement_id.in_(among),
            Absence.declined_at.is_(None),
            ~absence.away(Absence.replacement_id, at=clock.now()),
        )
        .order_by(Absence.starts_at.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


# --- changing --------------------------------------------------------------------------------------------------------


def colleague(actor: Actor, user_id: UUID) -> User:
    """Somebody with a role today in a team this actor directs, and an open account. Raises NotFound."""
    statement = select(User).where(User.id == user_id, User.deactivated_at.is_(None), _directs(actor, user_id))
    found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def myself(actor: Actor) -> User:
    """The actor's own account. Raises NotFound."""
    return person_of(actor.user_id)


def person_of(user_id: UUID | None) -> User:
    """The account of somebody who was found already. Raises NotFound."""
    found = db.session.get(User, user_id) if user_id else None
    if found is None:
        raise NotFound
    return found


def plan(actor: Actor, user_id: UUID, *, details: Details) -> Absence:
    """Say that somebody is away: oneself, or a colleague of a team one directs. From today means from now.

    Raises NotFound for anybody else, Invalid for a period or a replacement that cannot be.
    """
    if user_id != actor.user_id:
        colleague(actor, user_id)
    if details.first_day < clock.today():
        raise Invalid(first_day=N_("Deze dag is al geweest. Kies vandaag of later."))
    made = Absence(user_id=user_id)
    _fill(made, details, starts_at=max(clock.now(), clock.day_start(details.first_day)))
    db.session.add(made)
    db.session.flush()
    _log(actor, made)
    return made


def change(actor: Actor, absence_id: UUID, *, version: int | None, details: Details) -> Absence:
    """Make it longer, shorter, or let somebody else stand in. What has begun keeps its beginning.

    Raises NotFound, Conflict (somebody else was first, or it ended) or Invalid.
    """
    row = _to_change(actor, absence_id, version)
    begun = row.starts_at <= clock.now()
    if not begun and details.first_day < clock.today():
        raise Invalid(first_day=N_("Deze dag is al geweest. Kies vandaag of later."))
    starts_at = row.starts_at if begun else max(clock.now(), clock.day_start(details.first_day))
    _fill(row, details, starts_at=starts_at)
    with db.conflicts_as_409():
        db.session.flush()
    _log(actor, row)
    return row


def end(actor: Actor, absence_id: UUID, *, version: int | None = None) -> None:
    """Back again: it ends now; one that had not begun is taken back. Raises NotFound or Conflict."""
    row = _to_change(actor, absence_id, version)
    row.ends_at = max(clock.now(), row.starts_at)
    with db.conflicts_as_409():
        db.session.flush()
    _log(actor, row)


def decline(actor: Actor, absence_id: UUID) -> None:
    """The replacement cannot: rights and reminders end now, and the director hears. Raises NotFound or Conflict."""
    row = _locked(Absence.id == absence_id, Absence.replacement_id == actor.user_id)
    if row.declined_at is not None:
        raise Conflict
    row.declined_at = clock.now()
    db.session.flush()
    _log(actor, row)


def duties_of(user_id: UUID) -> list[Row]:
    """The absences, running or to come, for which somebody said they stand in."""
    return _rows(Absence.replacement_id == user_id, Absence.declined_at.is_(None))


def count_duties(user_id: UUID) -> Select[int]:
    """How many of those there are: what is left behind when the account closes."""
    ahead = (Absence.ends_at > clock.now(), Absence.ends_at > Absence.starts_at)
    return select(func.count()).where(Absence.replacement_id == user_id, Absence.declined_at.is_(None), *ahead)


def let_stand_in(actor: Actor, absence_id: UUID, *, instead_of: UUID, replacement_id: UUID | None) -> None:
    """Another replacement for somebody who leaves; when that cannot be, nobody: then the director hears.

    Raises NotFound, or Conflict when the absence ended.
    """
    row = _locked(Absence.id == absence_id, Absence.replacement_id == instead_of)
    try:
        _check_replacement(row.user_id, replacement_id, row.starts_at, row.ends_at)
    except Invalid:
        replacement_id = None
    row.replacement_id, row.declined_at = replacement_id, None
    db.session.flush()
    access_log.record(
        actor,
        Action.ADMINISTER,
        Subject("absence", row.id),
        permission=Permission.WORK_HAND_OVER,
        fields=["replacement_id"],
    )


def _to_change(actor: Actor, absence_id: UUID, version: int | None) -> Absence:
    row = _locked(Absence.id == absence_id, or_(Absence.user_id == actor.user_id, _directed(actor)))
    db.ensure_version(row, version)
    return row


def _locked(*conditions: ColumnElement[bool]) -> Absence:
    statement = select(Absence).where(*conditions).with_for_update().execution_options(populate_existing=True)
    row = db.session.scalar(statement)
    if row is None:
        raise NotFound
    if row.ends_at <= clock.now() or row.ends_at == row.starts_at:
        raise Conflict
    return row


def _fill(row: Absence, details: Details, *, starts_at: datetime) -> None:
    ends_at = clock.day_end(details.last_day)
    if ends_at <= starts_at:
        raise Invalid(last_day=N_("De laatste dag ligt voor de eerste."))
    if ends_at - starts_at > LONGEST:
        raise Invalid(last_day=N_("Kies een periode van hoogstens een jaar."))
    _check_replacement(row.user_id, details.replacement_id, starts_at, ends_at)
    if row.replacement_id != details.replacement_id:
        row.declined_at = None
    row.replacement_id, row.starts_at, row.ends_at = details.replacement_id, starts_at, ends_at


def _check_replacement(user_id: UUID, replacement_id: UUID | None, starts_at: datetime, ends_at: datetime) -> None:
    if replacement_id is None:
        return
    if replacement_id not in {user.id for user in candidates(user_id)}:
        raise Invalid(replacement_id=N_("Kies een collega die hetzelfde werk doet in dit team."))
    other = select(Absence.id).where(
        Absence.user_id == replacement_id, Absence.starts_at < ends_at, Absence.ends_at > starts_at
    )
    if db.session.scalar(other.limit(1)) is not None:
        raise Invalid(replacement_id=N_("Deze collega is dan zelf afwezig. Kies iemand anders."))


def _log(actor: Actor, row: Absence) -> None:
    access_log.record(
        actor,
        Action.ADMINISTER,
        Subject("absence", row.id),
        permission=Permission.OWN_ACCOUNT if row.user_id == actor.user_id else Permission.ABSENCES_MANAGE,
        fields=["starts_at", "ends_at", "replacement_id"],
    )
