"""One of everything, twice: around a young person of the worker, and around one of another team (demogegevens)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from portal.accounts import sessions
from portal.accounts.models import RoleAssignment, Team, TeamArea, User
from portal.contacts.models import Confidentiality, FollowUpKind
from portal.core import clock, db
from portal.core.ids import new_id
from portal.drafts import service as drafts
from portal.drafts.slips import Slip
from portal.in_view.models import InViewLetter
from portal.in_view.workflow import Event as ViewEvent
from portal.integrity import service as integrity
from portal.oversight.models import Question, QuestionKind
from portal.people.models import Person, PersonAssignment
from portal.privacy.models import DeclaredRelation
from portal.privacy.permissions import Role
from portal.reminders.models import Dispatch, DispatchState, Notification, Reminder
from portal.signals.models import SignalStep
from portal.talks.models import TalkStatus
from portal.trajectories.models import TrajectoryEvent, TrajectoryStatus
from portal.trajectories.workflow import Event
from tests.factories import (
    appointments,
    cases,
    contacts,
    emergencies,
    in_view,
    partners,
    passkeys,
    people,
    places,
    programmes,
    signals,
    talks,
    trajectories,
)  # fmt: skip
from tests.factories.absences import absence, duty
from tests.factories.filters import saved_filter
from tests.factories.handing_over import proposal
from tests.factories.papers import attachment
from tests.factories.world import World, user

#: The state of a trajectory in which a step can be taken; the rest are taken from ACTIVE.
STATE_OF = {
    "oppakken": TrajectoryStatus.REQUESTED,
    "afwijzen": TrajectoryStatus.REQUESTED,
    "voorstel": TrajectoryStatus.MATCHING,
    "jongere-akkoord": TrajectoryStatus.MATCH_PROPOSED,
    "messenger-akkoord": TrajectoryStatus.MATCH_PROPOSED,
    "geen-match": TrajectoryStatus.MATCH_PROPOSED,
    "kennismaking": TrajectoryStatus.READY,
    "verdergaan": TrajectoryStatus.PAUSED,
    "sluiten": TrajectoryStatus.ENDING,
}

#: The follow-up of the kind that a step asks for.
KIND_OF = {"belofte": "promise_id", "gebeld": "call_id"}


def slugs(rule: Rule) -> Sequence[str | None]:
    """The words an address offers; None when it offers none."""
    return getattr(rule._converters.get("slug"), "items", None) or [None]


@dataclass(frozen=True)
class Words:
    """What can be recognised in what is written around a young person, by who may read it."""

    alias: str
    related: str
    shared: str  # in a note for everybody who guides the young person
    unshared: str  # in a note for the young person's workers
    plan: str  # in what a worker means to do


EVERYWHERE = Words("Wielewaal", "Wielewaal", "Wielewaal", "Wielewaal", "Wielewaal")


@dataclass
class Records:
    """Ids by the name they have in an address; `by_slug` gives the trajectory that can take a step."""

    person: Person
    ids: dict[str, UUID]
    by_slug: dict[str, UUID] = field(default_factory=dict)

    def urls(self, app: Flask, rule: Rule) -> Iterator[str]:
        """The address of these records; one per word when the rule offers several."""
        for slug in slugs(rule):
            yield self.url(app, rule, slug)

    def url(self, app: Flask, rule: Rule, slug: str | None) -> str:
        """The address of these records with one word, when it takes one."""
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        with app.test_request_context():
            return str(app.url_map.bind("localhost").build(rule.endpoint, self._values(rule, slug), method=method))

    def _values(self, rule: Rule, slug: str | None) -> dict[str, Any]:
        values: dict[str, Any] = {name: self.ids.get(name, new_id()) for name in rule._converters}
        if "token" in values:
            values["token"] = "x" * 43
        if "code" in values:
            values["code"] = "R04-regie"
        if slug is not None:
            values["slug"] = slug
        if rule.endpoint == "oversight.ground":
            values["slug"] = "jv-district"
        word = slug or rule.rule.rpartition("/")[2]
        if "trajectory_id" in values:
            values["trajectory_id"] = self.by_slug.get(word, self.ids["trajectory_id"])
        if rule.endpoint == "trajectories.undo":
            values["event_id"] = self.ids.get("own_event_id", values["event_id"])
        if rule.endpoint == "talks.hand_over":
            values["person_id"] = self.ids.get("talk_person_id", values["person_id"])
        if rule.endpoint == "accounts.decline_absence":
            values["absence_id"] = self.ids.get("asked_absence_id", values["absence_id"])
        if "follow_up_id" in values:
            values["follow_up_id"] = self.ids[KIND_OF.get(word, "follow_up_id")]
        if "assignment_id" in values and rule.endpoint.startswith("accounts."):
            values["assignment_id"] = self.ids["role_assignment_id"]
        return values


@dataclass
class Filled:
    """What the worker's team has, and what another team has."""

    own: Records
    foreign: Records
    names: list[str]

    @classmethod
    def build(cls, world: World) -> Filled:
        """Make and commit everything."""
        with db.unit_of_work():
            ruud = trajectories.messenger(world.network, account=world.messenger, places=8)
            own = around(world, world.noord, world.worker, "Yassine Merelveld")
            foreign = around(world, world.zuidoost, world.stranger, "Ismaël Lijsterhof")
            for records, who in ((own, world.worker), (foreign, world.stranger)):
                started = trajectories.requested(world, records.person, by=who)
                records.ids |= {
                    "trajectory_id": started.id,
                    "messenger_id": ruud.id,
                    "event_id": first_event(started.id),
                }
            for records, team, who, holder in (
                (own, world.noord, world.worker, world.manager),
                (foreign, world.zuidoost, world.stranger, world.director),
            ):
                records.ids |= talk_of(team, who, holder)
            own.ids |= view_of(world, own.person)
            foreign.ids["view_id"] = in_view.proposed(foreign.person, world.stranger).id
            for records, who in ((own, world.worker), (foreign, world.stranger)):
                records.ids |= cases.complete(records.person, records.ids["view_id"], who).ids
            trajectories.bring_to(world, own.ids["trajectory_id"], TrajectoryStatus.ACTIVE, messenger_id=ruud.id)
        made = {
            state: trajectories.trajectory(world, state, name=f"Voorbeeld Zanglijster {n}", with_messenger=ruud).id
            for n, state in enumerate(dict.fromkeys(STATE_OF.values()))
        }
        own.by_slug = {slug: made[state] for slug, state in STATE_OF.items()}
        with db.unit_of_work():
            own.ids["own_event_id"] = first_event(made[TrajectoryStatus.MATCHING], Event.ACCEPT)
        return cls(own, foreign, ["Yassine", "Merelveld", "Ismaël", "Lijsterhof", "Zanglijster", "Wielewaal"])

    def calls(self, app: Flask) -> Iterator[tuple[Rule, str, str]]:
        """Every address × method, with the own team's records."""
        for rule in app.url_map.iter_rules():
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                for url in self.own.urls(app, rule):
                    yield rule, method, url


