"""One of everything for everybody: their own, that of a colleague, and that of another team (demogegevens)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from portal.accounts import sessions
from portal.accounts.models import Team, TeamKind, User
from portal.contacts.models import FollowUpKind
from portal.core import clock, db
from portal.core.ids import new_id
from portal.drafts import service as drafts
from portal.drafts.slips import Slip
from portal.integrity import service as integrity
from portal.people.models import Person
from portal.places.models import MonitoredLocation
from portal.privacy.permissions import Role
from portal.trajectories.models import Trajectory, TrajectoryStatus
from portal.trajectories.workflow import Event
from tests.factories import appointments, cases, contacts, in_view, people, places, trajectories
from tests.factories.absences import absence
from tests.factories.filled import STATE_OF, Records, Words, around, first_event, reminded, talk_of, view_of
from tests.factories.filters import saved_filter
from tests.factories.passkeys import passkey
from tests.factories.world import World, user

OWN, TEAM, FOREIGN = "own", "team", "foreign"
#: Names that are nowhere else; those of a request that has no messenger yet are a kind of their own.
NAMES = {OWN: ("Qiyaro", "Merelveld"), TEAM: ("Ujxani", "Lijsterhof"), FOREIGN: ("Ozquel", "Reigerstein")}
ASKED = ("Vexamo", "Zanglijster")
WITH_MESSENGER = ("Yprath", "Zanglijster")
WORDS = {
    relation: Words(*(f"{bird}{kind}" for kind in ("bijnaam", "moeder", "gedeeld", "besloten", "plan")))
    for relation, bird in ((OWN, "wielewaal"), (TEAM, "goudvink"), (FOREIGN, "nachtzwaluw"))
}
#: Everybody who calls, by role.
CALLERS = {
    Role.YOUTH_WORKER: "worker", Role.CM_COORDINATOR: "coordinator", Role.CREDIBLE_MESSENGER: "messenger",
    Role.JV_DIRECTOR: "director", Role.MANAGER: "manager", Role.TRAINER: "trainer", Role.ANALYST: "analyst",
    Role.PRIVACY_OFFICER: "privacy_officer", Role.ADMINISTRATOR: "administrator", Role.EXTERNAL_PARTNER: "partner",
    Role.INTEGRITY_OFFICER: "integrity_officer",
}  # fmt: skip


@dataclass
class Relations:
    """Who calls, and the records they have to do with, by relation."""

    users: dict[Role, User]
    records: dict[Role, dict[str, Records]]

    @classmethod
    def build(cls, world: World) -> Relations:
        """Make and commit everything."""
        with db.unit_of_work():
            partner = user("Esther Proef", world.city, world.network, Role.EXTERNAL_PARTNER)
            third = user("Loes Proef", world.foundation, world.noord, Role.YOUTH_WORKER)
            elsewhere = _elsewhere(world)
            other = user("Zeynep Proef", world.foundation, world.zuidoost, Role.YOUTH_WORKER)
            ruud = trajectories.messenger(world.network, account=world.messenger, places=8)
            mo = trajectories.messenger(world.network, "Mo Proef", places=8)
            far = trajectories.messenger(elsewhere.network, "Nina Proef", account=elsewhere.messenger, places=8)
            made = {
                OWN: _around(world, OWN, world.worker, world.colleague, ruud.id),
                TEAM: _around(replace(world, worker=world.colleague), TEAM, world.colleague, third, mo.id),
                FOREIGN: _around(elsewhere, FOREIGN, world.stranger, other, far.id),
            }
            places.shared(db.session.get_one(MonitoredLocation, made[OWN].ids["location_id"]), partner)
            made[OWN].ids |= talk_of(world.noord, world.worker, world.manager)
            made[TEAM].ids |= talk_of(world.noord, world.colleague, world.director)
            made[FOREIGN].ids |= talk_of(world.zuidoost, world.stranger, elsewhere.manager)
        _steps(world, made[OWN], ruud.id)
        users = {role: partner if name == "partner" else getattr(world, name) for role, name in CALLERS.items()}
        for records, who in zip(made.values(), (world.worker, world.colleague, world.stranger), strict=True):
            records.ids |= _of_account(who, third)
        return cls(users, {role: _seen_by(world, role, who, made, third) for role, who in users.items()})


def _elsewhere(world: World) -> World:
    """The other team's side of the city, with a network, a coordinator, a messenger and a manager of its own."""
    network = Team(organisation_id=world.city.id, name="Tweede netwerk", kind=TeamKind.CITY)
    db.session.add(network)
    db.session.flush()
    return replace(
        world,
        noord=world.zuidoost,
        worker=world.stranger,
        network=network,
        coordinator=user("Carlo Proef", world.city, network, Role.CM_COORDINATOR),
        messenger=user("Nina Proef", world.city, network, Role.CREDIBLE_MESSENGER),
        manager=user("Mandy Proef", world.foundation, world.zuidoost, Role.MANAGER),
    )


