"""Telling of a signal, and what a reporter does with it later: answer a question, or take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from portal.accounts.models import Team, TeamArea
from portal.areas import service as areas
from portal.contacts.service.reading import habits
from portal.core import clock, db, sealing
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.core.i18n import N_
from portal.core.ids import new_id
from portal.groups import service as groups
from portal.groups.models import YouthGroup
from portal.people import service as people
from portal.people.models import Person
from portal.places import service as places
from portal.places.models import MonitoredLocation
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.signals import policy
from portal.signals.models import Signal, SignalKind, SubjectKind, Urgency
from portal.signals.service import terms
from portal.signals.service.finding import Seen, alike, find, log
from portal.signals.service.moving import move
from portal.signals.workflow import MACHINE, Event, Facts, Party

YOUNG = 12  # years: below it, parents and an extra pair of eyes come first (domain SS-11)


@dataclass(frozen=True)
class Story:
    """What a professional tells."""

    kind: SignalKind
    subject_kind: SubjectKind
    area_code: str | None = None
    person_id: UUID | None = None
    nickname: str = ""
    group_id: UUID | None = None
    location_id: UUID | None = None
    facts: str = ""
    interpretation: str = ""
    urgency: Urgency = Urgency.NORMAL
    first_hand: bool = True
    under_twelve: bool = False


@dataclass(frozen=True)
class _Subject:
    """Whom or what it is about, and where."""

    area_code: str
    team_id: UUID
    person: Person | None = None
    group_id: UUID | None = None
    location_id: UUID | None = None


def report(actor: Actor, *, story: Story, key: UUID) -> Signal:
    """Tell of a signal; the same `key` again gives the one that was made. Raises Forbidden or Invalid."""
    actor.require(Permission.SIGNALS_REPORT)
    if actor.user_id is None or actor.organisation_id is None:
        raise Forbidden  # a signal has a reporter with a name
    if (before := by_key(actor, key)) is not None:
        return before
    story = replace(story, facts=story.facts.strip(), interpretation=story.interpretation.strip())
    _check(story)
    signal = _made(actor, story, _subject(actor, story), key)
    db.session.add(signal)
    db.session.flush()
    row = MACHINE.step(Event.SUBMIT, signal.status, Facts(), frozenset({Party.REPORTER}))
    move(actor, signal, row)
    log(actor, Action.CREATE, [Seen(signal, frozenset({Party.REPORTER}))])
    return signal


def by_key(actor: Actor, key: UUID) -> Signal | None:
    """What this form made before. A second sending waits here until the first is saved or refused."""
    db.hold(key)
    return db.session.scalar(select(Signal).where(Signal.reporter_id == actor.user_id, Signal.key == key))


def _check(story: Story) -> None:
    if story.subject_kind is SubjectKind.PERSON and not story.facts:
        raise Invalid(facts=N_("Schrijf op wat je zag of hoorde, en van wie."))
    if not (story.facts or story.interpretation):
        raise Invalid(facts=N_("Schrijf op wat je zag of hoorde, of wat je ervan denkt."))
    if story.subject_kind is SubjectKind.PERSON and not (story.person_id or story.nickname):
        raise Invalid(person_id=N_("Kies een jongere, of schrijf op hoe die genoemd wordt."))
    if story.person_id and story.nickname:
        raise Invalid(nickname=N_("Je koos al een jongere. Laat dit leeg."))


def _subject(actor: Actor, story: Story) -> _Subject:
    """Where it belongs: a young person's own team, else the team of the area."""
    match story.subject_kind:
        case SubjectKind.PERSON if story.person_id is not None:
            person = _person(actor, story.person_id)
            area_code = story.area_code or person.area_code or _area_of(person.team_id)
            return _Subject(_known(area_code), person.team_id, person)
        case SubjectKind.GROUP if story.group_id is not None:
            group = groups.get(actor, story.group_id)
            return _Subject(_known(story.area_code or group.area_codes[0]), group.team_id, group_id=group.id)
        case SubjectKind.LOCATION if story.location_id is not None:
            location = places.get(actor, story.location_id)
            return _Subject(location.area_code, location.team_id, location_id=location.id)
    area_code = _known(story.area_code)
    return _Subject(area_code, team_for(area_code).id)


def _person(actor: Actor, person_id: UUID) -> Person:
    try:
        person = people.get(actor, person_id)
    except NotFound:
        raise Invalid(person_id=N_("Kies een van de mogelijkheden.")) from None
    if policy.knows(actor, person.id):
        raise Invalid(person_id=N_("Je kent deze jongere privé. Vraag een collega om dit signaal te doen."))
    return person


def _known(area_code: str | None) -> str:
    if area_code not in areas.places():
        raise Invalid(area_code=N_("Kies een gebied uit de lijst."))
    return str(area_code)


