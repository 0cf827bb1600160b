"""Who is in which programme: most young people in the approach of their district, one in five in two at once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from portal.demo.city import TEAMS, Row, TeamPlan, stamps
from portal.demo.programmes import line_id, programme_id
from portal.demo.seeds import dice, ident
from portal.demo.watched import group_id
from portal.demo.youth import RUN_UP, Stay, Youth, at
from portal.privacy.contexts import Context
from portal.privacy.permissions import Role
from portal.programmes.models import EndReason, EnrolmentStatus
from portal.programmes.workflow import Event

#: An enrolment is for so many days; then it is made anew, for who is still there.
TERM = timedelta(days=300)
VOLUNTARY_TERM = timedelta(days=180)
#: One proposal a week for the director of the demo, decided a week later.
TEAM, WEEK, WEEKS, SHORT = "noord", timedelta(days=7), 8, timedelta(days=60)
REASONS = (
    "Spijbelt en hangt tot laat op straat. Wil zelf graag weer naar school.",
    "Kwam twee keer in aanraking met oudere jongens. De moeder vroeg om hulp.",
    "Stopte met werk en heeft schulden. Wil leren hoe dat anders kan.",
    "Is vaak bij het plein waar onrust is. Praat open over wat daar gebeurt.",
)
WISHES = (
    "Wil sporten en iemand die meedenkt over werk.",
    "Zoekt een bijbaan en wil weg van de groep op het plein.",
    "Wil naar het mbo en weet niet hoe dat moet.",
)
GROUP_REASONS = (
    "Elke avond onrust bij het winkelcentrum; bewoners mijden het plein.",
    "De groep wordt groter en jongere kinderen komen erbij. Er is nog ingang via het jongerencentrum.",
    "Steeds conflicten met een groep uit een andere wijk.",
)
#: Groups come in from this day, in the focus areas of Preventie met Gezag in that as well.
GROUPS_SINCE, DECIDED, FOCUS = date(2023, 3, 6), timedelta(days=4), ("T", "F")


#: What happened, from which state to which, when and by whom.
Step = tuple[Event, str, str, date, UUID | None]


class Enrolments:
    """All enrolments up to today."""

    def __init__(self, youth: Youth) -> None:
        self.youth, self.city, self.seed, self.today = youth, youth.city, youth.seed, youth.today
        self.tables: dict[str, list[Row]] = {"enrolment": [], "enrolment_event": []}

    def rows(self) -> dict[str, list[Row]]:
        """Enrolments and their steps."""
        for stays in self.youth.stays.values():
            for stay in stays:
                if _in_district(stay):
                    self._district(stay)
                if stay.slot.place is not None and stay.slot.number % 2:
                    self._voluntary(stay)
        self._proposals()
        for plan in TEAMS:
            self._group(plan, 0, "jv", "jv-groepen")
            if plan.stadsdeel in FOCUS:
                self._group(plan, 1, "pmg", "pmg-3")
        return self.tables

    def _district(self, stay: Stay) -> None:
        """Term after term for as long as the young person is in view."""
        director = self.city.having(Role.JV_DIRECTOR, stay.slot.plan.key)[0].id
        since, n = stay.start, 0
        while since < min(stay.end, self.today):
            until = since + TERM - timedelta(days=1)
            if until >= self.youth.horizon:
                reason = dice(self.seed, "reason", stay.person_id, n).choice(REASONS)
                self._add(stay, "jv", "jv-stadsdeel", n, since, until, reason, decided_by=director)
            since, n = since + TERM, n + 1

    def _voluntary(self, stay: Stay) -> None:
        since = stay.start + timedelta(days=RUN_UP + 10)
        until = since + VOLUNTARY_TERM
        if since >= min(stay.end, self.today) or until < self.youth.horizon or since < date(2023, 1, 1):
            return
        chance = dice(self.seed, "wish", stay.person_id)
        line = chance.choice(("pmg-1", "pmg-1", "pmg-2"))
        self._add(stay, "pmg", line, 0, since, until, chance.choice(WISHES))

    def _proposals(self) -> None:
        """For who is in view in the director's team and not in its approach yet; another one every week."""
        waiting = [slot for slot in self.youth.slots if slot.plan.key == TEAM and _skips_district(slot.number)]
        monday = self.today - timedelta(days=self.today.weekday())
        for week in range(WEEKS):
            made = monday - week * WEEK
            stay = self.youth.staying(waiting[made.toordinal() // 7 % len(waiting)], made)
            if stay is None or stay.end <= made + WEEK or stay.start > made:
                continue
            director = self.city.having(Role.JV_DIRECTOR, TEAM)[0].id
            decided = director if made + WEEK <= self.today else None
            reason = dice(self.seed, "proposal", made).choice(REASONS)
            self._add(stay, "jv", "jv-stadsdeel", f"w{made}", made, made + SHORT, reason, decided, after=WEEK)

    def _add(
        self,
        stay: Stay,
        programme: str,
        line: str,
        key: object,
        since: date,
        until: date,
        reason: str,
        decided_by: UUID | None = None,
        *,
        after: timedelta = timedelta(),
    ) -> None:
        """One enrolment with its steps, as far as they have come."""
        made = at(since, 16)
        worker = stay.slot.worker.id
        row_id = ident(self.seed, "enrolment", made, stay.person_id, programme, key)
        voluntary = programme == "pmg"
        context = Context.VOLUNTARY_GUIDANCE if voluntary else Context.JV_DISTRICT
        steps: list[Step] = [(Event.PROPOSE, "", EnrolmentStatus.PROPOSED, since, worker)]
        if voluntary or decided_by:
            event = Event.AGREE if voluntary else Event.ACCEPT
            by = worker if voluntary else decided_by
            steps.append((event, EnrolmentStatus.PROPOSED, EnrolmentStatus.ENROLLED, since + after, by))
        ended_on, end_reason = self._end(stay, until)
        if ended_on and len(steps) > 1:
            lapsed = end_reason is EndReason.PERIOD_OVER
            last = (Event.LAPSE, None) if lapsed else (Event.END, worker)
            steps.append((last[0], EnrolmentStatus.ENROLLED, EnrolmentStatus.ENDED, ended_on, last[1]))
        over = len(steps) == 3
        _event, _source, status, day, _by = steps[-1]
        self.tables["enrolment"].append({
            "id": row_id, "number": _number(stay, since, programme, key), "person_id": stay.person_id,
            "group_id": None, "team_id": self.city.team_id(stay.slot.plan.key),
            "programme_id": programme_id(self.city, programme),
            "line_id": line_id(self.city, line), "context": context, "status": status,
            "status_since": at(day, 16), "proposed_by": worker, "reason": reason, "since": since, "until": until,
            "youth_agreed_on": since if voluntary else None, "ended_on": ended_on if over else None,
            "end_reason": end_reason if over else None, **stamps(made, worker),
        })  # fmt: skip
        for n, step in enumerate(steps):
            self._step(row_id, self.city.team_id(stay.slot.plan.key), stay.person_id, context, n, step)

    def _group(self, plan: TeamPlan, n: int, programme: str, line: str) -> None:
        """A group in a programme: term after term, proposed by a worker and decided four days later."""
        director = self.city.having(Role.JV_DIRECTOR, plan.key)[0].id
        worker = self.city.having(Role.YOUTH_WORKER, plan.key)[0].id
        since = GROUPS_SINCE
        while since + DECIDED <= self.today:
            until = since + TERM - timedelta(days=1)
            over = until < self.today
            steps: list[Step] = [
                (Event.PROPOSE, "", EnrolmentStatus.PROPOSED, since, worker),
                (Event.ACCEPT, EnrolmentStatus.PROPOSED, EnrolmentStatus.ENROLLED, since + DECIDED, director),
            ]
            if over:
                steps.append((Event.LAPSE, EnrolmentStatus.ENROLLED, EnrolmentStatus.ENDED, until, None))
            self._group_rows(plan, n, (programme, line), since, until, steps)
            since += TERM

    def _group_rows(
        self, plan: TeamPlan, n: int, into: tuple[str, str], since: date, until: date, steps: list[Step]
    ) -> None:
        programme, line = into
        made, team = at(since, 16), self.city.team_id(plan.key)
        row_id = ident(self.seed, "enrolment", made, plan.key, n, programme)
        place = [each.key for each in TEAMS].index(plan.key)
        reason = dice(self.seed, "group reason", plan.key, n, since).choice(GROUP_REASONS)
        over = len(steps) == 3
        _event, _source, status, day, _by = steps[-1]
        self.tables["enrolment"].append({
            "id": row_id, "number": f"INS-{since.year}-6{place:02d}{n}{since.timetuple().tm_yday:03d}",
            "person_id": None, "group_id": group_id(self.city, plan.key, n), "team_id": team,
            "programme_id": programme_id(self.city, programme), "line_id": line_id(self.city, line),
            "context": Context.GROUP_APPROACH, "status": status, "status_since": at(day, 16),
            "proposed_by": steps[0][4], "reason": reason, "since": since, "until": until, "youth_agreed_on": None,
            "ended_on": until if over else None, "end_reason": EndReason.PERIOD_OVER if over else None,
            **stamps(made, steps[0][4]),
        })  # fmt: skip
        for step_no, step in enumerate(steps):
            self._step(row_id, team, None, Context.GROUP_APPROACH, step_no, step)

    def _step(self, row_id: UUID, team_id: UUID, person_id: UUID | None, context: Context, n: int, step: Step) -> None:
        event, source, target, day, by = step
        self.tables["enrolment_event"].append({
            "id": ident(self.seed, "enrolment step", at(day, 16), row_id, n), "enrolment_id": row_id,
            "team_id": team_id, "person_id": person_id, "context": context,
            "at": at(day, 16, n), "by_id": by, "event": event, "from_status": source, "to_status": target,
        })  # fmt: skip

    def _end(self, stay: Stay, until: date) -> tuple[date | None, EndReason | None]:
        """When it ended before today, and why."""
        if stay.end <= min(until, self.today):
            return stay.end, EndReason.GOALS_REACHED
        if until < self.today:
            return until, EndReason.PERIOD_OVER
        return None, None


def _skips_district(slot: int) -> bool:
    return slot % 10 in (3, 6, 9)


def _in_district(stay: Stay) -> bool:
    return not _skips_district(stay.slot.number)


def _number(stay: Stay, since: date, programme: str, key: object) -> str:
    """Far from the numbers the sequence gives out."""
    kind = 5 if programme == "pmg" else 7 if isinstance(key, int) else 9
    return f"INS-{since.year}-{kind}{stay.slot.number:03d}{since.timetuple().tm_yday:03d}"


def rows(youth: Youth) -> dict[str, list[Row]]:
    """Everything for the load."""
    return Enrolments(youth).rows()
