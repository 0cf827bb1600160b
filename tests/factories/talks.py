"""Caseload talks (demogegevens)."""

from __future__ import annotations

from datetime import date
from typing import TypeVar
from uuid import UUID

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.ids import new_id
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action
from portal.talks.models import Occasion, Talk, TalkAgreement, TalkNote, TalkStatus

Made = TypeVar("Made", Talk, TalkNote, TalkAgreement)


def talk(
    team_id: UUID, worker: User, holder: User, *, status: TalkStatus = TalkStatus.PLANNED, day: date | None = None
) -> Talk:
    """A talk in a state, opened on its day when it was. Inside a unit of work."""
    day = day or clock.today()
    made = Talk(
        id=new_id(),
        team_id=team_id,
        worker_id=worker.id,
        held_by_id=holder.id,
        planned_on=day,
        status=status,
        figures={},
    )
    if status in (TalkStatus.OPEN, TalkStatus.HELD):
        made.opened_at, made.open_until = clock.day_start(day), clock.day_end(day)
        made.since_on, made.occasion = day.replace(year=day.year - 1), Occasion.REGULAR
    return _kept(made, made)


def note(of: Talk, author: User, body: str = "Wat we bespraken.") -> TalkNote:
    """A note of one of the two."""
    return _kept(
        of, TalkNote(id=new_id(), talk_id=of.id, team_id=of.team_id, author_id=author.id, at=clock.now(), body=body)
    )


def agreement(of: Talk, what: str = "De lijst nalopen", due_on: date | None = None) -> TalkAgreement:
    """An agreement of a talk."""
    due = due_on or clock.today()
    return _kept(of, TalkAgreement(id=new_id(), talk_id=of.id, team_id=of.team_id, what=what, due_on=due))


def _kept(of: Talk, made: Made) -> Made:
    db.session.add(made)
    db.session.flush()
    access_log.record(system("test"), Action.CREATE, Subject("talk", of.id, team_id=of.team_id))
    return made