def _area_of(team_id: UUID) -> str | None:
    return db.session.scalars(select(TeamArea.area_code).where(TeamArea.team_id == team_id).limit(1)).first()


def team_for(area_code: str) -> Team:
    """The team that works in an area, the smallest of its areas first. Raises Invalid when nobody does."""
    above = [place.code for place in reversed(areas.path(area_code))]
    wanted = [*above, *sorted(areas.within(area_code) - {area_code})]
    statement = select(TeamArea.area_code, Team).join(Team, Team.id == TeamArea.team_id)
    rows = db.session.execute(statement.where(Team.active, TeamArea.area_code.in_(wanted))).all()
    if not rows:
        raise Invalid(area_code=N_("In dit gebied werkt nog geen team. Kies een gebied in de buurt."))
    ranked = sorted(rows, key=lambda row: (wanted.index(row[0]), row[1].name))
    return ranked[0][1]


def _made(actor: Actor, story: Story, subject: _Subject, key: UUID) -> Signal:
    now, row_id = clock.now(), new_id()
    remind_at, due_at = terms.of(story.urgency, now)
    person = subject.person
    nickname = story.nickname if story.subject_kind is SubjectKind.PERSON else ""
    return Signal(
        id=row_id,
        number=db.next_number("SIG"),
        key=key,
        team_id=subject.team_id,
        reporter_id=actor.user_id,
        reporter_organisation_id=actor.organisation_id,
        received_at=now,
        kind=story.kind,
        subject_kind=story.subject_kind,
        person_id=person.id if person else None,
        nickname_sealed=_sealed(row_id, nickname),
        stub_until=now + terms.STUB if nickname else None,
        group_id=subject.group_id,
        location_id=subject.location_id,
        area_code=subject.area_code,
        facts=story.facts,
        interpretation=story.interpretation,
        urgency=story.urgency,
        first_hand=story.first_hand,
        under_twelve=person.age_on(clock.today()) < YOUNG if person else story.under_twelve,
        status=MACHINE.first,
        status_since=now,
        remind_at=remind_at,
        triage_due_at=due_at,
    )


def _sealed(row_id: UUID, nickname: str) -> bytes | None:
    if not nickname:
        return None
    return sealing.seal(nickname, table=Signal.__tablename__, column="nickname_sealed", row_id=row_id)


def usual_area(actor: Actor) -> str | None:
    """The first area of the actor's teams, to begin with."""
    statement = select(TeamArea.area_code).where(TeamArea.team_id.in_(actor.teams(Permission.SIGNALS_REPORT)))
    return db.session.scalars(statement.order_by(TeamArea.area_code).limit(1)).first()


def offered(
    actor: Actor,
) -> tuple[Sequence[people.Choice], Sequence[YouthGroup], Sequence[MonitoredLocation]]:
    """Whom and what this actor can choose: young people, groups and places in reach."""
    young = people.choices(actor) if actor.can(Permission.PEOPLE_READ) else []
    if young and actor.can(Permission.CONTACTS_WRITE):
        place = {person_id: n for n, person_id in enumerate(habits(actor).recent_people)}
        young = sorted(young, key=lambda one: place.get(one.id, len(place)))
    known_groups = groups.choices(actor) if actor.can(Permission.GROUPS_READ) else []
    known_places = places.choices(actor) if actor.can(Permission.LOCATIONS_READ) else []
    return young, known_groups, known_places


def answer(actor: Actor, signal_id: UUID, *, version: int | None, words: str) -> Signal:
    """Answer the director's question. Raises NotFound, Forbidden, Conflict or Invalid."""
    return _own_step(actor, signal_id, Event.ANSWER, version, words)


def withdraw(actor: Actor, signal_id: UUID, *, version: int | None, words: str) -> Signal:
    """Take back what was told by mistake; it is kept for thirty days. Raises as `answer`."""
    return _own_step(actor, signal_id, Event.WITHDRAW, version, words)


def _own_step(actor: Actor, signal_id: UUID, event: Event, version: int | None, words: str) -> Signal:
    found = find(actor, signal_id, lock=True)
    db.ensure_version(found.signal, version)
    row = MACHINE.step(event, found.signal.status, Facts(), found.parties)
    if not words:
        raise Invalid(note=N_("Schrijf hier iets."))
    move(actor, found.signal, row, words)
    log(actor, Action.UPDATE, [found], fields=["status"])
    return found.signal


def join(actor: Actor, signal_id: UUID, other_id: UUID) -> None:
    """Say that two signals are about the same event; both must be in reach. Raises NotFound or Conflict."""
    found, other = find(actor, signal_id, lock=True), find(actor, other_id)
    if other.signal.id not in {one.signal.id for one in alike(actor, found.signal)}:
        raise NotFound
    found.signal.same_as_id = other.signal.same_as_id or other.signal.id
    db.session.flush()
    log(actor, Action.UPDATE, [found], fields=["same_as_id"])
