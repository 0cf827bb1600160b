"""What a team aims at, and with how much formation: both with a history, so that a figure of then stays as it was.

A norm holds from a day until the next one; a change of formation ends the role assignment and begins another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Subquery, func, select, true
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import flag_modified

from portal.accounts.models import RoleAssignment, Team, TeamNorm, User
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach, Role

#: What a new team starts with: young people per full-time worker, and days without effective contact.
CASELOAD_NORM, CONTACT_NORM_DAYS = 12, 30
#: The same of cases (domain §6.2, R05), and how many one person has in hand.
IN_BETWEEN_NORM_DAYS, CITY_NORM_DAYS, CASE_NORM = 14, 7, 10
AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Norm:
    """What holds for a team on a day; `valid_from` is None for what it started with."""

    caseload: int  # young people per full-time worker
    contact_days: int  # days without effective contact after which a young person is long silent
    valid_from: date | None = None
    in_between_days: int = IN_BETWEEN_NORM_DAYS  # the same while a case runs at that level, if that is stricter
    city_days: int = CITY_NORM_DAYS
    cases: int = CASE_NORM  # running cases that one person has in hand


@dataclass(frozen=True)
class Formation:
    """A youth worker's part of a working week in a team, with every period of it, newest first."""

    user_id: UUID
    name: str
    periods: Sequence[RoleAssignment]

    @property
    def held(self) -> RoleAssignment | None:
        """The period that holds today."""
        today = clock.today()
        return next((row for row in self.periods if row.held_on(today)), None)


@lru_cache(maxsize=2)
def as_of(day: date) -> Subquery:
    """SQL to join: per team (`team_id`) what holds on a day, named as the columns of TeamNorm, and `valid_from`."""
    latest = (
        select(TeamNorm)
        .where(TeamNorm.team_id == Team.id, TeamNorm.valid_from <= day)
        .order_by(TeamNorm.valid_from.desc())
        .limit(1)
        .lateral()
    )
    return (
        select(
            Team.id.label("team_id"),
            func.coalesce(latest.c.caseload_norm, Team.first_caseload_norm).label("caseload_norm"),
            func.coalesce(latest.c.contact_norm_days, Team.first_contact_norm_days).label("contact_norm_days"),
            func.coalesce(latest.c.in_between_norm_days, IN_BETWEEN_NORM_DAYS).label("in_between_norm_days"),
            func.coalesce(latest.c.city_norm_days, CITY_NORM_DAYS).label("city_norm_days"),
            func.coalesce(latest.c.case_norm, CASE_NORM).label("case_norm"),
            latest.c.valid_from,
        )
        .outerjoin(latest, true())
        .subquery()
    )


def on(team_ids: Iterable[UUID], day: date) -> dict[UUID, Norm]:
    """What holds for these teams on a day; one statement."""
    norm = as_of(day)
    rows = db.session.execute(select(norm).where(norm.c.team_id.in_(list(team_ids))))
    return {row.team_id: of_row(row) for row in rows}


def of_row(row: Any) -> Norm:
    """A row of `as_of`, or a TeamNorm."""
    return Norm(
        row.caseload_norm,
        row.contact_norm_days,
        row.valid_from,
        row.in_between_norm_days,
        row.city_norm_days,
        row.case_norm,
    )


def may_set(actor: Actor, team_id: UUID) -> bool:
    """Whether this actor sets the norms and the formation of a team: its manager, or an administrator."""
    everywhere = bool(actor.teams(Permission.NORMS_SET, Reach.ALL))
    return everywhere or team_id in actor.teams(Permission.NORMS_SET, Reach.TEAM)


def team(actor: Actor, team_id: UUID) -> Team:
    """A team whose norms this actor sets. Raises NotFound."""
    found = db.session.get(Team, team_id) if may_set(actor, team_id) else None
    if found is None:
        raise NotFound
    return found


def history(found: Team) -> list[Norm]:
    """Every norm of a team, the newest (also those to come) first, what it started with last."""
    rows = db.session.scalars(select(TeamNorm).where(TeamNorm.team_id == found.id).order_by(TeamNorm.valid_from.desc()))
    return [*map(of_row, rows), Norm(found.first_caseload_norm, found.first_contact_norm_days)]


def change(
    actor: Actor,
    team_id: UUID,
    *,
    version: int | None,
    caseload: int,
    contact_days: int,
    in_between_days: int,
    city_days: int,
    cases: int,
    valid_from: date,
) -> TeamNorm:
    """Set what a team aims at from a day on; a change for the same day takes its place.

    Raises NotFound, Conflict when somebody else changed the team, or Invalid for a day in the past.
    """
    found = team(actor, team_id)
    db.ensure_version(found, version)
    _check_day(valid_from)
    row = db.session.scalar(
        select(TeamNorm).where(TeamNorm.team_id == team_id, TeamNorm.valid_from == valid_from)
    ) or TeamNorm(team_id=team_id, valid_from=valid_from)
    row.caseload_norm, row.contact_norm_days = caseload, contact_days
    row.in_between_norm_days, row.city_norm_days, row.case_norm = in_between_days, city_days, cases
    db.session.add(row)
    flag_modified(found, "updated_at")  # a new version: a form that was filled before is refused
    with db.conflicts_as_409():
        db.session.flush()
    _log(actor, team_id, "norm")
    return row