def around(
    world: World, team: Team, worker: User, name: str, *, words: Words = EVERYWHERE, receiver: User | None = None
) -> Records:
    """A young person of a worker with one of everything, and a proposal to hand over to a colleague."""
    young = people.person(team, name, worker=worker, aliases=(words.alias,), phone="06 12345678")
    related = people.related(young, f"Fatma {words.related}")
    contact = contacts.contact(young, worker=worker, note=words.shared, confidentiality=Confidentiality.CASE_TEAM)
    corrected = contacts.corrected(young, worker=worker, note=words.unshared)
    step = contacts.follow_up(young, worker, clock.today() + timedelta(days=2), what=f"Bellen over {words.plan}")
    planned = appointments.appointment(young, owner=worker, what=f"Praten over {words.plan}", place=words.plan)
    soon = clock.today() + timedelta(days=1)
    promise = contacts.follow_up(young, worker, soon, kind=FollowUpKind.PROMISE, what=f"{words.plan} regelen")
    call = contacts.follow_up(young, worker, soon, kind=FollowUpKind.CALL, what=f"{words.plan} bellen")
    session, _token = sessions.start(db.session.merge(worker))
    reminder, dispatch = reminded(worker, step.id, young)
    draft = Slip(worker.id, new_id(), "contacts.new", "/contacten/nieuw")
    drafts.keep(draft, answers=[("note", words.unshared)], version=0)
    role = select(RoleAssignment.id).where(RoleAssignment.user_id == worker.id)
    assignment = select(PersonAssignment.id).where(PersonAssignment.person_id == young.id)
    away = absence(worker, starts_at=clock.now() + timedelta(days=30), ends_at=clock.now() + timedelta(days=33))
    used = emergencies.ended(young, world.coordinator)
    key = passkeys.passkey(worker)
    told = integrity.report(world.actor(worker), kind="offer", story="Iemand bood mij iets aan.", named=True)
    partner = partners.partner(worker, f"GGD {young.pseudonym}")
    programme = programmes.programme(world.manager, f"Samen verder {young.pseudonym}")
    asked = proposal(young, worker, receiver or (world.colleague if worker is world.worker else world.worker))
    young.plain_language = True  # a change in the dossier
    db.session.flush()
    group = places.group(team, f"N-2026-{young.pseudonym}")
    programmes.group_enrolled(group, programme, worker)
    enrolment = programmes.enrolled(young, programme, worker, reason=words.shared)
    disclosure_id = enrolment.disclosure_id
    assert disclosure_id is not None
    outside = user(
        f"Gast {young.pseudonym}", world.city, team, Role.EXTERNAL_PARTNER, login=f"gast-{young.pseudonym}".lower()
    )
    db.session.flush()
    ids = {
        "location_id": (place := places.location(team, worker)).id,
        "observation_id": places.observation(place, worker).id,
        "share_id": places.shared(place, worker).id,
        **_signal(world, team, worker),
        "group_id": group.id,
        **programmes.ids_of(programme),
        "partner_id": partner.id, "partner_contact_id": partner.contacts[0].id,
        "guest_id": db.session.scalars(select(RoleAssignment.id).where(RoleAssignment.user_id == outside.id)).one(),
        "enrolment_id": enrolment.id, "disclosure_id": disclosure_id,
        "told_id": programmes.asked_to_tell(young, worker).id,
        "hand_over_id": asked.id,
        "emergency_id": used.id,
        "filter_id": saved_filter(worker).id,
        "passkey_id": key.id,
        "report_id": told.id,
        "absence_id": away.id,
        "duty_id": duty(worker, team).id,
        "person_id": young.id, "related_id": related.id, "contact_id": contact.id, "follow_up_id": step.id,
        "appointment_id": planned.id,
        "assignment_id": db.session.scalars(assignment).one(), "session_id": session.id, "reminder_id": reminder,
        "dispatch_id": dispatch, "user_id": worker.id, "team_id": team.id, "organisation_id": world.foundation.id,
        "role_assignment_id": db.session.scalars(role).one(), "correction_id": corrected.id,
        "promise_id": promise.id, "call_id": call.id,
        "draft_id": draft.draft_id,
        "attachment_id": attachment(young, worker).id,
        "relation_id": _declared(young, worker), "question_id": _question(young, worker),
    }  # fmt: skip
    return Records(young, ids)


