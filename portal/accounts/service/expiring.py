"""External partners have an account for at most a year, and a colleague answers for it (domain I-21, R38)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts import sessions, tokens
from portal.accounts.models import RoleAssignment, Team, User
from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import GRANTS, Permission, Reach, Role

LONGEST = timedelta(days=366)
#: The roles in which somebody may answer for people from outside.
SPONSORS = tuple(role for role, granted in GRANTS.items() if Permission.GUESTS_SPONSOR in granted)


def check_term(role: str, valid_from: date, valid_until: date | None) -> None:
    """Refuse a role of an external partner without an end within a year. Raises Invalid."""
    if role != Role.EXTERNAL_PARTNER:
        return
    if valid_until is None:
        raise Invalid(valid_until=N_("Een externe partner heeft altijd een laatste dag."))
    if valid_until > valid_from + LONGEST:
        raise Invalid(valid_until=N_("Een externe partner krijgt hoogstens een jaar een account."))


def sponsors() -> Sequence[tuple[User, Team]]:
    """Who may answer for somebody from outside, each with the team they may do it in; by name."""
    statement = select(User, Team).select_from(RoleAssignment)
    statement = statement.join(User, User.id == RoleAssignment.user_id).join(Team, Team.id == RoleAssignment.team_id)
    statement = statement.where(
        RoleAssignment.role.in_(SPONSORS), RoleAssignment.holds_on(clock.today()), User.deactivated_at.is_(None)
    )
    return [(user, team) for user, team in db.session.execute(statement.order_by(User.sort_key, Team.name).distinct())]


def check_sponsor(role: str, team_id: UUID, sponsor_id: UUID | None) -> UUID | None:
    """Who answers for a role in this team: for an external partner somebody who works there, else nobody.

    Raises Invalid.
    """
    if role != Role.EXTERNAL_PARTNER:
        return None
    if not any((user.id, team.id) == (sponsor_id, team_id) for user, team in sponsors()):
        raise Invalid(
            sponsor_id=N_("Kies een regisseur, coördinator of manager van dit team die voor deze partner instaat.")
        )
    return sponsor_id


def guests(actor: Actor) -> Sequence[RoleAssignment]:
    """The people from outside in the teams where this actor may answer for them, first who leaves first."""
    statement = select(RoleAssignment).where(
        _reached(actor), RoleAssignment.holds_on(clock.today()), User.deactivated_at.is_(None)
    )
    statement = statement.join(User, User.id == RoleAssignment.user_id).options(
        contains_eager(RoleAssignment.user).joinedload(User.organisation),
        joinedload(RoleAssignment.team),
        joinedload(RoleAssignment.sponsor),
    )
    return db.session.scalars(statement.order_by(RoleAssignment.valid_until, User.sort_key)).all()


def _reached(actor: Actor) -> ColumnElement[bool]:
    teams = actor.teams(Permission.GUESTS_SPONSOR, Reach.TEAM)
    return and_(RoleAssignment.role == Role.EXTERNAL_PARTNER, RoleAssignment.team_id.in_(teams))


def extendable(actor: Actor, rows: Iterable[RoleAssignment]) -> set[UUID]:
    """The ids of those for whom this actor answers, or nobody who still works there."""
    working = {(user.id, team.id) for user, team in sponsors()}
    return {row.id for row in rows if row.sponsor_id == actor.user_id or (row.sponsor_id, row.team_id) not in working}


def to_extend(actor: Actor, assignment_id: UUID, *, lock: bool = False) -> RoleAssignment:
    """A guest for whom this actor may answer further. Raises NotFound, Forbidden when a colleague answers for them."""
    statement = select(RoleAssignment).where(
        RoleAssignment.id == assignment_id, _reached(actor), RoleAssignment.valid_until >= clock.today()
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row = db.session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound
    if row.id not in extendable(actor, [row]):
        raise Forbidden
    return row


def extend(actor: Actor, assignment_id: UUID, valid_until: date) -> RoleAssignment:
    """Answer for a guest until another last day, a year from today at most; from today on a role of its own.

    Raises as `to_extend`, Invalid for a strange day.
    """
    row, today = to_extend(actor, assignment_id, lock=True), clock.today()
    if valid_until < today:
        raise Invalid(valid_until=N_("Kies vandaag of later."))
    check_term(row.role, today, valid_until)
    if row.valid_from < today:
        row.valid_until = today - timedelta(days=1)
        db.session.flush()  # the old one ends before the new one begins
        row = RoleAssignment(
            user_id=row.user_id, team_id=row.team_id, role=row.role, fte=row.fte, valid_from=today,
            sponsor_id=actor.user_id,
        )  # fmt: skip
        db.session.add(row)
    row.valid_until, row.sponsor_id = valid_until, actor.user_id
    db.session.flush()
    subject = Subject("user", row.user_id, team_id=row.team_id)
    access_log.record(actor, Action.ADMINISTER, subject, permission=Permission.GUESTS_SPONSOR, fields=["roles"])
    return row


def own_term(actor: Actor) -> RoleAssignment | None:
    """The role as a guest of this actor that lasts longest, with who answers for it; None for who is none."""
    statement = select(RoleAssignment).where(
        RoleAssignment.user_id == actor.user_id,
        RoleAssignment.role == Role.EXTERNAL_PARTNER,
        RoleAssignment.holds_on(clock.today()),
    )
    statement = statement.options(joinedload(RoleAssignment.sponsor), joinedload(RoleAssignment.team))
    return db.session.scalars(statement.order_by(RoleAssignment.valid_until.desc()).limit(1)).first()


def close_expired(actor: Actor) -> int:
    """Close the accounts that were an external partner's until before today and have nothing left. Returns how many."""
    last = select(RoleAssignment.user_id).group_by(RoleAssignment.user_id)
    last = last.having(func.bool_and(RoleAssignment.valid_until < clock.today()))
    last = last.having(func.bool_or(RoleAssignment.role == Role.EXTERNAL_PARTNER))
    statement = select(User).where(User.deactivated_at.is_(None), User.id.in_(last))
    found = db.session.scalars(statement.order_by(User.id).with_for_update(skip_locked=True)).all()
    for user in found:
        user.deactivated_at = clock.now()
        user.version += 1
        sessions.end_all(user.id)
        tokens.withdraw(user.id)
        access_log.record(actor, Action.ADMINISTER, Subject("user", user.id), fields=["deactivated_at"])
    return len(found)
