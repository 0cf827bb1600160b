"""Who is away and who stands in, and young people about to change hands, in the team of the demo worker.

Every week another colleague is ill and the demo worker stands in, somebody else has a holiday planned, and one young
person is offered to the demo worker while she offers one of hers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from portal.demo.city import Colleague, Row, stamps
from portal.demo.seeds import ident
from portal.demo.youth import Slot, Stay, Youth, at
from portal.people.models import HandOverStatus
from portal.privacy.permissions import Role

TEAM = "noord"
WEEK = timedelta(days=7)
SETTLED = timedelta(days=30)  # a young person stays with a worker for a while before changing hands
NOTES = (
    "Woont sinds kort bij jou in de buurt en kent je van het voetbal.",
    "Mijn week is vol. De afspraken met school staan in het dossier.",
)


def rows(youth: Youth) -> dict[str, list[Row]]:
    """Absences from last week until the week after next, and the proposals of this week and the one before."""
    monday = youth.today - timedelta(days=youth.today.weekday())
    absences = [_ill(youth, monday - WEEK), _ill(youth, monday)]
    absences += [_holiday(youth, monday + n * WEEK) for n in (-1, 0, 1, 2)]
    return {"absence": absences, "hand_over": [*_proposals(youth, monday - WEEK), *_proposals(youth, monday)]}


def _crew(youth: Youth) -> tuple[Colleague, list[Colleague]]:
    first, *others = youth.city.having(Role.YOUTH_WORKER, TEAM)
    return first, others


def _turn(others: list[Colleague], monday: date, step: int) -> Colleague:
    return others[(monday.toordinal() // 7 + step) % len(others)]


def _ill(youth: Youth, monday: date) -> Row:
    worker, others = _crew(youth)
    return _absence(youth, "ill", _turn(others, monday, 0), worker, monday, 7, noted=monday)


def _holiday(youth: Youth, monday: date) -> Row:
    _worker, others = _crew(youth)
    who, replacement = _turn(others, monday, 3), _turn(others, monday, 4)
    return _absence(youth, "holiday", who, replacement, monday, 5, noted=monday - 3 * WEEK)


def _absence(
    youth: Youth, kind: str, who: Colleague, replacement: Colleague, first: date, days: int, *, noted: date
) -> Row:
    return {
        "id": ident(youth.seed, kind, at(noted, 0), first),
        "user_id": who.id,
        "replacement_id": replacement.id,
        "starts_at": at(first, 0),
        "ends_at": at(first + timedelta(days=days), 0),
        **stamps(at(noted, 0), who.id),
    }


def _proposals(youth: Youth, monday: date) -> Iterator[Row]:
    """One to the demo worker and one from her, on the Friday before; not answered, taken back a week later."""
    worker, others = _crew(youth)
    giver, taker = _turn(others, monday, 1), _turn(others, monday, 2)
    for n, (one, other) in enumerate(((giver, worker), (worker, taker))):
        stays = list(_of(youth, one, monday))
        if stays:
            yield _proposal(youth, stays[monday.toordinal() // 7 % len(stays)], other, monday, NOTES[n])


def _of(youth: Youth, worker: Colleague, monday: date) -> Iterator[Stay]:
    slots: list[Slot] = [slot for slot in youth.slots if slot.worker.id == worker.id]
    for stay in (stay for slot in slots for stay in youth.stays[slot.number]):
        if stay.start <= monday - SETTLED and stay.end > monday + 2 * WEEK:
            yield stay


def _proposal(youth: Youth, stay: Stay, to: Colleague, monday: date, note: str) -> Row:
    moment = at(monday - timedelta(days=3), 15)
    taken_back = at(monday + WEEK, 0)
    over = monday + WEEK <= youth.today
    return {
        "id": ident(youth.seed, "hand_over", moment, stay.person_id),
        "person_id": stay.person_id,
        "team_id": youth.city.team_id(stay.slot.plan.key),
        "from_user_id": stay.slot.worker.id,
        "to_user_id": to.id,
        "proposed_by": stay.slot.worker.id,
        "proposed_at": moment,
        "status": HandOverStatus.WITHDRAWN if over else HandOverStatus.PROPOSED,
        "answered_at": taken_back if over else None,
        "note": note,
        **stamps(moment, stay.slot.worker.id),
    }
