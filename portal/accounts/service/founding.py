"""The first administrator, made from the command line when nobody can sign in yet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, or_, select

from portal.accounts import tokens
from portal.accounts.models import Organisation, OrganisationKind, RoleAssignment, Team, TeamKind, User
from portal.accounts.service import users
from portal.core import clock, db
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action
from portal.privacy.permissions import Role


class Taken(Exception):
    """The sign-in name or the address belongs to somebody else."""


@dataclass(frozen=True)
class Founder:
    """Who becomes administrator, and the names of organisation and team to make when there are none."""

    name: str
    email: str
    login: str
    organisation: str = "Beheer"
    team: str = "Beheer"


def create_administrator(founder: Founder, *, mail: bool) -> str:
    """Make the account in a transaction of its own; returns the one-time link, or '' when it is mailed.

    Raises Taken, or Invalid for a sign-in name with other characters.
    """
    access_log.origin.set("accounts create-administrator")
    with db.unit_of_work():
        clock.synchronise(db.session())
        _ensure_free(founder)
        team = _team(founder)
        details = users.Details(founder.name, founder.login, founder.email, team.organisation_id)
        user = User(organisation_id=team.organisation_id)
        users.fill(user, details)
        db.session.add(user)
        db.session.flush()
        db.session.add(
            RoleAssignment(
                user_id=user.id, team_id=team.id, role=Role.ADMINISTRATOR, fte=Decimal(0), valid_from=clock.today()
            )
        )
        access_log.record(system("create-administrator"), Action.ADMINISTER, Subject("user", user.id))
        if mail:
            tokens.invite(user)
            return ""
        return tokens.invite_by_hand(user)


def _ensure_free(founder: Founder) -> None:
    same = or_(func.lower(User.login) == founder.login, func.lower(User.email) == founder.email)
    if db.session.scalar(select(User.id).where(same).limit(1)) is not None:
        raise Taken("There is already an account with this sign-in name or mail address.")


def _team(founder: Founder) -> Team:
    """The oldest open team of the whole city, or a new one."""
    found = db.session.scalars(
        select(Team).where(Team.active, Team.kind == TeamKind.CITY).order_by(Team.created_at, Team.id).limit(1)
    ).first()
    if found is not None:
        return found
    organisation = db.session.scalars(select(Organisation).order_by(Organisation.created_at).limit(1)).first()
    if organisation is None:
        organisation = Organisation(name=founder.organisation, kind=OrganisationKind.MUNICIPALITY)
        db.session.add(organisation)
        db.session.flush()
    team = Team(organisation_id=organisation.id, name=founder.team, kind=TeamKind.CITY)
    db.session.add(team)
    db.session.flush()
    return team
