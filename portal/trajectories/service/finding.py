"""Reading trajectories: always with the part the actor has in them, so that pages and rules ask only once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.areas import service as areas
from portal.core import db, paging
from portal.core.errors import NotFound
from portal.core.i18n import N_
from portal.core.paging import Page
from portal.messengers.models import CredibleMessenger
from portal.people import service as people
from portal.people import ties
from portal.people.models import Person
from portal.people.service import purposes
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import Action
from portal.programmes.models import ProgrammeLine
from portal.trajectories import policy
from portal.trajectories.models import GUIDED, HOLDS_A_PLACE, Match, MatchStatus, Trajectory, TrajectoryEvent
from portal.trajectories.workflow import MACHINE, Event, Facts, Party, Transition

OPEN_MATCH = (MatchStatus.PROPOSED, MatchStatus.ACCEPTED)
#: The order in which somebody with several parts acts.
PRECEDENCE = (Party.COORDINATOR, Party.WORKER, Party.MESSENGER, Party.DIRECTOR)


@dataclass(frozen=True)
class Seen:
    """A trajectory as one actor sees it."""

    trajectory: Trajectory
    parties: frozenset[Party]
    named: bool  # may know whose it is
    fully_named: bool  # and more than the given name
    stadsdeel_code: str | None = None

    @property
    def party(self) -> Party:
        """The part in which this actor acts first."""
        return next(party for party in PRECEDENCE if party in self.parties)

    @property
    def purpose(self) -> Purpose:
        """What this is read for, when nobody has to be asked: who found a messenger goes on to guide the trajectory."""
        guides = self.party is Party.COORDINATOR and self.trajectory.status in GUIDED
        return Purpose.SUPERVISION if guides else policy.PURPOSE[self.party]

    @property
    def name(self) -> str:
        """The young person's name as far as this actor may see it; empty when not at all."""
        if not self.named:
            return ""
        person = self.trajectory.person
        return person.short_name if self.fully_named else person.call_name or person.given_name

    @property
    def initials(self) -> str:
        """'YB' for 'Yassine B.'."""
        return "".join(word[0] for word in self.name.split()[:2])

    @property
    def title(self) -> str:
        """The name, or else the number."""
        return self.name or self.trajectory.number

    @property
    def stadsdeel(self) -> str:
        """Name of the stadsdeel the young person lives in; never a smaller area."""
        return areas.label(self.stadsdeel_code)

    @property
    def reads_details(self) -> bool:
        """Whether the request and the reasons may be read: not by directors, nor after the access ended."""
        if self.party is Party.MESSENGER:
            return self.trajectory.status in HOLDS_A_PLACE
        return self.named and self.party is not Party.DIRECTOR


@dataclass(frozen=True)
class Step:
    """One event of the history, with who did it."""

    event: Event
    at: datetime
    by: str
    to_status: str
    note: str


@dataclass(frozen=True)
class MatchOffer:
    """A messenger that was proposed, with the answers."""

    match: Match
    messenger: CredibleMessenger

    @property
    def is_open(self) -> bool:
        """Whether this is the match of now."""
        return self.match.status in OPEN_MATCH


def path(trajectory_id: UUID) -> str:
    """The address of a trajectory's page."""
    return f"/trajecten/{trajectory_id}"


def seen(actor: Actor, about: Person | None = None) -> Select[Any]:
    """Select the trajectories in reach, each with the actor's parts and whether the name may be shown.

    `about`: of those of this young person, which the caller selects.
    """
    parts: list[Any] = [policy.is_party(actor, party, about).label(party) for party in Party]
    names = (policy.named(actor, about).label("named"), policy.fully_named(actor, about).label("fully_named"))
    return (
        select(Trajectory, *parts, *names, func.stadsdeel_of(Trajectory.person_id).label("stadsdeel_code"))
        .where(policy.visible(actor, about))
        .options(joinedload(Trajectory.messenger), *([] if about else [joinedload(Trajectory.person)]))
    )


def as_seen(row: Row[Any]) -> Seen:
    """One row of `seen(actor)`."""
    values = row._mapping
    parties = frozenset(party for party in Party if values[party])
    return Seen(row[0], parties, values["named"], values["fully_named"], values["stadsdeel_code"])


def find(actor: Actor, trajectory_id: UUID, *, lock: bool = False) -> Seen:
    """One trajectory, not logged: for who changes it and logs that. `lock` holds the row until the commit.

    Raises NotFound when the actor may not know of it.
    """
    line = joinedload(Trajectory.programme_line).joinedload(ProgrammeLine.programme)
    statement = seen(actor).where(Trajectory.id == trajectory_id).options(line)
    return as_seen(db.the_one(statement, lock=Trajectory if lock else None))


def get(actor: Actor, trajectory_id: UUID) -> Seen:
    """One trajectory, read and logged. Raises NotFound when the actor may not know of it."""
    found = find(actor, trajectory_id)
    log(actor, Action.READ, [found])
    return found


def read(actor: Actor, trajectory_id: UUID) -> Seen:
    """One trajectory for its page, logged with why.

    Raises NotFound, PurposeNeeded for who directs the team: asked as for the dossier, and said once for both.
    """
    found = find(actor, trajectory_id)
    asked = found.party is Party.DIRECTOR
    log(actor, Action.READ, [found], purpose=purposes.of(actor, found.trajectory.person) if asked else None)
    return found


