"""Organisations, and teams with the areas they work in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Organisation, OrganisationKind, RoleAssignment, Team, TeamArea, TeamKind
from portal.core import clock, db
from portal.core.errors import Invalid, NotFound, constraint
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach

constraint("uq_organisation_name", "name", N_("Er is al een organisatie met deze naam."))
constraint("uq_team_name", "name", N_("Er is al een team met deze naam."))
constraint("fk_team_area_area_code", "area_codes", N_("Kies een van de mogelijkheden."))


@dataclass(frozen=True)
class TeamDetails:
    """What is written down about a team."""

    name: str
    kind: TeamKind
    organisation_id: UUID
    area_codes: Sequence[str]
    active: bool = True


@dataclass(frozen=True)
class OrganisationDetails:
    """What is written down about an organisation."""

    name: str
    kind: OrganisationKind
    active: bool = True


def listing(actor: Actor) -> list[tuple[Team, int]]:
    """The teams within reach with how many people have a role in them now; open ones first, by name."""
    count = (
        select(func.count(RoleAssignment.user_id.distinct()))
        .where(RoleAssignment.team_id == Team.id, RoleAssignment.holds_on(clock.today()))
        .scalar_subquery()
    )
    statement = select(Team, count).options(joinedload(Team.organisation), selectinload(Team.areas))
    if actor.reach(Permission.USERS_READ) != Reach.ALL:
        statement = statement.where(Team.id.in_(actor.teams(Permission.USERS_READ)))
    rows = db.session.execute(statement.order_by(Team.active.desc(), Team.name))
    return [(team, people) for team, people in rows]


def get(actor: Actor, team_id: UUID) -> Team:
    """A team, to change it. Raises Forbidden or NotFound."""
    actor.require(Permission.USERS_MANAGE)
    team = db.session.get(Team, team_id)
    if team is None:
        raise NotFound
    return team


def create(actor: Actor, *, details: TeamDetails, caseload_norm: int, contact_norm_days: int) -> Team:
    """Make a team with its first norms (see norms.Norm). Raises Forbidden or Invalid."""
    actor.require(Permission.USERS_MANAGE)
    team = Team(first_caseload_norm=caseload_norm, first_contact_norm_days=contact_norm_days)
    _fill(team, details)
    db.session.add(team)
    db.session.flush()
    _log(actor, "team", team.id, "team")
    return team


def update(actor: Actor, team_id: UUID, *, version: int | None, details: TeamDetails) -> Team:
    """Change a team. Raises NotFound, Conflict, Forbidden, or Invalid when it is closed with people in it."""
    team = get(actor, team_id)
    db.ensure_version(team, version)
    if team.active and not details.active and _has_people(team_id):
        raise Invalid(active=N_("Er zijn nog mensen met een rol in dit team. Beëindig die rollen eerst."))
    _fill(team, details)
    team.updated_at = clock.now()  # a change of areas alone counts as a new version too
    db.session.flush()
    _log(actor, "team", team.id, "team")
    return team


def _has_people(team_id: UUID) -> bool:
    lasting = select(RoleAssignment.id).where(RoleAssignment.team_id == team_id, RoleAssignment.not_over(clock.today()))
    return db.session.scalar(lasting.limit(1)) is not None


def _fill(team: Team, details: TeamDetails) -> None:
    team.name, team.kind, team.organisation_id = details.name, details.kind, details.organisation_id
    team.active = details.active
    kept = {row.area_code: row for row in team.areas}
    team.areas = [kept.get(code) or TeamArea(area_code=code) for code in dict.fromkeys(details.area_codes)]


# --- organisations -----------------------------------------------------------


def organisations(actor: Actor) -> list[tuple[Organisation, int]]:
    """All organisations with how many teams they have; open ones first, by name."""
    actor.require(Permission.USERS_MANAGE)
    count = select(func.count(Team.id)).where(Team.organisation_id == Organisation.id).scalar_subquery()
    statement = select(Organisation, count).order_by(Organisation.active.desc(), Organisation.name)
    return [(organisation, teams) for organisation, teams in db.session.execute(statement)]


def get_organisation(actor: Actor, organisation_id: UUID) -> Organisation:
    """An organisation, to change it. Raises Forbidden or NotFound."""
    actor.require(Permission.USERS_MANAGE)
    organisation = db.session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound
    return organisation


def create_organisation(actor: Actor, *, details: OrganisationDetails) -> Organisation:
    """Make an organisation. Raises Forbidden or Invalid."""
    actor.require(Permission.USERS_MANAGE)
    organisation = Organisation(name=details.name, kind=details.kind, active=details.active)
    db.session.add(organisation)
    db.session.flush()
    _log(actor, "organisation", organisation.id, "organisation")
    return organisation


def update_organisation(
    actor: Actor, organisation_id: UUID, *, version: int | None, details: OrganisationDetails
) -> Organisation:
    """Change an organisation. Raises NotFound, Conflict, Forbidden or Invalid."""
    organisation = get_organisation(actor, organisation_id)
    db.ensure_version(organisation, version)
    organisation.name, organisation.kind, organisation.active = details.name, details.kind, details.active
    db.session.flush()
    _log(actor, "organisation", organisation.id, "organisation")
    return organisation


def _log(actor: Actor, kind: str, record_id: UUID, *fields: str) -> None:
    team_id = record_id if kind == "team" else None
    subject = Subject(kind, record_id, team_id=team_id)
    access_log.record(actor, Action.ADMINISTER, subject, permission=Permission.USERS_MANAGE, fields=fields)
