"""Signals: every team gets one every few days, and each walks the same way as in the street (demogegevens).

All that happens to one is worked out from its day, so that on any day some wait, some are judged, and old ones with no
action have lost who it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from portal.core import clock, db, sealing, workdays
from portal.demo.city import TEAMS, Colleague, Row, TeamPlan, stamps
from portal.demo.seeds import dice, ident
from portal.demo.visits import draw
from portal.demo.youth import Stay, Youth, at
from portal.privacy.permissions import Role
from portal.signals.models import (
    PERHAPS_VICTIM,
    Feedback,
    Signal,
    SignalKind,
    SignalOutcome,
    SignalStatus,
    SignalStep,
    SubjectKind,
    Urgency,
    VictimPerspective,
)
from portal.signals.service import terms
from portal.signals.workflow import Event

HISTORY = 540  # days
EVERY = 7  # days, per team; of the first team every second day
KINDS = (
    (SignalKind.NUISANCE, 24), (SignalKind.SCHOOL_ABSENCE, 10), (SignalKind.WEAPON, 6), (SignalKind.RECRUITMENT, 8),
    (SignalKind.CRIMINAL_EXPLOITATION, 4), (SignalKind.DRUG_DEALING, 7), (SignalKind.SUBSTANCE_USE, 6),
    (SignalKind.VIOLENCE, 6), (SignalKind.GROUP_CONFLICT, 5), (SignalKind.SUDDEN_MONEY, 6),
    (SignalKind.DEBT_PRESSURE, 4), (SignalKind.HOME_SITUATION, 6), (SignalKind.POSITIVE, 6), (SignalKind.OTHER, 2),
)  # fmt: skip
SUBJECTS = ((SubjectKind.PERSON, 55), (SubjectKind.PHENOMENON, 20), (SubjectKind.LOCATION, 15), (SubjectKind.GROUP, 10))
URGENCIES = ((Urgency.NORMAL, 82), (Urgency.SOON, 15), (Urgency.ACUTE, 3))
ABOUT_PERSON = (
    (SignalOutcome.NO_ACTION, 30), (SignalOutcome.REFER, 25), (SignalOutcome.ADVISE_REPORTER, 20),
    (SignalOutcome.CARE_REPORT, 15), (SignalOutcome.ONE_CONTACT, 10),
)  # fmt: skip
ABOUT_ELSE = (
    (SignalOutcome.NO_ACTION, 45), (SignalOutcome.ADVISE_REPORTER, 30), (SignalOutcome.REFER, 15),
    (SignalOutcome.EMERGENCY, 10),
)  # fmt: skip
FACTS = (
    "Drie avonden achter elkaar gezien bij de halte, na elf uur.",
    "Kwam vandaag zonder tas en had twee telefoons bij zich.",
    "Vertelde zelf dat iemand hem geld bood om iets weg te brengen.", "Vier keer niet op school in twee weken.",
    "Op het plein werd geschreeuwd; bewoners zeiden dat het elke avond zo gaat.",
    "Wil graag meehelpen met de jongste groep bij het boksen.",
)  # fmt: skip
THOUGHTS = ("Ik denk dat er druk op staat.", "Dit past niet bij hoe ik hem ken.", "", "", "Kan ook niets zijn.")
REASONS = (
    "Dit is een keer voorgekomen en er wordt al mee gepraat.", "Hier helpt iemand van dichtbij het meest.",
    "De school is al bezig; wij sluiten aan.",
)  # fmt: skip
INTEREST = ("Rust thuis, en iemand die blijft bellen.", "Weer naar school zonder dat iedereen het weet.")
STUB = "Kleine Vos"
#: Who of the network tells the first team of something now and then, by the last place of the number in fives.
FROM_NETWORK = {1: "coordinator", 3: "messenger"}


@dataclass(frozen=True)
class Told:
    """One signal, with when what happened to it."""

    plan: TeamPlan
    n: int
    day: date
    chance: Random

    @property
    def moment(self) -> datetime:
        """When it was told of."""
        return at(self.day, 9 + self.n % 9, 7 * self.n % 60)


class Signals:
    """The signals as they stand on the morning of `today`."""

    def __init__(self, youth: Youth) -> None:
        self.youth, self.city, self.seed, self.today = youth, youth.city, youth.seed, youth.today
        self.made: dict[str, list[Row]] = {"signal": [], "signal_assessment": [], "signal_step": []}

    def rows(self) -> dict[str, list[Row]]:
        """Signals, their steps and why they were decided so."""
        for place, plan in enumerate(TEAMS):
            every = 2 if place == 0 else EVERY
            first = date(2025, 1, 6) + timedelta(days=place)
            begin = max(0, (self.today - timedelta(days=HISTORY) - first).days // every)
            for n in range(begin, max(begin, (self.today - first).days // every + 1)):
                day = first + timedelta(days=n * every)
                if day < self.today and workdays.is_workday(day):
                    self._tell(Told(plan, n, day, dice(self.seed, "signal", plan.key, n)), place)
        return self.made

    def _tell(self, told: Told, place: int) -> None:
        chance, moment = told.chance, told.moment
        kind, subject, urgency = draw(chance, KINDS), draw(chance, SUBJECTS), draw(chance, URGENCIES)
        stay = self._somebody(told) if subject == SubjectKind.PERSON else None
        if stay is None and subject == SubjectKind.PERSON:
            subject = SubjectKind.PHENOMENON
        reporter, director = self._reporter(told, stay), self.city.having(Role.JV_DIRECTOR, told.plan.key)[0]
        outcome = SignalOutcome(draw(chance, ABOUT_PERSON if stay else ABOUT_ELSE))
        row_id = ident(self.seed, "signal", moment, told.plan.key, told.n)
        steps = list(self._steps(told, outcome, reporter, director))
        status, since = steps[-1][2], steps[-1][1]
        decided = next((when for event, when, _s, _w in steps if event is Event.DECIDE), None)
        feedback = next((when for event, when, _s, _w in steps if event is Event.TELL), None)
        gone = status is SignalStatus.STRIPPED
        remind_at, due_at = terms.of(Urgency(urgency), moment)
        self.made["signal"].append({
            "id": row_id, "number": f"SIG-{told.day.year}-{50000 + 1000 * place + told.n}", "key": row_id,
            "team_id": self.city.team_id(told.plan.key), "reporter_id": reporter.id,
            "reporter_organisation_id": self.city.organisation_of(reporter), "received_at": moment, "kind": kind,
            "subject_kind": subject, "person_id": None if gone or stay is None else stay.person_id,
            "area_code": chance.choice(told.plan.wijken), "facts": "" if gone else chance.choice(FACTS),
            "interpretation": "" if gone else chance.choice(THOUGHTS), "urgency": urgency,
            "victim_perspective": self._perspective(kind, decided), "status": status, "status_since": since,
            "remind_at": remind_at, "triage_due_at": due_at,
            "taken_by_id": director.id if len(steps) > 1 else None, "outcome": outcome if decided else None,
            "decided_at": decided, "feedback": Feedback.PICKED_UP if feedback else None, "feedback_at": feedback,
            "context": "jv_district", "first_hand": chance.random() < 0.8, "under_twelve": False, "version": 1,
            **stamps(moment, reporter.id),
        })  # fmt: skip
        self._trace(row_id, told, steps, reporter)
        if decided:
            self._why(row_id, told, outcome, decided, director, gone, closed=status is SignalStatus.CLOSED)

    def _perspective(self, kind: str, decided: datetime | None) -> VictimPerspective:
        if decided is None or kind not in PERHAPS_VICTIM:
            return VictimPerspective.NOT_APPLICABLE
        return VictimPerspective.CONSIDERED_YES

    def _steps(
        self, told: Told, outcome: SignalOutcome, reporter: Colleague, director: Colleague
    ) -> Iterator[tuple[Event, datetime, SignalStatus, Colleague | None]]:
        """What happened before this morning, in order."""
        took = workdays.add(told.day, 1 + told.n % 2)
        judged = workdays.add(took, 1 + told.n % 4)
        said = workdays.add(judged, 1)
        ended = {SignalOutcome.NO_ACTION: SignalStatus.NO_ACTION, SignalOutcome.EMERGENCY: SignalStatus.EMERGENCY}
        after = ended.get(outcome, SignalStatus.FOLLOWED_UP)
        told_of: list[tuple[Event, datetime, SignalStatus, Colleague | None]] = [
            (Event.SUBMIT, told.moment, SignalStatus.TO_TRIAGE, reporter),
            (Event.TAKE, at(took, 10, told.n % 60), SignalStatus.IN_TRIAGE, director),
            (Event.DECIDE, at(judged, 14, told.n % 60), after, director),
            (Event.TELL, at(said, 9, told.n % 60), after, director),
        ]
        if outcome is SignalOutcome.NO_ACTION:
            gone = at(clock.months_later(judged, terms.NO_ACTION_MONTHS), 23)
            told_of.append((Event.EXPIRE, gone, SignalStatus.STRIPPED, None))
        else:
            told_of.append((Event.CLOSE, at(workdays.add(said, 8), 11), SignalStatus.CLOSED, director))
        yield from (step for step in told_of if step[1] < at(self.today, 0))

    def _trace(self, row_id: UUID, told: Told, steps: list[tuple[Event, datetime, SignalStatus, Colleague | None]],
               reporter: Colleague) -> None:  # fmt: skip
        before: str = SignalStatus.NEW
        for event, moment, status, who in steps:
            self.made["signal_step"].append({
                "id": ident(self.seed, "signal step", moment, row_id, event), "signal_id": row_id,
                "team_id": self.city.team_id(told.plan.key), "at": moment, "by_id": who.id if who else None,
                "event": event, "from_status": before, "to_status": status, "note": "",
            })  # fmt: skip
            before = status

    def _why(self, row_id: UUID, told: Told, outcome: SignalOutcome, decided: datetime, director: Colleague,
             gone: bool, *, closed: bool) -> None:  # fmt: skip
        chance = dice(self.seed, "assessment", row_id)
        self.made["signal_assessment"].append({
            "id": ident(self.seed, "assessment", decided, row_id), "signal_id": row_id,
            "team_id": self.city.team_id(told.plan.key), "assessor_id": director.id, "decided_at": decided,
            "outcome": outcome, "interest": "" if gone else chance.choice(INTEREST),
            "motivation": "" if gone else chance.choice(REASONS), "guardian_note": "", "approval_note": "",
            "follow_up_kind": "", "follow_up_label": "Afgesproken met de melder" if closed else "", "version": 1,
            **stamps(decided, director.id),
        })  # fmt: skip

    def _somebody(self, told: Told) -> Stay | None:
        """A young person of the team who is in view that day; twelve or older, to keep the way of the others short."""
        slots = [slot for slot in self.youth.slots if slot.plan is told.plan and slot.place is not None]
        return self.youth.staying(told.chance.choice(slots), told.day) if slots else None

    def _reporter(self, told: Told, stay: Stay | None) -> Colleague:
        if stay is not None:
            return stay.slot.worker
        if told.plan is TEAMS[0] and told.n % 5 in FROM_NETWORK:
            return self.city.by_login(FROM_NETWORK[told.n % 5])
        others = (*self.city.having(Role.YOUTH_WORKER, told.plan.key), self.city.having(Role.TRAINER, "network")[0])
        return told.chance.choice(others)


def leave(seed: int, today: date) -> None:
    """A nickname that waits for a decision, of the day before: sealing differs each time, so it is made once."""
    model = db.session.scalars(
        select(Signal).where(Signal.subject_kind == SubjectKind.PHENOMENON, Signal.status == SignalStatus.TO_TRIAGE)
        .order_by(Signal.id.desc()).limit(1)
    ).first()  # fmt: skip
    moment = at(today - timedelta(days=1), 16, 20)
    row_id = ident(seed, "stub", moment)
    if model is None or db.session.get(Signal, row_id) is not None:
        return
    remind_at, due_at = terms.of(Urgency.SOON, moment)
    sealed = sealing.seal(STUB, table="signal", column="nickname_sealed", row_id=row_id)
    db.session.add(
        Signal(
            id=row_id,
            number=f"SIG-{today.year}-9{today.timetuple().tm_yday:04d}",
            key=row_id,
            team_id=model.team_id,
            reporter_id=model.reporter_id,
            reporter_organisation_id=model.reporter_organisation_id,
            received_at=moment,
            kind=SignalKind.RECRUITMENT,
            subject_kind=SubjectKind.PERSON,
            nickname_sealed=sealed,
            stub_until=moment + terms.STUB,
            area_code=model.area_code,
            facts=FACTS[2],
            urgency=Urgency.SOON,
            status=SignalStatus.TO_TRIAGE,
            status_since=moment,
            remind_at=remind_at,
            triage_due_at=due_at,
        )
    )
    db.session.flush()
    step = SignalStep(
        signal_id=row_id, team_id=model.team_id, at=moment, by_id=model.reporter_id, event=Event.SUBMIT,
        from_status=SignalStatus.NEW, to_status=SignalStatus.TO_TRIAGE,
    )  # fmt: skip
    db.session.add(step)
    db.session.flush()
