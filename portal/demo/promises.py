"""Promises of youth workers: made in one contact, told in a later one, with what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from portal.contacts.models import EFFECTIVE, FollowUpKind, FollowUpStatus, Outcome
from portal.demo.city import Row, stamps
from portal.demo.seeds import dice, ident
from portal.demo.texts import PROMISES
from portal.demo.visits import Visit, Visits, draw
from portal.demo.youth import Stay, at

#: How often a contact holds a promise: of the demo worker, and of the others.
OFTEN, SELDOM = 0.2, 0.05
TERMS = (2, 3, 5, 7, 9)  # days
#: How often it is known what came of a promise before the young person is.
KNOWN_BEFORE = 0.5
_OUTCOMES = ((Outcome.KEPT, 66), (Outcome.PARTLY, 16), (Outcome.NOT_KEPT, 14), (Outcome.WITHDRAWN, 4))


def rows(visits: Visits) -> dict[str, list[Row]]:
    """All promises made before today, as they stand on the morning of today."""
    made = (row for slot in visits.youth.slots for stay in visits.youth.stays[slot.number] for row in _of(visits, stay))
    return {"follow_up": list(made)}


def _of(visits: Visits, stay: Stay) -> Iterator[Row]:
    turns = [visit for visit in visits.visits(stay) if visits.youth.horizon <= visit.day < visits.today]
    share = SELDOM if stay.slot.lively is None else OFTEN
    for n, visit in enumerate(turns):
        spoken = visits.result(stay, visit) in EFFECTIVE
        if spoken and dice(visits.seed, "promise", stay.slot.number, visit.number).random() < share:
            yield _promise(visits, stay, visit, turns[n + 1 :])


def _promise(visits: Visits, stay: Stay, visit: Visit, later: Sequence[Visit]) -> Row:
    chance = dice(visits.seed, "promised", stay.slot.number, visit.number)
    moment = visits.meeting(stay, visit).moment
    what, outcome = chance.choice(PROMISES), draw(chance, _OUTCOMES)
    due_on = visit.day + timedelta(days=chance.choice(TERMS))
    known = due_on <= visits.today and chance.random() < KNOWN_BEFORE
    told = next((v for v in later if v.day >= due_on and visits.result(stay, v) in EFFECTIVE), None)
    left = stay.end <= visits.today
    return {
        "id": ident(visits.seed, "promise", moment, stay.slot.number, visit.number),
        "person_id": stay.person_id,
        "team_id": visits.city.team_id(stay.slot.plan.key),
        "contact_id": visits.meeting(stay, visit).id,
        "assignee_id": stay.slot.worker.id,
        "kind": FollowUpKind.PROMISE,
        "what": what,
        "source": visits.source(stay, visit),
        "due_on": due_on,
        "outcome": outcome if told or left or known else None,
        **_told(visits, stay, told),
        **stamps(moment, stay.slot.worker.id),
    }


def _told(visits: Visits, stay: Stay, told: Visit | None) -> Row:
    """How it ended; a dossier that was left took its promises along."""
    if told is not None:
        meeting = visits.meeting(stay, told)
        return _ended(told.day, {"done_at": meeting.moment, "done_by_contact_id": meeting.id})
    if stay.end <= visits.today:
        day = stay.end - timedelta(days=1)
        return _ended(day, {"done_at": at(day, 16), "done_by_contact_id": None})
    return {"status": FollowUpStatus.OPEN, "told_on": None, "done_at": None, "done_by_contact_id": None}


def _ended(day: date, how: Row) -> Row:
    return {"status": FollowUpStatus.DONE, "told_on": day, **how}
