"""The register of youth groups: a team reads its own, its director keeps it (domain §4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, ScalarSelect, cast, func, select, text

from portal.accounts.models import Team
from portal.areas import service as areas
from portal.core import clock, db, paging
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.i18n import N_
from portal.core.paging import Page
from portal.groups.models import MOST_AREAS, AgeBand, SizeBand, YouthGroup
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Reach
from portal.programmes import service as programmes
from portal.programmes.models import Enrolment
from portal.programmes.service import Wanted

CODES = 7_305_195  # one new code at a time


@dataclass(frozen=True)
class Details:
    """What is filled in about a group."""

    area_codes: Sequence[str]
    size_band: SizeBand
    age_band: AgeBand
    online: bool = False
    fluid: bool = False


def visible(actor: Actor) -> ColumnElement[bool]:
    """The groups this actor may read."""
    return YouthGroup.team_id.in_(actor.teams(Permission.GROUPS_READ, Reach.TEAM))


def keeping_teams(actor: Actor) -> tuple[UUID, ...]:
    """The teams whose groups this actor may register and change."""
    return actor.teams(Permission.GROUPS_KEEP, Reach.TEAM)


def teams(actor: Actor) -> Sequence[Team]:
    """The same teams, by name."""
    return db.session.scalars(select(Team).where(Team.id.in_(keeping_teams(actor))).order_by(Team.name)).all()


def listing(actor: Actor, cursor: str | None = None) -> Page[YouthGroup]:
    """One page of the groups in reach, newest first."""
    statement = paging.newest(select(YouthGroup).where(visible(actor)), cursor, YouthGroup.id)
    return paging.page(db.session.scalars(statement).all(), lambda row: [row.id])


def choices(actor: Actor) -> Sequence[YouthGroup]:
    """The groups in reach, by code, to choose from."""
    return db.session.scalars(select(YouthGroup).where(visible(actor)).order_by(YouthGroup.code)).all()


def get(actor: Actor, group_id: UUID) -> YouthGroup:
    """One group. Raises NotFound out of reach."""
    found = db.session.scalar(select(YouthGroup).where(YouthGroup.id == group_id, visible(actor)))
    if found is None:
        raise NotFound
    return found


def kept(actor: Actor, group_id: UUID) -> YouthGroup:
    """One group of a team whose register this actor keeps. Raises NotFound otherwise."""
    found = get(actor, group_id)
    if found.team_id not in keeping_teams(actor):
        raise NotFound
    return found


def create(actor: Actor, *, team_id: UUID, details: Details) -> YouthGroup:
    """Register a group under a new code. Raises Forbidden for a team of others, or Invalid."""
    if team_id not in keeping_teams(actor):
        raise Forbidden
    _check(details)
    made = YouthGroup(code=_next_code(details.area_codes[0]), team_id=team_id, **_columns(details))
    db.session.add(made)
    db.session.flush()
    _log(actor, Action.CREATE, made)
    return made


def update(actor: Actor, group_id: UUID, *, version: int | None, details: Details) -> YouthGroup:
    """Change what a group is like. Raises NotFound, Conflict or Invalid."""
    found = kept(actor, group_id)
    db.ensure_version(found, version)
    _check(details)
    changed = [name for name, value in _columns(details).items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, _columns(details)[name])
    db.session.flush()
    _log(actor, Action.UPDATE, found, changed)
    return found


def code_of(group_id: ColumnElement[UUID | None]) -> ScalarSelect[str]:
    """The code of a group as one value in a statement of another feature, which asks who may read it."""
    return select(YouthGroup.code).where(YouthGroup.id == group_id).scalar_subquery()


def enrol(actor: Actor, group_id: UUID, wanted: Wanted) -> Enrolment:
    """Propose a programme for a group of the own team. Raises as `get` and `programmes.propose_group`."""
    group = get(actor, group_id)
    return programmes.propose_group(actor, group.id, team_id=group.team_id, wanted=wanted)


def _columns(details: Details) -> dict[str, object]:
    return vars(details) | {"area_codes": list(dict.fromkeys(details.area_codes))}


def _check(details: Details) -> None:
    known = areas.places()
    if not details.area_codes or any(code not in known for code in details.area_codes):
        raise Invalid(area_codes=N_("Kies een gebied uit de lijst."))
    if len(details.area_codes) > MOST_AREAS:
        raise Invalid(area_codes=N_("Kies hoogstens tien gebieden."))


def _next_code(area_code: str) -> str:
    """'T-2026-03': the stadsdeel of the first area, the year, and the next number in it."""
    db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CODES})
    start = f"{areas.places()[area_code].stadsdeel_code}-{clock.today().year}-"
    numbers = select(func.max(cast(func.substr(YouthGroup.code, len(start) + 1), Integer)))
    last = db.session.scalar(numbers.where(YouthGroup.code.startswith(start, autoescape=True)))
    return f"{start}{(last or 0) + 1:02d}"


def _log(actor: Actor, action: Action, group: YouthGroup, fields: Sequence[str] = ()) -> None:
    access_log.record(
        actor,
        action,
        Subject("youth_group", group.id, None, group.team_id),
        permission=Permission.GROUPS_KEEP,
        context=Context.GROUP_APPROACH,
        fields=fields,
    )
