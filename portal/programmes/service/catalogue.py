"""The catalogue: programmes with their lines, the areas they look at first, and what they learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import RoleAssignment, User
from portal.areas import service as areas
from portal.core import clock, db
from portal.core.errors import Invalid, NotFound, constraint
from portal.core.i18n import N_
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission, Role
from portal.programmes.models import OLDEST, YOUNGEST, FocusArea, JournalEntry, Programme, ProgrammeLine

constraint("uq_programme_name", "name", N_("Er is al een programma met deze naam."))
constraint("uq_programme_line_programme_id_name", "name", N_("Dit programma heeft al een lijn met deze naam."))
constraint("ex_programme_focus_area_period", "valid_from", N_("In deze periode is dit gebied al focusgebied."))

#: Who answers for a programme: somebody of the city or of a partner, never a partner's guest or a messenger.
OWNING = (Role.MANAGER, Role.JV_DIRECTOR, Role.CM_COORDINATOR, Role.ADMINISTRATOR)
MAX_ALLIANCES = 10
Part = TypeVar("Part", ProgrammeLine, FocusArea)


@dataclass(frozen=True)
class Details:
    """What is filled in about a programme. `context` counts for a new one only."""

    name: str
    organisation_id: UUID
    owner_id: UUID
    aim: str
    theme_line: str
    goal: str
    evidence: str
    starts_on: date
    age_from: int = YOUNGEST
    age_until: int = OLDEST
    ends_on: date | None = None
    plan_text: str = ""
    plan_url: str = ""
    alliances: Sequence[str] = ()
    builds_on_id: UUID | None = None
    why_new: str = ""


@dataclass(frozen=True)
class LineDetails:
    """What is filled in about a line."""

    name: str
    about: str = ""
    pmg_line: str | None = None
    for_people: bool = True
    active: bool = True


@dataclass(frozen=True)
class FocusDetails:
    """Where a programme looks first, and from when until when."""

    area_code: str
    valid_from: date
    valid_until: date | None = None


def catalogue(actor: Actor, *, ended: bool = False) -> Sequence[Programme]:
    """The programmes that run or are to begin, by name; with `ended` those that are over too."""
    actor.require(Permission.REFERENCE_READ)
    statement = select(Programme).options(joinedload(Programme.organisation), joinedload(Programme.owner))
    statement = statement.options(selectinload(Programme.lines), selectinload(Programme.focus_areas))
    if not ended:
        statement = statement.where(func.coalesce(Programme.ends_on, clock.today()) >= clock.today())
    return db.session.scalars(statement.order_by(func.lower(Programme.name), Programme.id)).all()


def get(actor: Actor, programme_id: UUID) -> Programme:
    """One programme. Raises NotFound."""
    actor.require(Permission.REFERENCE_READ)
    statement = (
        select(Programme)
        .where(Programme.id == programme_id)
        .options(joinedload(Programme.organisation), joinedload(Programme.owner), joinedload(Programme.builds_on))
        .options(joinedload(Programme.lines), joinedload(Programme.focus_areas))  # a handful of each
    )
    found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def journal(actor: Actor, programme_id: UUID) -> Sequence[JournalEntry]:
    """What a programme learned, the latest first."""
    actor.require(Permission.REFERENCE_READ)
    statement = select(JournalEntry).where(JournalEntry.programme_id == programme_id)
    statement = statement.options(joinedload(JournalEntry.by))
    return db.session.scalars(statement.order_by(JournalEntry.seen_on.desc(), JournalEntry.id.desc())).all()


def owners() -> Sequence[User]:
    """Who can answer for a programme today, by name."""
    holds = RoleAssignment.role.in_(OWNING) & RoleAssignment.holds_on(clock.today())
    statement = select(User).where(User.deactivated_at.is_(None), User.roles.any(holds))
    return db.session.scalars(statement.order_by(User.sort_key, User.id)).all()


def create(actor: Actor, *, context: str, details: Details) -> Programme:
    """Add a programme. Raises Invalid when it neither builds on one that exists nor says why not."""
    actor.require(Permission.PROGRAMMES_MANAGE)
    _check(details)
    programme = Programme(context=context, **_values(details))
    db.session.add(programme)
    db.session.flush()
    _log(actor, Action.CREATE, programme.id)
    return programme


def update(actor: Actor, programme_id: UUID, *, version: int | None, details: Details) -> Programme:
    """Change a programme. Raises as `create`, and Conflict for an outdated form."""
    actor.require(Permission.PROGRAMMES_MANAGE)
    programme = get(actor, programme_id)
    db.ensure_version(programme, version)
    _check(details, itself=programme_id)
    for name, value in _values(details).items():
        setattr(programme, name, value)
    _log(actor, Action.UPDATE, programme.id)
    return programme


def _values(details: Details) -> dict[str, object]:
    return asdict(details) | {"alliances": list(dict.fromkeys(details.alliances))}


def _check(details: Details, itself: UUID | None = None) -> None:
    if details.builds_on_id is None and not details.why_new.strip():
        raise Invalid(why_new=N_("Zeg waarom een programma dat er al is, niet sterker kan worden gemaakt."))
    if itself is not None and details.builds_on_id == itself:
        raise Invalid(builds_on_id=N_("Een programma bouwt niet voort op zichzelf."))
    if details.age_until < details.age_from:
        raise Invalid(age_until=N_("De hoogste leeftijd is lager dan de laagste."))
    if details.ends_on is not None and details.ends_on < details.starts_on:
        raise Invalid(ends_on=N_("Het einde ligt voor het begin."))
    if details.plan_url and not details.plan_url.startswith("https://"):
        raise Invalid(plan_url=N_("Een adres begint met https://."))
    if len(details.alliances) > MAX_ALLIANCES:
        raise Invalid(alliances=N_("Noem niet meer dan tien samenwerkingen."))


def line_of(actor: Actor, programme_id: UUID, line_id: UUID) -> ProgrammeLine:
    """A line of a programme. Raises NotFound."""
    return _part(get(actor, programme_id).lines, line_id)


def focus_of(actor: Actor, programme_id: UUID, focus_id: UUID) -> FocusArea:
    """A focus area of a programme. Raises NotFound."""
    return _part(get(actor, programme_id).focus_areas, focus_id)


def _part(parts: Sequence[Part], part_id: UUID) -> Part:
    found = next((each for each in parts if each.id == part_id), None)
    if found is None:
        raise NotFound
    return found


def add_line(actor: Actor, programme_id: UUID, details: LineDetails) -> ProgrammeLine:
    """Add a line at the end. Raises NotFound."""
    actor.require(Permission.PROGRAMMES_MANAGE)
    programme = get(actor, programme_id)
    line = ProgrammeLine(programme_id=programme.id, position=len(programme.lines) + 1, **asdict(details))
    db.session.add(line)
    db.session.flush()
    _log(actor, Action.UPDATE, programme.id)
    return line


def update_line(actor: Actor, line: ProgrammeLine, *, version: int | None, details: LineDetails) -> None:
    """Change a line. Raises Conflict for an outdated form."""
    actor.require(Permission.PROGRAMMES_MANAGE)
    db.ensure_version(line, version)
    for name, value in asdict(details).items():
        setattr(line, name, value)
    _log(actor, Action.UPDATE, line.programme_id)


def add_focus(actor: Actor, programme_id: UUID, details: FocusDetails) -> FocusArea:
    """Let a programme look at an area first. Raises NotFound, Invalid."""
    actor.require(Permission.PROGRAMMES_MANAGE)
    programme = get(actor, programme_id)
    _check_focus(details)
    focus = FocusArea(programme_id=programme.id, **asdict(details))
    db.session.add(focus)
    db.session.flush()
    _log(actor, Action.UPDATE, programme.id)
    return focus


def update_focus(actor: Actor, focus: FocusArea, *, version: int | None, details: FocusDetails) -> None:
    """Change or end a focus area. Raises Conflict for an outdated form, Invalid."""
    actor.require(Permission.PROGRAMMES_MANAGE)
    db.ensure_version(focus, version)
    _check_focus(details)
    for name, value in asdict(details).items():
        setattr(focus, name, value)
    _log(actor, Action.UPDATE, focus.programme_id)


def _check_focus(details: FocusDetails) -> None:
    if details.area_code not in areas.places():
        raise Invalid(area_code=N_("Kies een van de gebieden."))
    if details.valid_until is not None and details.valid_until < details.valid_from:
        raise Invalid(valid_until=N_("Het einde ligt voor het begin."))


def learn(actor: Actor, programme_id: UUID, *, seen_on: date, saw: str, decided: str = "") -> JournalEntry:
    """Write in the journal what was seen and decided; it stays as written. Raises NotFound, Invalid for a day ahead."""
    actor.require(Permission.PROGRAMMES_MANAGE)
    programme = get(actor, programme_id)
    if seen_on > clock.today():
        raise Invalid(seen_on=N_("Deze dag moet nog komen."))
    written = {"programme_id": programme.id, "seen_on": seen_on, "saw": saw, "decided": decided}
    db.ensure_new(JournalEntry, "saw", **written)
    entry = JournalEntry(by_id=actor.user_id, **written)
    db.session.add(entry)
    db.session.flush()
    _log(actor, Action.UPDATE, programme.id)
    return entry


def _log(actor: Actor, action: Action, programme_id: UUID) -> None:
    access_log.record(actor, action, Subject("programme", programme_id), permission=Permission.PROGRAMMES_MANAGE)
