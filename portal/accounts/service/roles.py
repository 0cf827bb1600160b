"""Roles of a person, per team and period; judged under the row lock on the account, so one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import RoleAssignment, Team, User
from portal.accounts.service import expiring, norms
from portal.accounts.service.users import log, to_change
from portal.core import clock, db
from portal.core.errors import Conflict, Invalid, NotFound, constraint
from portal.core.i18n import N_
from portal.privacy.actor import Actor
from portal.privacy.permissions import Role, combination_allowed

constraint("uq_role_assignment_open", "team_id", N_("Deze rol in dit team is er al."))

COMBINATION = N_("Deze rol mag niet samen met een andere rol van deze persoon.")
LAST_ADMINISTRATOR = N_("Dit is de laatste beheerder. Maak eerst iemand anders beheerder.")


@dataclass(frozen=True)
class Details:
    """A role in a team, its formation in full-time units, and its first and last day."""

    role: Role
    team_id: UUID
    fte: Decimal
    valid_from: date
    valid_until: date | None = None
    sponsor_id: UUID | None = None  # who answers for somebody from outside


def of(user_id: UUID) -> Sequence[RoleAssignment]:
    """All roles of a person, with the team: what holds first, then what has ended."""
    statement = (
        select(RoleAssignment)
        .where(RoleAssignment.user_id == user_id)
        .options(joinedload(RoleAssignment.team), joinedload(RoleAssignment.sponsor))
    )
    rows = db.session.scalars(statement.order_by(RoleAssignment.valid_from.desc(), RoleAssignment.id)).all()
    return sorted(rows, key=ended)


def ended(row: RoleAssignment) -> bool:
    """Whether its last day has passed."""
    return row.valid_until is not None and row.valid_until < clock.today()


def teams() -> Sequence[Team]:
    """The teams a role can be given in, by name."""
    return db.session.scalars(select(Team).where(Team.active).order_by(Team.name)).all()


def add(actor: Actor, user_id: UUID, *, details: Details) -> RoleAssignment:
    """Give a role. Raises NotFound, Conflict for a closed account, or Invalid."""
    user = to_change(actor, user_id)
    if user.deactivated_at is not None:
        raise Conflict
    made = _add(user, details)
    log(actor, user.id, "roles", team_id=made.team_id)
    return made


def _add(user: User, details: Details) -> RoleAssignment:
    _check_period(details)
    expiring.check_term(details.role, details.valid_from, details.valid_until)
    sponsor_id = expiring.check_sponsor(details.role, details.team_id, details.sponsor_id)
    lasting = [row for row in of(user.id) if _overlap(row, details)]
    if any((row.role, row.team_id) == (details.role, details.team_id) for row in lasting):
        raise Invalid(team_id=N_("Deze rol in dit team is er al in deze periode."))
    if not combination_allowed(frozenset({details.role, *(Role(row.role) for row in lasting)})):
        raise Invalid(role=COMBINATION)
    made = RoleAssignment(
        user_id=user.id,
        team_id=details.team_id,
        role=details.role,
        fte=details.fte,
        valid_from=details.valid_from,
        valid_until=details.valid_until,
        sponsor_id=sponsor_id,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _check_period(details: Details) -> None:
    if details.valid_until is not None and details.valid_until < details.valid_from:
        raise Invalid(valid_until=N_("De laatste dag ligt voor de eerste."))


def _overlap(row: RoleAssignment, other: Details) -> bool:
    """Whether two periods share a day; both ends are included."""
    begins_in_time = other.valid_until is None or row.valid_from <= other.valid_until
    return begins_in_time and (row.valid_until is None or row.valid_until >= other.valid_from)


def get(actor: Actor, user_id: UUID, assignment_id: UUID) -> RoleAssignment:
    """A role of this person that has not ended. Raises NotFound."""
    found = next((row for row in of(user_id) if row.id == assignment_id and not ended(row)), None)
    if found is None:
        raise NotFound
    return found


def change(
    actor: Actor, user_id: UUID, assignment_id: UUID, *, fte: Decimal, valid_until: date | None
) -> RoleAssignment:
    """Change the last day (None: until further notice), and the formation from today on. Raises NotFound or Invalid."""
    user = to_change(actor, user_id)
    row = get(actor, user.id, assignment_id)
    wanted = Details(Role(row.role), row.team_id, fte, row.valid_from, valid_until)
    expiring.check_term(row.role, row.valid_from, valid_until)
    _check_period(wanted)
    if valid_until is not None and valid_until < clock.today() - timedelta(days=1):
        raise Invalid(valid_until=N_("Kies gisteren of later. Wat is geweest, blijft staan."))
    if not combination_allowed(_with(user, row, wanted)):
        raise Invalid(valid_until=COMBINATION)
    if valid_until is not None:
        _keep_an_administrator([row], "valid_until")
    row.valid_until = valid_until
    db.session.flush()
    if not ended(row):
        row = norms.from_day(row, fte, clock.today())
    log(actor, user.id, "roles", team_id=row.team_id)
    return row


def _with(user: User, row: RoleAssignment, wanted: Details) -> frozenset[Role]:
    """The roles a person would hold at any time of the wanted period."""
    others = (Role(other.role) for other in of(user.id) if other.id != row.id and _overlap(other, wanted))
    return frozenset({wanted.role, *others})


def move(actor: Actor, user_id: UUID, *, assignment_id: UUID, team_id: UUID, on: date) -> RoleAssignment:
    """Change of team: the role ends the day before and starts in the new team. Raises NotFound or Invalid."""
    user = to_change(actor, user_id)
    row = get(actor, user.id, assignment_id)
    if row.role == Role.EXTERNAL_PARTNER:
        raise Invalid(assignment_id=N_("Een externe partner wisselt niet van team. Geef een nieuwe rol."))
    if row.team_id == team_id:
        raise Invalid(team_id=N_("Dit is het team van nu. Kies een ander team."))
    if on <= row.valid_from:
        raise Invalid(on=N_("Kies een dag na de eerste dag in het oude team."))
    if on < clock.today():
        raise Invalid(on=N_("Kies vandaag of later."))
    until, row.valid_until = row.valid_until, on - timedelta(days=1)
    db.session.flush()
    made = _add(user, Details(Role(row.role), team_id, row.fte, on, until))
    for team in (row.team_id, team_id):
        log(actor, user.id, "roles", team_id=team)
    return made


def end_all(user: User, *, field: str) -> None:
    """End every role today; one that had not begun stays as one day. Raises Invalid for the last administrator."""
    today = clock.today()
    lasting = [row for row in of(user.id) if not ended(row)]
    _keep_an_administrator(lasting, field)
    for row in lasting:
        row.valid_from, row.valid_until = min(row.valid_from, today), today
    db.session.flush()


def leave_behind(user: User) -> None:
    """Let what ended today, with the account, end a day earlier: it does not come back when the account does."""
    yesterday = clock.today() - timedelta(days=1)
    for row in of(user.id):
        if not ended(row):
            row.valid_from, row.valid_until = min(row.valid_from, yesterday), yesterday
    db.session.flush()


def _keep_an_administrator(ending: Sequence[RoleAssignment], field: str) -> None:
    """Raise Invalid on `field` when nobody would be left to manage accounts; locks the roles it counts on."""
    if not any(row.role == Role.ADMINISTRATOR for row in ending):
        return
    others = (
        select(RoleAssignment)
        .join(User, User.id == RoleAssignment.user_id)
        .where(
            RoleAssignment.role == Role.ADMINISTRATOR,
            RoleAssignment.valid_until.is_(None),
            RoleAssignment.holds_on(clock.today()),
            User.deactivated_at.is_(None),
            User.password_hash.is_not(None),
        )
        .order_by(RoleAssignment.id)
        .with_for_update(of=RoleAssignment)
    )
    left = {row.id for row in db.session.scalars(others)} - {row.id for row in ending}
    if not left:
        raise Invalid(**{field: LAST_ADMINISTRATOR})