def _check_day(day: date) -> None:
    today = clock.today()
    if day < today:
        raise Invalid(valid_from=N_("Kies vandaag of later. Wat is geweest, blijft staan."))
    if day > today + AHEAD:
        raise Invalid(valid_from=N_("Kies een dag binnen een jaar."))


# --- formation ---------------------------------------------------------------


def formations(team_id: UUID) -> list[Formation]:
    """The youth workers of a team, now or to come, by name, with every period of their formation."""
    rows = db.session.scalars(
        select(RoleAssignment)
        .join(User, User.id == RoleAssignment.user_id)
        .where(RoleAssignment.team_id == team_id, RoleAssignment.role == Role.YOUTH_WORKER)
        .options(joinedload(RoleAssignment.user))
        .order_by(User.sort_key, User.id, RoleAssignment.valid_from.desc())
    ).all()
    made: dict[UUID, Formation] = {}
    for row in rows:
        known = made.setdefault(row.user_id, Formation(row.user_id, row.user.name, []))
        made[row.user_id] = Formation(row.user_id, row.user.name, [*known.periods, row])
    return [each for each in made.values() if not _over(each.periods)]


def _over(periods: Sequence[RoleAssignment]) -> bool:
    today = clock.today()
    return all(row.valid_until is not None and row.valid_until < today for row in periods)


def period(actor: Actor, team_id: UUID, assignment_id: UUID) -> RoleAssignment:
    """A youth worker's role in a team whose formation this actor sets, that has not ended. Raises NotFound."""
    team(actor, team_id)
    row = db.session.scalar(
        select(RoleAssignment)
        .where(
            RoleAssignment.id == assignment_id,
            RoleAssignment.team_id == team_id,
            RoleAssignment.role == Role.YOUTH_WORKER,
        )
        .options(joinedload(RoleAssignment.user))
    )
    if row is None or _over([row]):
        raise NotFound
    return row


def set_formation(
    actor: Actor, team_id: UUID, assignment_id: UUID, *, fte: Decimal, valid_from: date
) -> RoleAssignment:
    """Change a youth worker's formation from a day on; the old one stays until the day before.

    Raises NotFound, Conflict when the role changed meanwhile, or Invalid for a day at which it cannot begin.
    """
    row = period(actor, team_id, assignment_id)
    _check_day(valid_from)
    db.session.refresh(row, with_for_update={"of": RoleAssignment})
    if _over([row]):
        raise Conflict
    if row.valid_until is not None and valid_from > row.valid_until:
        raise Invalid(valid_from=N_("De rol is dan al beëindigd. Kies een eerdere dag."))
    made = from_day(row, fte, valid_from)
    _log(actor, team_id, "formation")
    return made


def from_day(row: RoleAssignment, fte: Decimal, day: date) -> RoleAssignment:
    """The role with this formation from a day on: the same row when it begins then or later, else a new one."""
    if fte == row.fte:
        return row
    if day <= row.valid_from:
        row.fte = fte
        db.session.flush()
        return row
    until, row.valid_until = row.valid_until, day - timedelta(days=1)
    db.session.flush()  # the old one ends before the new one begins
    made = RoleAssignment(
        user_id=row.user_id, team_id=row.team_id, role=row.role, fte=fte, valid_from=day, valid_until=until,
        sponsor_id=row.sponsor_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def formation_on(team_ids: Iterable[UUID], day: date) -> dict[tuple[UUID, UUID], Decimal]:
    """Formation in FTE per team and youth worker on a day."""
    rows = db.session.execute(
        select(RoleAssignment.team_id, RoleAssignment.user_id, func.sum(RoleAssignment.fte))
        .where(
            RoleAssignment.team_id.in_(list(team_ids)),
            RoleAssignment.role == Role.YOUTH_WORKER,
            RoleAssignment.holds_on(day),
        )
        .group_by(RoleAssignment.team_id, RoleAssignment.user_id)
    )
    return {(team_id, user_id): fte for team_id, user_id, fte in rows}


def _log(actor: Actor, team_id: UUID, field: str) -> None:
    subject = Subject("team", team_id, team_id=team_id)
    access_log.record(actor, Action.ADMINISTER, subject, permission=Permission.NORMS_SET, fields=[field])