def _signal(world: World, team: Team, worker: User) -> dict[str, UUID]:
    """A signal in the team's area that was followed up, with the step of telling of it."""
    area = db.session.scalars(select(TeamArea.area_code).where(TeamArea.team_id == team.id)).first()
    made = signals.signal(world, worker, area_code=area)
    signals.followed_up(made)
    db.session.flush()
    step = select(SignalStep.id).where(SignalStep.signal_id == made.id, SignalStep.event == "submit")
    return {"signal_id": made.id, "step_id": db.session.scalars(step).one()}


def _declared(young: Person, worker: User) -> UUID:
    made = DeclaredRelation(user_id=worker.id, person_id=young.id, team_id=young.team_id, declared_at=clock.now())
    db.session.add(made)
    db.session.flush()
    return made.id


def _question(young: Person, worker: User) -> UUID:
    now = clock.now()
    made = Question(
        kind=QuestionKind.DECLARED_RELATION, actor_id=worker.id, person_id=young.id, day=clock.today(), events=1,
        first_at=now, last_at=now,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made.id


def talk_of(team: Team, worker: User, holder: User) -> dict[str, UUID]:
    """A talk that is going on, with a note and an agreement."""
    going_on = talks.talk(team.id, worker, holder, status=TalkStatus.OPEN)
    talks.note(going_on, holder)
    return {"talk_id": going_on.id, "agreement_id": talks.agreement(going_on).id}


def view_of(world: World, young: Person) -> dict[str, UUID]:
    """In view, with a review, a letter and the young person's own words."""
    view = in_view.active(young, world.worker, world.director)
    in_view.said(view, world.worker)
    in_view.step(view, world.director, ViewEvent.REVIEW, youth_voice="Het gaat goed.")
    letter = select(InViewLetter.id).where(InViewLetter.view_id == view.id)
    return {"view_id": view.id, "letter_id": db.session.scalars(letter).first() or new_id()}


def reminded(recipient: User, object_id: UUID, young: Person | None = None) -> tuple[UUID, UUID]:
    """A reminder with a notice, and its mail that did not arrive."""
    today: date = clock.today()
    sent = Dispatch(
        id=new_id(), occurrence_key=f"{recipient.id}|{object_id}", recipient_id=recipient.id,
        state=DispatchState.DEAD, slot_on=today, not_before=clock.now(), settled_at=clock.now(),
    )  # fmt: skip
    made = Reminder(
        id=new_id(), rule_code="R04", object_type="follow_up", object_id=object_id,
        person_id=young.id if young else None, team_id=young.team_id if young else None,
        recipient_id=recipient.id, due_on=today, dispatch_id=sent.id,
    )  # fmt: skip
    db.session.add(sent)
    db.session.flush()
    db.session.add(made)
    db.session.flush()
    db.session.add(Notification(reminder_id=made.id, recipient_id=recipient.id))
    return made.id, sent.id


def first_event(trajectory_id: UUID, event: Event = Event.REQUEST) -> UUID:
    """The step of this kind of a trajectory that was taken once."""
    found = select(TrajectoryEvent.id).where(
        TrajectoryEvent.trajectory_id == trajectory_id, TrajectoryEvent.event == event
    )
    return db.session.scalars(found).one()