def log(
    actor: Actor,
    action: Action,
    found: Sequence[Seen],
    *,
    fields: Sequence[str] = (),
    purpose: Purpose | None = None,
) -> None:
    """Record what was read or changed, one row per trajectory, under the part the actor has in it; `purpose` is what
    was said, where it does not follow from that."""
    grouped: dict[tuple[Party, Purpose], list[Trajectory]] = {}
    for seen in found:
        grouped.setdefault((seen.party, purpose or seen.purpose), []).append(seen.trajectory)
    for (party, why), own in grouped.items():
        access_log.record(
            actor,
            action,
            [Subject("trajectory", one.id, one.person_id, one.team_id) for one in own],
            permission=policy.PERMISSION[party],
            purpose=why,
            context=Context.VOLUNTARY_GUIDANCE,
            fields=fields,
        )


def listing(actor: Actor, *, closed: bool = False, cursor: str | None = None) -> Page[Seen]:
    """The trajectories in reach, newest first, open or closed ones; logged per row."""
    condition = Trajectory.status.in_(MACHINE.final)
    statement = paging.newest(seen(actor).where(condition if closed else ~condition), cursor, Trajectory.id)
    rows = [as_seen(row) for row in db.session.execute(statement)]
    page = paging.page(rows, lambda s: [s.trajectory.id])
    log(actor, Action.LIST, page.rows)
    return page


def for_person(actor: Actor, person: Person) -> list[Seen]:
    """The trajectories of one young person that this actor may know of, newest first; the caller logs the page."""
    theirs = Trajectory.person_id == ties.young(person)
    rows = ties.ask_about(
        actor, person, "trajectories", lambda: seen(actor, person).where(theirs).order_by(Trajectory.id.desc())
    )
    return [as_seen(row) for row in rows]


def counts(actor: Actor) -> Mapping[str, int]:
    """How many trajectories in reach there are per status."""
    statement = select(Trajectory.status, func.count()).where(policy.visible(actor)).group_by(Trajectory.status)
    return dict(list(db.session.execute(statement)))


def open_match(trajectory_id: UUID) -> Match | None:
    """The proposed or accepted match, if there is one."""
    return db.session.scalar(
        select(Match)
        .where(Match.trajectory_id == trajectory_id, Match.status.in_(OPEN_MATCH))
        .execution_options(populate_existing=True)
    )


def offers(found: Seen) -> list[MatchOffer]:
    """The messengers proposed so far, newest first: all of them, or for a messenger the own open one."""
    statement = (
        select(Match, CredibleMessenger)
        .join(CredibleMessenger, CredibleMessenger.id == Match.messenger_id)
        .where(Match.trajectory_id == found.trajectory.id)
        .order_by(Match.id.desc())
    )
    if found.party is Party.MESSENGER:
        statement = statement.where(Match.messenger_id == found.trajectory.messenger_id).limit(1)
    return [MatchOffer(match, messenger) for match, messenger in db.session.execute(statement)]


def history(actor: Actor, found: Seen, *, since: datetime | None = None) -> list[Step]:
    """What happened, newest first. A messenger gets what came after the own proposal (`since`) and the own notes."""
    statement = (
        select(TrajectoryEvent, User.name)
        .outerjoin(User, User.id == TrajectoryEvent.by_id)
        .where(TrajectoryEvent.trajectory_id == found.trajectory.id)
        .order_by(TrajectoryEvent.at.desc(), TrajectoryEvent.id.desc())
    )
    if since is not None:
        statement = statement.where(TrajectoryEvent.at >= since)
    return [_step(actor, found, row, by or "") for row, by in db.session.execute(statement)]


def _step(actor: Actor, found: Seen, row: TrajectoryEvent, by: str) -> Step:
    own = row.by_id == actor.user_id
    shown = found.reads_details and (own or found.party is not Party.MESSENGER)
    return Step(Event(row.event), row.at, by, row.to_status, row.note if shown else "")


def actions(found: Seen, match: Match | None) -> list[Transition]:
    """What this actor can do with the trajectory now."""
    return list(MACHINE.possible(found.trajectory.status, _answers(match), found.parties))


def ensure_party(found: Seen, event: Event) -> None:
    """Before its form is read: raises Forbidden when this is never for this actor to decide."""
    MACHINE.ensure_party(event, found.parties)


def ensure_possible(found: Seen, event: Event) -> None:
    """Before its page is shown: raises Forbidden or Conflict when this actor cannot take this step now."""
    answer = event in (Event.YOUTH_OK, Event.MESSENGER_OK)  # only these depend on who said yes already
    match = open_match(found.trajectory.id) if answer else None
    MACHINE.choose(event, found.trajectory.status, _answers(match), found.parties)


def _answers(match: Match | None) -> Facts:
    return Facts(
        youth_ok=match is not None and match.youth_ok_at is not None,
        messenger_ok=match is not None and match.messenger_ok_at is not None,
    )


def trajectory_of(event_id: UUID) -> UUID:
    """The trajectory a step belongs to; whether the actor may see it is asked there. Raises NotFound."""
    found = db.session.scalar(select(TrajectoryEvent.trajectory_id).where(TrajectoryEvent.id == event_id))
    if found is None:
        raise NotFound
    return found


def _keeps_open(person_id: UUID) -> str | None:
    """Why a dossier cannot be closed yet."""
    running = exists().where(Trajectory.person_id == person_id, Trajectory.status.not_in(MACHINE.final))
    if db.session.scalar(select(running)):
        return N_("Er loopt nog een traject. Rond dat eerst af.")
    return None


people.register_blocker(_keeps_open)
