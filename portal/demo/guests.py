"""Somebody from outside with an account, what is shared with them, and what was told from one context to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from portal.accounts.models import Organisation, OrganisationKind, RoleAssignment, User
from portal.cases.models import Case, CasePartner
from portal.cases.workflow import OVER
from portal.core import db, workdays
from portal.core.text import sort_key
from portal.demo.city import BEGIN, DOMAIN, TEAMS, City, stamps
from portal.demo.seeds import dice, ident
from portal.demo.youth import at
from portal.in_view.models import CaseLevel
from portal.places.models import LocationShare, LocationStatus, MonitoredLocation
from portal.privacy.contexts import Context
from portal.privacy.permissions import Role
from portal.programmes.models import Disclosure, DisclosureBasis, DisclosureStatus, Enrolment
from portal.signals.models import (
    Feedback,
    Signal,
    SignalAssessment,
    SignalKind,
    SignalOutcome,
    SignalStatus,
    SignalStep,
    SubjectKind,
    Urgency,
)
from portal.signals.service import terms
from portal.signals.workflow import Event

LOGIN = "partner"
TEAM, ALONG = "noord", "Schuldhulp"
#: The account ends soon, so that who answers for it hears of it.
LEFT, LASTED = timedelta(days=21), timedelta(days=160)


@dataclass(frozen=True)
class Guest:
    """An account of somebody from outside, who answers for it, and how long it still lasts."""

    login: str
    name: str
    employer: str
    team: str
    sponsor: str
    left: timedelta


PARTNER = Guest(LOGIN, "Hanneke Boonstra", "Schuldhulp in de buurt", TEAM, "regisseur", LEFT)
GUESTS = (
    PARTNER,
    Guest("sportschool", "Ruud Hofstra", "Boksschool Overkant", "network", "coordinator", timedelta(days=120)),
)
#: What the partner told of: how many days ago, what, and how far it came.
TOLD = (
    (1, SignalKind.DEBT_PRESSURE, "Op het spreekuur vroegen drie jongens naar snel geld lenen.", Event.SUBMIT),
    (3, SignalKind.SUDDEN_MONEY, "Een groep betaalt contant voor een ander die schulden heeft.", Event.TAKE),
    (44, SignalKind.NUISANCE, "Voor de deur van het spreekuur is het elke woensdag onrustig.", Event.TELL),
)
STEPS = {
    Event.SUBMIT: SignalStatus.TO_TRIAGE, Event.TAKE: SignalStatus.IN_TRIAGE, Event.DECIDE: SignalStatus.FOLLOWED_UP,
    Event.TELL: SignalStatus.FOLLOWED_UP,
}  # fmt: skip
#: One in so many young people in two programmes was told of from the one to the other.
ONE_IN = 3
WHY = (
    ("Samen een plan maken", "De jongere wil dat de begeleider en de messenger hetzelfde weten."),
    ("Een trainer vinden die past", "Zonder dit weet de sportschool niet waar ze op moeten letten."),
    ("Rust op het plein", "De jongere vroeg zelf of de regisseur mee wilde denken."),
)


def leave(seed: int, today: date) -> None:
    """The account, what is shared with it, and the disclosures, unless they are there."""
    city = City(seed)
    for guest in GUESTS:
        if db.session.get(User, _id(seed, guest)) is None:
            _account(city, guest, today)
    user_id = _id(seed, PARTNER)
    _share(city, user_id)
    _share_places(city, user_id, today)
    _signals(city, PARTNER, today)
    _disclosures(seed)
    db.session.flush()
    _asked(city, today)
    db.session.flush()


def _id(seed: int, guest: Guest) -> UUID:
    return ident(seed, "user", BEGIN, guest.login)


def _employer(seed: int, guest: Guest) -> UUID:
    return ident(seed, "organisation", BEGIN, guest.login)


def _account(city: City, guest: Guest, today: date) -> None:
    user_id, employer = _id(city.seed, guest), _employer(city.seed, guest)
    db.session.add(Organisation(id=employer, name=guest.employer, kind=OrganisationKind.OTHER, **stamps(BEGIN)))
    db.session.flush()
    db.session.add(
        User(
            id=user_id, organisation_id=employer, name=guest.name, sort_key=sort_key(*guest.name.split(" ", 1)),
            login=guest.login, email=f"{guest.login}@{DOMAIN}", phone="020 000 00 00", invited_at=BEGIN,
            **stamps(BEGIN),
        )
    )  # fmt: skip
    db.session.flush()
    db.session.add(
        RoleAssignment(
            user_id=user_id, team_id=city.team_id(guest.team), role=Role.EXTERNAL_PARTNER, fte=0,
            valid_from=today - LASTED, valid_until=today + guest.left, sponsor_id=city.by_login(guest.sponsor).id,
        )
    )  # fmt: skip


def _share(city: City, user_id: UUID) -> None:
    """They work along in the cases between district and city of the team."""
    cases = select(Case.id).where(
        Case.team_id == city.team_id(TEAM), Case.level == CaseLevel.IN_BETWEEN, Case.status.not_in(OVER)
    )
    along = CasePartner.case_id.in_(cases), CasePartner.user_id.is_(None), CasePartner.until.is_(None)
    chosen = select(CasePartner.id).where(*along).ext(distinct_on(CasePartner.case_id))
    chosen = chosen.order_by(CasePartner.case_id, CasePartner.name != ALONG, CasePartner.id)
    known = select(CasePartner.case_id).where(CasePartner.user_id == user_id)
    statement = update(CasePartner).where(CasePartner.id.in_(chosen), CasePartner.case_id.not_in(known))
    db.session.execute(statement.values(user_id=user_id), execution_options={"synchronize_session": False})


def _share_places(city: City, user_id: UUID, today: date) -> None:
    """Two places of the team, for as long as the account lasts."""
    watched = select(MonitoredLocation).where(
        MonitoredLocation.team_id == city.team_id(TEAM), MonitoredLocation.status != LocationStatus.ENDED
    )
    if db.session.scalar(select(LocationShare.id).where(LocationShare.user_id == user_id).limit(1)):
        return
    for place in db.session.scalars(watched.order_by(MonitoredLocation.id).limit(2)):
        db.session.add(
            LocationShare(location_id=place.id, team_id=place.team_id, user_id=user_id, since=today, until=today + LEFT)
        )


def _signals(city: City, guest: Guest, today: date) -> None:
    """What they told of, unless they told of something before."""
    if db.session.scalar(select(exists().where(Signal.reporter_id == _id(city.seed, guest)))):
        return
    for ago, kind, facts, last in TOLD:
        _signal(city, guest, workdays.latest_start(today, ago), kind, facts, last)


def _signal(city: City, guest: Guest, day: date, kind: SignalKind, facts: str, last: Event) -> None:
    director, reporter, team = city.by_login(guest.sponsor).id, _id(city.seed, guest), city.team_id(guest.team)
    events = list(STEPS)[: list(STEPS).index(last) + 1]
    moments = {event: at(workdays.add(day, n), 11) for n, event in enumerate(events)}
    row_id, decided, told = (
        ident(city.seed, "signal", at(day, 11), reporter),
        moments.get(Event.DECIDE),
        last is Event.TELL,
    )
    remind_at, due_at = terms.of(Urgency.NORMAL, at(day, 11))
    db.session.add(
        Signal(
            id=row_id, number=f"SIG-{day.year}-8{day.timetuple().tm_yday:04d}", key=row_id, team_id=team,
            reporter_id=reporter, reporter_organisation_id=_employer(city.seed, guest), received_at=at(day, 11),
            kind=kind, subject_kind=SubjectKind.PHENOMENON, area_code=next(p for p in TEAMS if p.key == TEAM).wijken[0],
            facts=facts, urgency=Urgency.NORMAL, status=STEPS[last], status_since=moments[last], remind_at=remind_at,
            triage_due_at=due_at, taken_by_id=director if len(events) > 1 else None,
            outcome=SignalOutcome.ADVISE_REPORTER if decided else None, decided_at=decided,
            feedback=Feedback.PICKED_UP if told else None, feedback_at=moments[Event.TELL] if told else None,
        )
    )  # fmt: skip
    db.session.flush()
    before = SignalStatus.NEW
    for event in events:
        db.session.add(
            SignalStep(
                signal_id=row_id, team_id=team, at=moments[event], event=event, from_status=before,
                to_status=STEPS[event], by_id=reporter if event is Event.SUBMIT else director,
            )
        )  # fmt: skip
        before = STEPS[event]
    if decided:
        db.session.add(
            SignalAssessment(
                signal_id=row_id, team_id=team, assessor_id=director, decided_at=decided,
                outcome=SignalOutcome.ADVISE_REPORTER, interest="Rust rond het spreekuur.",
                motivation="De wijkagent en het jongerenwerk weten het al; het spreekuur kan zelf verder.",
            )
        )  # fmt: skip
    db.session.flush()


def _told() -> Select[Enrolment]:
    """The voluntary enrolments of who was in the district's programme before."""
    district = aliased(Enrolment)
    in_both = exists().where(
        district.person_id == Enrolment.person_id,
        district.context == Context.JV_DISTRICT,
        district.since < Enrolment.since,
    )
    rows = select(Enrolment).where(Enrolment.context == Context.VOLUNTARY_GUIDANCE, in_both)
    return rows.where(Enrolment.person_id.is_not(None)).order_by(Enrolment.id)


