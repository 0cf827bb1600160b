"""Young people with follow-ups, as little of them as reminders need."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from portal.accounts.models import Team, User
from portal.contacts.models import FollowUp
from portal.core import db
from portal.core.ids import new_id
from portal.people import names
from portal.people.models import Person, PersonAssignment
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action


def person(team: Team, worker: User, *, family_name: str = "Kanarie") -> Person:
    """A young person assigned to a worker since 2024."""
    row = Person(
        team_id=team.id,
        pseudonym=f"P-{str(new_id())[-6:].upper()}",
        given_name="Yassine",
        family_name=family_name,
        birth_date=date(2008, 5, 1),
        **names.columns("Yassine", family_name),
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(PersonAssignment(person_id=row.id, team_id=team.id, user_id=worker.id, since=date(2024, 1, 1)))
    return row


def follow_up(young: Person, worker: User, due_on: date, *, what: str = "Bellen over stage") -> FollowUp:
    """An open follow-up."""
    row = FollowUp(person_id=young.id, team_id=young.team_id, assignee_id=worker.id, due_on=due_on, what=what)
    db.session.add(row)
    db.session.flush()
    return row


def logged() -> None:
    """The evidence that a change of personal data needs."""
    access_log.record(system("test"), Action.CREATE, Subject("test"))


def make(team: Team, worker: User, *due_on: date) -> list[UUID]:
    """Commit one young person per date, each with a follow-up on it; returns the follow-ups' ids."""
    with db.unit_of_work():
        rows = [follow_up(person(team, worker), worker, day) for day in due_on]
        logged()
        return [row.id for row in rows]


def change(follow_up_id: UUID, **values: object) -> None:
    """Commit other values for a follow-up."""
    with db.unit_of_work():
        row = db.session.get_one(FollowUp, follow_up_id)
        for name, value in values.items():
            setattr(row, name, value)
        logged()
