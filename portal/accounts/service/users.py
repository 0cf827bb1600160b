"""Staff: the list, and what an administrator does with an account."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from portal.accounts import policy, recovery, sessions, tokens
from portal.accounts.models import AccountToken, Organisation, Passkey, RoleAssignment, Team, TokenKind, User
from portal.accounts.service import absences
from portal.core import clock, db, paging
from portal.core.errors import Conflict, Invalid, NotFound, constraint
from portal.core.i18n import N_
from portal.core.paging import Page
from portal.core.text import fold, sort_key
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Role

constraint("uq_app_user_email", "email", N_("Er is al een account met dit e-mailadres."))
constraint("uq_app_user_login", "login", N_("Deze naam om in te loggen is al van iemand anders."))

LOGIN = re.compile(r"[a-z0-9]([a-z0-9._-]{0,58}[a-z0-9])?")
SEARCH_LIMIT = 30


class State(StrEnum):
    """Where an account stands."""

    ACTIVE = "active"
    INVITED = "invited"  # never signed in: has no password yet
    CLOSED = "closed"


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; None is no filter. Closed accounts are shown only when asked for."""

    team_id: UUID | None = None
    role: Role | None = None
    state: State | None = None


@dataclass(frozen=True)
class Held:
    """A role in a team."""

    role: Role
    team: str


@dataclass(frozen=True)
class Row:
    """One person in the list."""

    id: UUID
    name: str
    organisation: str
    state: State
    held: list[Held] = field(default_factory=list)
    away_until: date | None = None  # last day of an absence that runs now


@dataclass(frozen=True)
class Details:
    """What an administrator writes down about a person."""

    name: str
    login: str
    email: str
    organisation_id: UUID
    phone: str = ""


def state_of(user: User) -> State:
    """Where an account stands."""
    if user.deactivated_at is not None:
        return State.CLOSED
    return State.ACTIVE if user.password_hash is not None else State.INVITED


# --- finding -----------------------------------------------------------------


def listing(actor: Actor, *, filters: Filters, after: str | None = None, size: int = paging.PAGE_SIZE) -> Page[Row]:
    """One page of the staff within reach, by name. Raises NotFound for a strange cursor."""
    statement = select(User).where(policy.visible(actor), *_conditions(filters))
    if after is not None:
        place = select(User.sort_key, User.id).where(User.id == paging.id_in(after)).subquery()
        statement = statement.join(place, tuple_(User.sort_key, User.id) > tuple_(place.c.sort_key, place.c.id))
    ordered = statement.options(joinedload(User.organisation)).order_by(User.sort_key, User.id).limit(size + 1)
    return paging.page(_rows(db.session.scalars(ordered).all()), lambda row: [row.id], size=size)


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    states: dict[State | None, ColumnElement[bool]] = {
        None: User.deactivated_at.is_(None),
        State.ACTIVE: and_(User.deactivated_at.is_(None), User.password_hash.is_not(None)),
        State.INVITED: and_(User.deactivated_at.is_(None), User.password_hash.is_(None)),
        State.CLOSED: User.deactivated_at.is_not(None),
    }
    conditions = [states[filters.state]]
    if filters.team_id or filters.role:
        held = select(RoleAssignment.user_id).where(RoleAssignment.holds_on(clock.today()))
        if filters.team_id:
            held = held.where(RoleAssignment.team_id == filters.team_id)
        if filters.role:
            held = held.where(RoleAssignment.role == filters.role)
        conditions.append(User.id.in_(held))
    return conditions


def search(actor: Actor, *, words: str) -> list[Row]:
    """Staff within reach whose name has these words in it, closed accounts too; at most 30, by name."""
    folded = fold(words).split()
    if not folded:
        return []
    named = [or_(User.sort_key.contains(word, autoescape=True), func.lower(User.login) == word) for word in folded]
    statement = select(User).where(policy.visible(actor), *named).options(joinedload(User.organisation))
    return _rows(db.session.scalars(statement.order_by(User.sort_key, User.id).limit(SEARCH_LIMIT)).all())


def _rows(users: Sequence[User]) -> list[Row]:
    ids = [user.id for user in users]
    held, away = _held(ids), absences.last_days(ids)
    return [
        Row(user.id, user.name, user.organisation.name, state_of(user), held[user.id], away.get(user.id))
        for user in users
    ]


def _held(ids: Sequence[UUID]) -> dict[UUID, list[Held]]:
    """The roles that hold today, by user."""
    found: dict[UUID, list[Held]] = defaultdict(list)
    statement = select(RoleAssignment.user_id, RoleAssignment.role, Team.name).join(Team)
    ordered = statement.where(RoleAssignment.user_id.in_(ids), RoleAssignment.holds_on(clock.today())).order_by(
        Team.name
    )
    for user_id, role, team in db.session.execute(ordered):
        found[user_id].append(Held(Role(role), team))
    return found