def _around(world: World, relation: str, worker: User, receiver: User, messenger_id: UUID) -> Records:
    """A young person with a running trajectory, and a second request that the coordinator took up."""
    name = " ".join(NAMES[relation])
    records = around(world, world.noord, worker, name, words=WORDS[relation], receiver=receiver)
    started = trajectories.requested(world, records.person, by=worker)
    trajectories.bring_to(world, started.id, TrajectoryStatus.ACTIVE, messenger_id=messenger_id)
    if relation == FOREIGN:
        records.ids["view_id"] = in_view.proposed(records.person, worker).id
    else:
        records.ids |= view_of(world, records.person)
    second = people.person(world.noord, name, worker=worker)
    taken = trajectories.requested(world, second, by=worker)
    trajectories.bring_to(world, taken.id, TrajectoryStatus.MATCHING)
    records.ids |= cases.complete(records.person, records.ids["view_id"], worker).ids
    records.ids |= {
        "trajectory_id": started.id, "messenger_id": messenger_id, "event_id": first_event(started.id),
        "own_event_id": first_event(taken.id, Event.ACCEPT),
    }  # fmt: skip
    return records


def _steps(world: World, own: Records, messenger_id: UUID) -> None:
    """A trajectory of the worker in every state from which a step is taken."""
    for slug, state in STATE_OF.items():
        asked = state in (TrajectoryStatus.REQUESTED, TrajectoryStatus.MATCHING)
        with db.unit_of_work():
            young = people.person(world.noord, " ".join(ASKED if asked else WITH_MESSENGER), worker=world.worker)
            made = trajectories.requested(world, young)
            trajectories.bring_to(world, made.id, state, messenger_id=messenger_id)
        own.by_slug[slug] = made.id


def _of_account(who: User, asks: User) -> dict[str, UUID]:
    """What everybody has with an account: a session, a passkey, a draft, a notice, and days away."""
    with db.unit_of_work():
        count = next(_DAYS)
        draft = Slip(who.id, new_id(), "accounts.new_absence", "/afwezigheid/nieuw")
        drafts.keep(draft, answers=[("first_day", "2031-01-01")], version=0)
        away = absence(who, starts_at=_in(60), ends_at=_in(63))
        asked = absence(asks, replacement=who, starts_at=_in(100 + count), ends_at=_in(101 + count))
        session, _token = sessions.start(db.session.merge(who))
        reminder, dispatch = reminded(who, new_id())
        key = passkey(who)
        kept = saved_filter(who)
        told = integrity.report(sessions.actor_of(who), kind="offer", story="Iemand bood mij iets aan.", named=True)
        db.session.flush()
        return {
            "session_id": session.id, "draft_id": draft.draft_id, "absence_id": away.id, "asked_absence_id": asked.id,
            "reminder_id": reminder, "dispatch_id": dispatch,
            "filter_id": kept.id, "passkey_id": key.id, "report_id": told.id,
        }  # fmt: skip


def _day_numbers() -> Iterator[int]:
    yield from range(0, 1000, 2)


_DAYS = _day_numbers()  # somebody is away once at a time


def _in(days: int) -> datetime:
    return clock.now() + timedelta(days=days)


def _seen_by(world: World, role: Role, who: User, made: dict[str, Records], third: User) -> dict[str, Records]:
    """The records as this caller has them: their own account, their own notes and plans, and their own talk."""
    if role is Role.YOUTH_WORKER:
        return made
    own, team = made[OWN], made[TEAM]
    mine = own.ids | _of_account(who, third)
    if role in (Role.CM_COORDINATOR, Role.CREDIBLE_MESSENGER):
        mine |= _written_by(world, who, own)
    if role is Role.JV_DIRECTOR:
        mine |= {key: team.ids[key] for key in ("talk_id", "agreement_id")} | {"talk_person_id": team.ids["person_id"]}
        team = replace(team, ids=team.ids | {key: own.ids[key] for key in ("talk_id", "agreement_id")})
    return made | {OWN: replace(own, ids=mine), TEAM: team}


def _written_by(world: World, who: User, own: Records) -> dict[str, UUID]:
    """What a coordinator or messenger noted and planned themselves with the young person of their trajectory."""
    with db.unit_of_work():
        young = db.session.get_one(Person, own.person.id)
        trajectory = db.session.get_one(Trajectory, own.ids["trajectory_id"])
        noted = contacts.contact(young, worker=who, note="Gesport.")
        corrected = contacts.corrected(young, worker=who, note="Gesport.")
        noted.trajectory_id = trajectory.id
        soon = clock.today() + timedelta(days=1)
        owner, colleagues = (world.worker, [who]) if who is world.coordinator else (who, [])
        planned = appointments.appointment(young, owner=owner, what="Sporten", place="Hal", colleagues=colleagues)
        return {
            "contact_id": noted.id, "correction_id": corrected.id, "appointment_id": planned.id,
            "follow_up_id": contacts.follow_up(young, who, soon, what="Sporten").id,
            "promise_id": contacts.follow_up(young, who, soon, kind=FollowUpKind.PROMISE, what="Sporten").id,
            "call_id": contacts.follow_up(young, who, soon, kind=FollowUpKind.CALL, what="Sporten").id,
        }  # fmt: skip