def _disclosures(seed: int) -> None:
    """From the district to who guides voluntarily, on the day of the second enrolment."""
    for row in db.session.scalars(_told()):
        if dice(seed, "disclosed", row.id).randrange(ONE_IN) == 0:
            _disclose(seed, row, at(row.since, 15))


def _asked(city: City, today: date) -> None:
    """One more that waits for a director of the team or the privacy officer, when none does."""
    if db.session.scalar(select(exists().where(Disclosure.status == DisclosureStatus.PROPOSED))):
        return
    day = workdays.latest_start(today, 1)
    known = exists().where(Disclosure.person_id == Enrolment.person_id)
    of_team = (Enrolment.team_id == city.team_id(TEAM), Enrolment.since < day, ~known)
    row = db.session.scalar(_told().where(*of_team).limit(1))
    if row is not None:
        _disclose(city.seed, row, at(day, 15), DisclosureStatus.PROPOSED)


def _disclose(
    seed: int, row: Enrolment, moment: datetime, status: DisclosureStatus = DisclosureStatus.APPROVED
) -> None:
    row_id = ident(seed, "disclosure", moment, row.id)
    if db.session.get(Disclosure, row_id) is not None:
        return
    chance = dice(seed, "told", row.id)
    purpose, reason = chance.choice(WHY)
    db.session.add(
        Disclosure(
            id=row_id, person_id=row.person_id, team_id=row.team_id, context=Context.JV_DISTRICT,
            context_to=Context.VOLUNTARY_GUIDANCE, purpose=purpose, basis=DisclosureBasis.AGREED, reason=reason,
            by_id=row.proposed_by, at=moment, informed_on=moment.date() if chance.random() < 0.8 else None,
            status=status,
        )
    )  # fmt: skip