def get(actor: Actor, user_id: UUID) -> User:
    """An account within reach. Raises NotFound."""
    statement = select(User).where(User.id == user_id, policy.visible(actor)).options(joinedload(User.organisation))
    user = db.session.scalars(statement).one_or_none()
    if user is None:
        raise NotFound
    return user


def invitation(user: User) -> AccountToken | None:
    """The last invitation, to show whether it was mailed and until when it works."""
    statement = select(AccountToken).where(AccountToken.user_id == user.id, AccountToken.kind == TokenKind.INVITATION)
    return db.session.scalars(
        statement.order_by(AccountToken.requested_at.desc(), AccountToken.id.desc()).limit(1)
    ).first()


def organisations() -> Sequence[Organisation]:
    """The organisations somebody can work for, by name."""
    return db.session.scalars(select(Organisation).where(Organisation.active).order_by(Organisation.name)).all()


# --- changing ----------------------------------------------------------------


def to_change(actor: Actor, user_id: UUID, version: int | None = None) -> User:
    """An account under a row lock: two administrators judge its roles one by one. Raises NotFound or Conflict."""
    actor.require(Permission.USERS_MANAGE)
    statement = select(User).where(User.id == user_id, policy.visible(actor)).with_for_update()
    user = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if user is None:
        raise NotFound
    db.ensure_version(user, version)
    return user


def log(actor: Actor, user_id: UUID, *fields: str, team_id: UUID | None = None) -> None:
    """Write down what an administrator did to an account."""
    subject = Subject("user", user_id, team_id=team_id)
    access_log.record(actor, Action.ADMINISTER, subject, permission=Permission.USERS_MANAGE, fields=fields)


def create(actor: Actor, *, details: Details) -> User:
    """Make an account and mail an invitation. Raises Forbidden or Invalid."""
    actor.require(Permission.USERS_MANAGE)
    user = User(organisation_id=details.organisation_id)
    fill(user, details)
    db.session.add(user)
    db.session.flush()
    tokens.invite(user)
    log(actor, user.id, "account")
    return user


def update(actor: Actor, user_id: UUID, *, version: int | None, details: Details) -> User:
    """Change what is known of a person. A new address gets a new invitation, if the old one was not used; whose the
    account is hears of it at the old address, for whoever reads the new one can set a new password.

    Raises NotFound, Conflict (somebody else was first), Forbidden or Invalid.
    """
    user = to_change(actor, user_id, version)
    before = user.email
    changed = fill(user, details)
    user.version += 1
    db.session.flush()
    if "email" in changed:
        tokens.withdraw(user.id)
        if state_of(user) == State.INVITED:
            tokens.invite(user)
        else:
            tokens.notify(user, TokenKind.ADDRESS_CHANGED, address=before)
    log(actor, user.id, *changed)
    return user


def fill(user: User, details: Details) -> list[str]:
    """Write the details; returns the names of the fields that changed."""
    if not LOGIN.fullmatch(details.login):
        raise Invalid(login=N_("Gebruik alleen kleine letters, cijfers, punten en streepjes."))
    values: dict[str, Any] = {
        "name": details.name,
        "sort_key": sort_key(*details.name.split(" ", 1)),
        "login": details.login,
        "email": details.email,
        "phone": details.phone,
        "organisation_id": details.organisation_id,
    }
    changed = [name for name, value in values.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, values[name])
    return [name for name in changed if name != "sort_key"]


def invite_again(actor: Actor, user_id: UUID) -> None:
    """Mail a new invitation; the old one ends. Raises NotFound, or Conflict when the account needs none any more."""
    user = to_change(actor, user_id)
    if state_of(user) != State.INVITED:
        raise Conflict
    tokens.invite(user)
    log(actor, user.id, "invitation")


def reset_factors(actor: Actor, user_id: UUID) -> None:
    """Let somebody who lost everything in with the password alone; sessions end and a mail says so.

    Passkeys, the code of the app and recovery codes are gone. Raises NotFound, or Conflict when there are none.
    """
    user = to_change(actor, user_id)
    keys = db.session.scalars(delete(Passkey).where(Passkey.user_id == user.id).returning(Passkey.id)).all()
    if user.totp_sealed is None and not keys:
        raise Conflict
    user.totp_sealed = None
    recovery.forget(user.id)
    sessions.end_all(user.id)
    tokens.notify(user, TokenKind.FACTORS_RESET)
    log(actor, user.id, "second_factor")
