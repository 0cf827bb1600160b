"""Invented contacts and follow-ups (demogegevens)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from portal.accounts.models import User
from portal.contacts.models import (
    Channel,
    Confidentiality,
    Contact,
    ContactCorrection,
    ContactParticipant,
    ContactPurpose,
    FollowUp,
    FollowUpKind,
    FollowUpStatus,
    Outcome,
    Result,
)
from portal.core import clock, db
from portal.core.ids import new_id
from portal.messengers.models import CredibleMessenger, MessengerStatus
from portal.people.models import Person
from portal.privacy import access_log, grants
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import Action, GrantReason
from portal.privacy.permissions import Role
from portal.privacy.sources import Source
from portal.trajectories.models import Trajectory, TrajectoryStatus
from tests.factories.world import World


def contact(
    *people: Person,
    worker: User,
    at: datetime | None = None,
    channel: Channel = Channel.STREET,
    result: Result = Result.REACHED,
    confidentiality: Confidentiality = Confidentiality.TEAM,
    place: str = "",
    note: str = "",
    headcount: int | None = None,
    source: Source = Source.STREET,
) -> Contact:
    """A contact as it stands in the database, without the effects of recording one. Inside a unit of work."""
    moment = at or clock.now()
    made = Contact(
        id=new_id(),
        team_id=people[0].team_id,
        worker_id=worker.id,
        occurred_at=moment,
        channel=channel,
        result=result,
        purpose=ContactPurpose.CONNECTION,
        confidentiality=confidentiality,
        place=place,
        note=note,
        headcount=headcount,
        source=source,
        idempotency_key=new_id(),
    )
    made.participants = [
        ContactParticipant(
            contact_id=made.id,
            person_id=person.id,
            contact_team_id=made.team_id,
            person_team_id=person.team_id,
            occurred_at=moment,
        )
        for person in people
    ]
    db.session.add(made)
    _logged("contact", made, people[0])
    return made


def corrected(person: Person, *, worker: User, note: str, **more: Any) -> ContactCorrection:
    """A contact of two weeks ago whose note became this a minute ago. Inside a unit of work."""
    about = contact(person, worker=worker, at=clock.now() - timedelta(days=14), note=note, **more)
    made = ContactCorrection(
        contact_id=about.id,
        team_id=about.team_id,
        at=clock.now() - timedelta(minutes=1),
        by_id=worker.id,
        reason="Er stond iets anders dan gezegd was.",
        before={"note": f"{note} eerst"},
        after={"note": note},
    )
    db.session.add(made)
    db.session.flush()
    return made


def follow_up(
    person: Person,
    assignee: User,
    due_on: date,
    *,
    what: str = "Bellen over stageplek",
    status: FollowUpStatus = FollowUpStatus.OPEN,
    kind: FollowUpKind = FollowUpKind.CONTACT,
    outcome: Outcome | None = None,
    told_on: date | None = None,
    source: Source = Source.STREET,
) -> FollowUp:
    """A follow-up of a young person; a promise told on a day is done. Inside a unit of work."""
    if told_on is not None:
        status = FollowUpStatus.DONE
    made = FollowUp(
        id=new_id(),
        person_id=person.id,
        team_id=person.team_id,
        assignee_id=assignee.id,
        kind=kind,
        what=what,
        source=source,
        due_on=due_on,
        status=status,
        outcome=outcome,
        told_on=told_on,
        done_at=clock.now() if status == FollowUpStatus.DONE else None,
    )
    db.session.add(made)
    _logged("follow_up", made, person)
    return made


def open_to_messenger(person: Person, world: World) -> Trajectory:
    """A running trajectory that lets the messenger of the world see a young person. Inside a unit of work."""
    messenger = CredibleMessenger(
        team_id=world.network.id,
        user_id=world.messenger.id,
        display_name=world.messenger.name,
        sort_key="ruud",
        status=MessengerStatus.ACTIVE,
    )
    db.session.add(messenger)
    db.session.flush()
    made = Trajectory(
        id=new_id(),
        number=db.next_number("TRJ"),
        person_id=person.id,
        team_id=person.team_id,
        coordination_team_id=world.network.id,
        status=TrajectoryStatus.ACTIVE,
        status_since=clock.now(),
        requested_by=world.worker.id,
        requested_at=clock.now(),
        request_text="Sporten",
        messenger_id=messenger.id,
    )
    db.session.add(made)
    grants.grant(
        person.id, person.team_id, reason=GrantReason.TRAJECTORY, record_id=made.id, user_id=world.messenger.id
    )
    grants.grant(
        person.id,
        person.team_id,
        reason=GrantReason.TRAJECTORY,
        record_id=made.id,
        grantee_team_id=world.network.id,
        role=Role.CM_COORDINATOR,
    )
    _logged("trajectory", made, person)
    return made


def _logged(kind: str, made: Contact | FollowUp | Trajectory, person: Person) -> None:
    db.session.flush()
    access_log.record(system("test"), Action.CREATE, Subject(kind, made.id, person.id, person.team_id))
