"""What waits for somebody among the views they have a part in."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_

from portal.core import clock, db
from portal.in_view import policy
from portal.in_view.models import IN_VIEW, ViewStatus, YouthInView
from portal.in_view.service.finding import Seen, as_seen, farewell_waits, log, seen
from portal.in_view.workflow import Party
from portal.people import ties
from portal.privacy.actor import Actor
from portal.privacy.models import Action

#: So many rows at most: the rest is in the list.
MOST = 20
AT_ONCE = 200
REVIEW_WITHIN = timedelta(days=30)
LETTER_WITHIN = timedelta(days=16)
RUNNING = (ViewStatus.ACTIVE, ViewStatus.SUSPENDED)


class Todo(StrEnum):
    """What has to be done."""

    OBJECTION = "objection"
    DECIDE = "decide"
    TRANSFER = "transfer"
    LETTER = "letter"
    REVIEW = "review"
    LONGER = "longer"


def to_do(actor: Actor) -> list[tuple[Todo, Seen]]:
    """Decisions, letters and reviews that wait for this actor, by Todo and then by day; logged as a list."""
    statement = ties.written_once(actor, "views to do", lambda: _to_do(actor))
    found = [
        (next(todo for todo in Todo if row._mapping[f"todo_{todo}"]), as_seen(row))
        for row in db.session.execute(statement)
    ]
    first = sorted(found, key=_turn)[:MOST]
    log(actor, Action.LIST, [one for _todo, one in first])
    return first


def _to_do(actor: Actor) -> Select[Any]:
    waiting = conditions(actor)
    return (
        seen(actor)
        .add_columns(*(condition.label(f"todo_{todo}") for todo, condition in waiting.items()))
        .where(or_(*waiting.values()))
        .order_by(YouthInView.id)
        .limit(AT_ONCE)
    )


def wanted_on(todo: Todo, view: YouthInView) -> date | None:
    """The day before which it has to be done; none where nothing is agreed."""
    return {
        Todo.OBJECTION: view.objection_due_on, Todo.LETTER: view.letter_due_on, Todo.REVIEW: view.next_review_on,
        Todo.LONGER: view.next_review_on,
    }.get(todo)  # fmt: skip


def _turn(one: tuple[Todo, Seen]) -> tuple[int, date]:
    """By what has to be done and how long it waits, never by who it is about."""
    todo, view = one[0], one[1].view
    return list(Todo).index(todo), wanted_on(todo, view) or view.proposed_on


def conditions(actor: Actor) -> dict[Todo, ColumnElement[bool]]:
    """Per kind of work the views that ask for it of this actor."""
    today = clock.today()
    party = {party: policy.is_party(actor, party) for party in policy.PRECEDENCE}
    not_mine = YouthInView.proposed_by != actor.user_id
    judges = and_(not_mine, YouthInView.decided_by.is_distinct_from(actor.user_id))
    due = and_(YouthInView.status.in_(RUNNING), YouthInView.next_review_on <= today + REVIEW_WITHIN)
    guides = or_(party[Party.DIRECTOR], party[Party.WORKER])
    letter_soon = and_(YouthInView.status.in_(IN_VIEW), YouthInView.letter_due_on <= today + LETTER_WITHIN)
    letter_late = and_(YouthInView.status.in_(IN_VIEW), YouthInView.letter_due_on <= today)
    objected = YouthInView.status == ViewStatus.UNDER_OBJECTION
    return {
        Todo.OBJECTION: and_(objected, or_(and_(party[Party.DIRECTOR], judges), party[Party.OFFICER])),
        Todo.DECIDE: and_(YouthInView.status == ViewStatus.PROPOSED, party[Party.DIRECTOR], not_mine),
        Todo.TRANSFER: and_(YouthInView.status == ViewStatus.TRANSFER_PENDING, party[Party.RECEIVER]),
        Todo.LETTER: or_(and_(guides, or_(letter_soon, farewell_waits())), and_(party[Party.OFFICER], letter_late)),
        Todo.REVIEW: and_(guides, due),
        Todo.LONGER: and_(
            party[Party.MANAGER], due, YouthInView.longer_review_no.is_distinct_from(YouthInView.review_no + 1)
        ),
    }
