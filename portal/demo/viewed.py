"""Who is in view, and was: each young person of a place, from the proposal to the end, and 398 on 31 December 2023.

Two places have no view of their own: one tells a new proposal every week, the other is known without being in view.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random
from uuid import UUID

from portal.core import clock
from portal.demo.city import BEGIN, TEAMS, Colleague, Row, age_on, stamps
from portal.demo.seeds import dice, ident
from portal.demo.texts import VIEW_REASONS, VIEW_VOICES
from portal.demo.youth import Slot, Stay, Youth, at
from portal.in_view.models import LetterKind, Side, SourceKind, ViewEndReason, ViewStatus
from portal.in_view.service import Way
from portal.in_view.workflow import (
    LETTER_WITHIN,
    OBJECTION_MONTHS,
    OWN_LETTER_ONLY_FROM,
    REVIEW_MONTHS,
    REVIEWS,
    SUSPENDED_AFTER,
    Event,
)
from portal.privacy.permissions import Role

#: The day on which the yearly account of 2023 counts who is in view.
STOCK_DAY = date(2023, 12, 31)
#: Places without a view: of the first team, whose director is a demo account.
WITHOUT = (5, 10)
#: The place whose view is objected to now.
OBJECTED = 15
#: The place whose young person moved to the first team's stadsdeel; that team is asked to take the view over.
MOVED = 80
DECIDED_WITHIN = (3, 12)
MOTIVATION = "Er is vooruitgang, maar het is nog niet klaar."
KEPT = timedelta(days=3 * 365)  # after the end only a count stays
_ENDS = ((ViewEndReason.GOALS_REACHED, 50), (ViewEndReason.NO_LONGER_NEEDED, 35), (ViewEndReason.MOVED, 10))


@dataclass(frozen=True)
class Story:
    """One view: who, and when it began; what follows is worked out from there."""

    youth: Youth
    stay: Stay

    @property
    def slot(self) -> Slot:
        """The place."""
        return self.stay.slot

    @cached_property
    def chance(self) -> Random:
        """Dice of its own."""
        return dice(self.youth.seed, "in view", self.slot.number, self.stay.number)

    @cached_property
    def registered_on(self) -> date:
        """The day of the decision; who came just before the day of the account is in it."""
        day = self.stay.start + timedelta(
            days=dice(self.youth.seed, "decided", self.stay.person_id).randint(*DECIDED_WITHIN)
        )
        return STOCK_DAY if self.stay.start <= STOCK_DAY < day else day

    @property
    def id(self) -> UUID:
        """The same on every day it is told."""
        return ident(self.youth.seed, "view", at(self.stay.start, 16), self.stay.person_id)

    @property
    def is_over(self) -> bool:
        """Whether it ended."""
        return self.stay.end <= self.youth.today and self.registered_on < self.stay.end

    @property
    def is_destroyed(self) -> bool:
        """Whether only a count is left."""
        return self.stay.end + KEPT <= self.youth.today

    @cached_property
    def reviews(self) -> list[tuple[date, date]]:
        """The reviews held so far: the day they were due, and the day they were held. Some places are always late."""
        held: list[tuple[date, date]] = []
        due = clock.months_later(self.registered_on, REVIEW_MONTHS)
        until = min(self.stay.end, self.youth.today)
        while True:
            late = (
                45 if self.slot.number % 8 == 3 else dice(self.youth.seed, "review", self.id, len(held)).randint(-14, 4)
            )
            day = due + timedelta(days=late)
            if day >= until:
                return held
            held.append((due, day))
            due = clock.months_later(day, REVIEW_MONTHS)

    @property
    def next_review_on(self) -> date:
        """When it is looked at again."""
        last = self.reviews[-1][1] if self.reviews else self.registered_on
        return clock.months_later(last, REVIEW_MONTHS)

    @property
    def status(self) -> ViewStatus:
        """Where it stands today."""
        if self.is_over or self.stay.end <= self.youth.today:
            return ViewStatus.ENDED
        if self.registered_on > self.youth.today:
            return ViewStatus.PROPOSED
        if self.slot.number == OBJECTED:
            return ViewStatus.UNDER_OBJECTION
        if self.youth.today > self.next_review_on + SUSPENDED_AFTER:
            return ViewStatus.SUSPENDED
        asked = self.slot.number == MOVED and self.registered_on < changed_on(self.youth.today)
        return ViewStatus.TRANSFER_PENDING if asked else ViewStatus.ACTIVE


def changed_on(today: date) -> date:
    """The day on which somebody objected, or asked to take over: a working day of last week."""
    return today - timedelta(days=today.weekday() + 4)


class Viewed:
    """All views of the demo."""

    def __init__(self, youth: Youth, people: list[Row]) -> None:
        """`people`: the rows of the young people that are told of already."""
        self.born = {row["id"]: row["birth_date"] for row in people}
        self.youth, self.city, self.seed, self.today = youth, youth.city, youth.seed, youth.today
        self.tables: dict[str, list[Row]] = {
            name: []
            for name in ("organisation", "person", "person_alias", "related_person", "person_assignment",
                         "youth_in_view", "in_view_step", "in_view_review", "in_view_letter", "in_view_statement")
        }  # fmt: skip

    def rows(self) -> dict[str, list[Row]]:
        """Views with their steps, reviews, letters and words, and the young people of 2023 nobody else tells of."""
        self.tables["organisation"].append(
            {"id": self._care_partner, "name": "Jeugdhulp Oevers (demogegevens)", "kind": "other", **stamps(BEGIN)}
        )
        for slot in self.youth.slots:
            if slot.number not in WITHOUT:
                for stay in self._stays(slot):
                    self._tell(Story(self.youth, stay))
        self._weekly_proposal()
        self._wrongly_in_view()
        return self.tables

    @property
    def _care_partner(self) -> UUID:
        return ident(self.seed, "organisation", BEGIN, "care")

    def _stays(self, slot: Slot) -> Iterator[Stay]:
        """The stays of the last years, and who was there on the day of the account."""
        told = self.youth.stays[slot.number]
        counted = self.youth.stay_on(slot, STOCK_DAY)
        if counted is not None and counted.person_id not in {stay.person_id for stay in told}:
            if not Story(self.youth, counted).is_destroyed:
                self.youth.add_person(counted, self.tables)
                self.born[counted.person_id] = self.tables["person"][-1]["birth_date"]
            yield counted
        yield from told

    # --- one view -----------------------------------------------------------------------------------------------------

    def _tell(self, story: Story) -> None:
        if story.registered_on >= story.stay.end:
            return  # gone before anybody decided
        row = self._view(story)
        self.tables["youth_in_view"].append(row)
        if row["person_id"] is None:
            return
        self._steps(story, row)
        self._reviews(story, row)
        self._letters(story, row)
        if story.slot.number % 5 == 0:
            self._statement(story, row)

    def _view(self, story: Story) -> Row:
        status, today = story.status, self.today
        known = not story.is_destroyed
        decided = story.registered_on <= today
        reason = VIEW_REASONS[story.chance.randrange(len(VIEW_REASONS))]
        age = self._age(story) if known else 0
        over = status is ViewStatus.ENDED
        objected = status is ViewStatus.UNDER_OBJECTION
        receiver = TEAMS[0] if status is ViewStatus.TRANSFER_PENDING else None
        return {
            "id": story.id,
            "number": self._number(story),
            "person_id": story.stay.person_id if known else None,
            "team_id": self.city.team_id(story.slot.plan.key),
            "stadsdeel_code": story.slot.plan.stadsdeel,
            "context": "jv_district",
            "status": status,
            **{part: text if known else "" for part, text in reason.items()},
            "source_kind": SourceKind.NOMINATION,
            "nominated_by": "School of jongerenwerk (demogegevens)" if known else "",
            "proposed_by": story.slot.worker.id,
            "proposed_on": story.stay.start,
            "decided_by": self._director(story.slot).id if decided else None,
            "registered_on": story.registered_on if decided else None,
            "assigned_worker_id": story.slot.worker.id if known else None,
            "care_partner_org_id": self._care_partner if known and age < 12 else None,
            "next_review_on": story.next_review_on if decided else None,
            "review_no": len(story.reviews),
            "longer_review_no": len(story.reviews) if len(story.reviews) > REVIEWS else None,
            "letter_due_on": None
            if over or not decided or self._sent_on(story) <= today
            else story.registered_on + LETTER_WITHIN,
            "objection_due_on": clock.months_later(changed_on(self.today), OBJECTION_MONTHS) if objected else None,
            "transfer_team_id": self.city.team_id(receiver.key) if receiver else None,
            "transfer_stadsdeel": receiver.stadsdeel if receiver else None,
            "ended_on": story.stay.end if over else None,
            "end_reason": self._end(story) if over else None,
            "stripped_at": None if known else at(story.stay.end, 3),
            **stamps(at(story.stay.start, 16), story.slot.worker.id),
        }

    def _age(self, story: Story) -> int:
        born = self.born[story.stay.person_id]
        assert isinstance(born, date)
        return age_on(born, story.registered_on)

    def _number(self, story: Story) -> str:
        """A number of its own, far from those of the sequence: by place and turn, for views are told independently."""
        return f"JIB-{story.stay.start.year}-1{story.slot.number:03d}{story.stay.number:02d}"

    def _director(self, slot: Slot) -> Colleague:
        return self.city.having(Role.JV_DIRECTOR, slot.plan.key)[0]

    def _end(self, story: Story) -> ViewEndReason:
        chance = dice(self.seed, "view end", story.id)
        return chance.choices([reason for reason, _ in _ENDS], [weight for _, weight in _ENDS])[0]

    # --- what happened ------------------------------------------------------------------------------------------------

    def _steps(self, story: Story, row: Row) -> None:
        worker, director = story.slot.worker, self._director(story.slot)
        self._step(row, Event.PROPOSE, "", ViewStatus.PROPOSED, at(story.stay.start, 16), worker)
        if story.registered_on <= self.today:
            moment = at(story.registered_on, 11)
            self._step(row, Event.APPROVE, ViewStatus.PROPOSED, ViewStatus.ACTIVE, moment, director)
        for n, (due, held) in enumerate(story.reviews):
            self._review_steps(story, row, n, due, held)
        if row["status"] == ViewStatus.SUSPENDED:
            self._suspended(row, story.next_review_on, len(story.reviews))
        if row["status"] == ViewStatus.UNDER_OBJECTION:
            words = "Ik was daar alleen om mijn broertje op te halen. Ik hoor hier niet bij."
            moment = at(changed_on(self.today), 15)
            self._step(row, Event.OBJECT, ViewStatus.ACTIVE, ViewStatus.UNDER_OBJECTION, moment, worker, 0, words)
        if row["status"] == ViewStatus.TRANSFER_PENDING:
            moment = at(changed_on(self.today), 15)
            words = "De jongere is verhuisd en komt nu daar op straat."
            self._step(row, Event.TRANSFER, ViewStatus.ACTIVE, ViewStatus.TRANSFER_PENDING, moment, director, 0, words)
        if row["status"] == ViewStatus.ENDED:
            note, moment = "Samen besproken: het is niet meer nodig.", at(story.stay.end, 10)
            self._step(row, Event.END, ViewStatus.ACTIVE, ViewStatus.ENDED, moment, director, 0, note)

    def _review_steps(self, story: Story, row: Row, n: int, due: date, held: date) -> None:
        missed = held > due + SUSPENDED_AFTER + timedelta(days=1)
        if missed:
            self._suspended(row, due, n)
        before = ViewStatus.SUSPENDED if missed else ViewStatus.ACTIVE
        if n >= REVIEWS:
            manager = self.city.having(Role.MANAGER, story.slot.plan.key)[0]
            self._step(row, Event.ALLOW_LONGER, before, before, at(held, 9), manager, n, "De afspraken lopen nog.")
        director = self._director(story.slot)
        self._step(row, Event.REVIEW, before, ViewStatus.ACTIVE, at(held, 14), director, n, MOTIVATION)

    def _suspended(self, row: Row, due: date, n: int) -> None:
        moment = at(due + SUSPENDED_AFTER + timedelta(days=1), 3)
        self._step(row, Event.SUSPEND, ViewStatus.ACTIVE, ViewStatus.SUSPENDED, moment, None, n)

    def _step(
        self, row: Row, event: Event, source: str, target: str, moment: datetime, who: Colleague | None, n: int = 0,
        note: str = "",
    ) -> None:  # fmt: skip
        self.tables["in_view_step"].append(
            {
                "id": ident(self.seed, "view step", moment, row["id"], event, n),
                "view_id": row["id"],
                "team_id": row["team_id"],
                "at": moment,
                "by_id": who.id if who else None,
                "event": event,
                "from_status": source,
                "to_status": target,
                "note": note,
            }
        )

    def _reviews(self, story: Story, row: Row) -> None:
        director = self._director(story.slot)
        for n, (due, held) in enumerate(story.reviews):
            chance = dice(self.seed, "voice", story.id, n)
            self.tables["in_view_review"].append(
                {
                    "id": ident(self.seed, "view review", at(held, 14), story.id, n),
                    "view_id": row["id"],
                    "team_id": row["team_id"],
                    "review_no": n + 1,
                    "due_on": due,
                    "held_on": held,
                    "held_by": director.id,
                    "outcome": "continue",
                    "motivation": MOTIVATION,
                    "youth_voice": chance.choice(VIEW_VOICES),
                    "guardian_voice": "",
                    **stamps(at(held, 14), director.id),
                }
            )

    def _sent_on(self, story: Story) -> date:
        """Most letters go out in time, one in nine too late."""
        late = 33 if story.slot.number % 9 == 4 else dice(self.seed, "letter", story.id).randint(4, 24)
        return story.registered_on + timedelta(days=late)

    def _letters(self, story: Story, row: Row) -> None:
        if row["registered_on"] is None:
            return
        sides = [Side.YOUTH]
        if self._age(story) < OWN_LETTER_ONLY_FROM:
            sides.append(Side.GUARDIAN)
        for side in sides:
            self._letter(
                row, LetterKind.INFORMATION, side, story.registered_on + LETTER_WITHIN, self._sent_on(story), story
            )
        if row["status"] == ViewStatus.ENDED:
            due = story.stay.end + LETTER_WITHIN
            self._letter(row, LetterKind.ENDING, Side.YOUTH, due, story.stay.end + timedelta(days=9), story)

    def _letter(self, row: Row, kind: LetterKind, side: Side, due: date, sent_on: date, story: Story) -> None:
        sent = sent_on <= self.today
        moment = at(due - LETTER_WITHIN, 11)
        self.tables["in_view_letter"].append(
            {
                "id": ident(self.seed, "view letter", moment, row["id"], kind, side),
                "view_id": row["id"],
                "team_id": row["team_id"],
                "kind": kind,
                "side": side,
                "due_on": due,
                "sent_on": sent_on if sent else None,
                "sent_by": story.slot.worker.id if sent else None,
                "way": Way.BY_HAND if sent else None,
                **stamps(moment, self._director(story.slot).id),
            }
        )

    def _statement(self, story: Story, row: Row) -> None:
        said_on = story.stay.start + timedelta(days=20)
        if said_on >= self.today:
            return
        self.tables["in_view_statement"].append(
            {
                "id": ident(self.seed, "view words", at(said_on, 15), story.id),
                "view_id": row["id"],
                "team_id": row["team_id"],
                "side": Side.YOUTH,
                "said_on": said_on,
                "body": dice(self.seed, "words", story.id).choice(VIEW_VOICES),
                "written_by": story.slot.worker.id,
                **stamps(at(said_on, 15), story.slot.worker.id),
            }
        )

    def _weekly_proposal(self) -> None:
        """Every week the demo director finds a proposal by a worker of the team; the one before was not followed."""
        slot = self.youth.slots[WITHOUT[0]]
        monday = self.today - timedelta(days=self.today.weekday())
        for day in (monday - timedelta(days=7), monday):
            stay = self.youth.staying(slot, day)
            if stay is None or stay.end <= self.today:
                continue
            story = Story(self.youth, Stay(slot, stay.person_id, day.toordinal() % 100, day, stay.end))
            row = self._view(story) | {
                "id": ident(self.seed, "proposal", at(day, 10), stay.person_id),
                "number": f"JIB-{day.year}-9{day.timetuple().tm_yday:04d}",
                "decided_by": None, "registered_on": None, "next_review_on": None, "letter_due_on": None,
                "review_no": 0, "longer_review_no": None, "status": ViewStatus.PROPOSED,
                "proposed_on": day, "ended_on": None,
                "end_reason": None, **stamps(at(day, 10), slot.worker.id),
            }  # fmt: skip
            self._step(row, Event.PROPOSE, "", ViewStatus.PROPOSED, at(day, 10), slot.worker)
            if day != monday:
                row |= {"status": ViewStatus.ENDED, "ended_on": monday, "end_reason": ViewEndReason.NOT_REGISTERED}
                note = "School lost het samen met thuis op."
                director = self._director(slot)
                self._step(row, Event.REJECT, ViewStatus.PROPOSED, ViewStatus.ENDED, at(monday, 9), director, 0, note)
            self.tables["youth_in_view"].append(row)

    def _wrongly_in_view(self) -> None:
        """Once a quarter an objection was right: what is left is a count, without a young person."""
        quarters = [date(year, month, 11) for year in range(2025, self.today.year + 1) for month in (1, 4, 7, 10)]
        for ended_on in quarters:
            if ended_on <= self.today:
                self.tables["youth_in_view"].append(self._emptied(ended_on))

    def _emptied(self, ended_on: date) -> Row:
        slot = self.youth.slots[OBJECTED]
        began = ended_on - timedelta(days=64)
        row = self._view(
            Story(self.youth, Stay(slot, ident(self.seed, "emptied", at(began, 9)), 0, began, date(2020, 1, 6)))
        )
        return row | {
            "number": f"JIB-{began.year}-8{began.timetuple().tm_yday:04d}",
            "status": ViewStatus.ENDED,
            "decided_by": self._director(slot).id,
            "registered_on": began + timedelta(days=5),
            "next_review_on": None,
            "review_no": 0,
            "longer_review_no": None,
            "objection_due_on": None,
            "ended_on": ended_on,
            "end_reason": ViewEndReason.OBJECTION_UPHELD,
            "stripped_at": at(ended_on, 15),
        }
