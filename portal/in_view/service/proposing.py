"""Proposing that a young person comes in view: a reason in parts, the young person's interest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select

from portal.accounts.models import Organisation, TeamArea
from portal.areas import service as areas
from portal.areas.service import Place
from portal.core import clock, db
from portal.core.errors import Invalid, constraint
from portal.core.i18n import N_
from portal.core.ids import new_id
from portal.in_view.models import InViewStep, SourceKind, ViewStatus, YouthInView
from portal.in_view.service.finding import find, is_reasoned, log
from portal.in_view.workflow import ALONE_FROM, OLDEST, YOUNGEST, Event
from portal.people import service as people
from portal.people.models import Person
from portal.privacy.actor import Actor
from portal.privacy.models import Action
from portal.privacy.permissions import Permission

constraint("uq_youth_in_view_open", "stadsdeel_code", N_("Deze jongere is hier al in beeld of voorgesteld."))


#: Signals about a young person that this actor may know of: id and what to call it.
Signals = Callable[[Actor, UUID], Sequence[tuple[UUID, str]]]
_signals: list[Signals] = []


def register_signals(source: Signals) -> None:
    """Let the feature signals, which is above this one, offer what a proposal may rest on."""
    if source not in _signals:
        _signals.append(source)


def signals_about(actor: Actor, person_id: UUID) -> list[tuple[UUID, str]]:
    """The signals about a young person that a proposal may rest on."""
    return [signal for source in _signals for signal in source(actor, person_id)]


#: Told of a proposal that was made, for a feature above that asked for it.
Told = Callable[[Actor, UUID], None]
_told: list[Told] = []


def register_told(told: Told) -> None:
    """Let a feature above this one know that a young person was proposed."""
    if told not in _told:
        _told.append(told)


@dataclass(frozen=True)
class Source:
    """What a proposal rests on (domain I-13)."""

    kind: SourceKind
    signal_id: UUID | None = None
    nominated_by: str = ""  # an organisation


@dataclass(frozen=True)
class Reason:
    """The parts of a reason; every one is required."""

    best_interest: str
    concern: str
    facts: str
    fact_source: str
    expected: str
    proportionality: str
    alternatives: str


def propose(
    actor: Actor,
    person_id: UUID,
    *,
    stadsdeel_code: str,
    reason: Reason,
    source: Source,
    care_partner_org_id: UUID | None = None,
    assigned_worker_id: UUID | None = None,
) -> YouthInView:
    """Propose it; a director who is somebody else decides.

    Raises NotFound for a young person out of reach, Invalid for one who is too young or old or has an open view.
    """
    person = people.get(actor, person_id, Permission.IN_VIEW_PROPOSE)
    people.hold(person)
    _ensure_age(person, clock.today(), care_partner_org_id)
    _ensure_none_open(person)
    if stadsdeel_code not in {place.code for place in stadsdelen_of(person)}:
        raise Invalid(stadsdeel_code=N_("Kies een van de mogelijkheden."))
    if care_partner_org_id is not None and care_partner_org_id not in {one.id for one in care_partners()}:
        raise Invalid(care_partner_org_id=N_("Kies een van de mogelijkheden."))
    made = YouthInView(
        id=new_id(),
        number=db.next_number("JIB"),
        person_id=person.id,
        team_id=person.team_id,
        stadsdeel_code=stadsdeel_code,
        source_kind=source.kind,
        source_signal_id=source.signal_id,
        nominated_by=source.nominated_by.strip(),
        proposed_by=actor.user_id,
        proposed_on=clock.today(),
        assigned_worker_id=assigned_worker_id or _worker_of(person_id),
        care_partner_org_id=care_partner_org_id,
        **asdict(reason),
    )
    _ensure_whole(made)
    db.session.add(made)
    db.session.flush()
    _note_proposal(actor, made)
    log(actor, Action.CREATE, [find(actor, made.id)])
    for told in _told:
        told(actor, person_id)
    return made


def _note_proposal(actor: Actor, made: YouthInView) -> None:
    db.session.add(
        InViewStep(
            view_id=made.id,
            team_id=made.team_id,
            at=clock.now(),
            by_id=actor.user_id,
            event=Event.PROPOSE,
            to_status=ViewStatus.PROPOSED,
        )
    )
    db.session.flush()


def _worker_of(person_id: UUID) -> UUID | None:
    responsible = people.workers([person_id])[person_id]
    return responsible[0].user_id if responsible else None


def _ensure_age(person: Person, today: date, care_partner: UUID | None) -> None:
    age = person.age_on(today)
    if age < YOUNGEST:
        raise Invalid(**{"": N_("Een kind onder de 8 jaar komt niet in beeld.")})
    if age > OLDEST:
        raise Invalid(**{"": N_("Wie ouder is dan 27 jaar, komt of blijft niet in beeld.")})
    if age < ALONE_FROM and care_partner is None:
        raise Invalid(care_partner_org_id=N_("Onder de 12 jaar doet altijd een zorgpartner mee."))


def _ensure_none_open(person: Person) -> None:
    """One at a time: a second stadsdeel asks the first to hand over."""
    running = exists().where(YouthInView.person_id == person.id, YouthInView.status != ViewStatus.ENDED)
    if db.session.scalar(select(running)):
        message = N_(
            "Deze jongere is al in beeld of voorgesteld. Vraag om een overdracht als het een ander stadsdeel is."
        )
        raise Invalid(**{"": message})


def _ensure_whole(made: YouthInView) -> None:
    if made.source_kind == SourceKind.SIGNAL and made.source_signal_id is None:
        raise Invalid(source_kind=N_("Kies het signaal waar dit uit komt."))
    if made.source_kind == SourceKind.NOMINATION and not made.nominated_by:
        raise Invalid(nominated_by=N_("Schrijf welke organisatie de jongere voordraagt."))
    if not is_reasoned(made):
        raise Invalid(concern=N_("Schrijf wat de zorg is, en wat er is gezien of gehoord. Samen minstens 40 tekens."))


def care_partners() -> list[Organisation]:
    """The organisations that can take part for a child under twelve, by name."""
    return list(
        db.session.scalars(select(Organisation).where(Organisation.active).order_by(Organisation.name, Organisation.id))
    )


def stadsdelen_of(person: Person) -> list[Place]:
    """The stadsdelen this young person's team works for, the one they live in first; all of them for a city team."""
    worked = set(db.session.scalars(select(TeamArea.area_code).where(TeamArea.team_id == person.team_id)))
    codes = {areas.places()[code].stadsdeel_code for code in worked if code in areas.places()}
    offered = [place for place in areas.stadsdelen() if not codes or place.code in codes]
    home = areas.places().get(person.area_code or "")
    return sorted(offered, key=lambda place: home is None or place.code != home.stadsdeel_code)
