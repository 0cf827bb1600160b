"""The city of World with more people in it, and its days: the one clock, the work of the background, the visitors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from flask import Flask
from sqlalchemy import Engine, select, true

from portal.accounts.models import Organisation, OrganisationKind, RoleAssignment, Team, User
from portal.accounts.service import closing, roles
from portal.core import clock, db
from portal.core.errors import AppError
from portal.core.ids import new_id
from portal.people.models import Person, PersonAssignment
from portal.people.service import leaving
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.permissions import Role
from portal.trajectories.models import TrajectoryStatus as S
from tasks import accounts, audit, cases, drafts, in_view, people, programmes, reminders, reports, signals
from tests.conftest import signed_in
from tests.factories import World, trajectories
from tests.factories import cases as cases_made
from tests.factories import signals as signals_made
from tests.factories.programmes import programme
from tests.factories.world import user
from tests.year.visitor import FAMILY, GIVEN, Traces, Visitor

FIRST = date(2026, 9, 7)  # a Monday; the clocks go back in its autumn
#: What beat asks for, but for the tick, in the order of tasks.schedule.
HOURLY = (
    reports.summarise, accounts.sweep, accounts.expire, audit.keep_months, audit.ask, audit.mail_root,
    people.end_overlaps, signals.sweep, cases.erase, in_view.suspend, programmes.lapse, drafts.sweep,
)  # fmt: skip
#: Who works how often: the young people's workers most.
SHARE = {
    Role.YOUTH_WORKER: 10, Role.JV_DIRECTOR: 8, Role.CM_COORDINATOR: 5, Role.MANAGER: 3, Role.CREDIBLE_MESSENGER: 3,
    Role.ADMINISTRATOR: 2, Role.PRIVACY_OFFICER: 2,
}  # fmt: skip
NEW = "/jongeren/nieuw"
MORE = (
    ("Bram Proef", "noord", Role.YOUTH_WORKER),
    ("Selin Proef", "zuidoost", Role.YOUTH_WORKER),
    ("Hugo Proef", "zuidoost", Role.JV_DIRECTOR),
    ("Ineke Proef", "noord", Role.JV_DIRECTOR),
    ("Lars Proef", "zuidoost", Role.MANAGER),
    ("Noor Proef", "network", Role.CM_COORDINATOR),
    ("Omar Proef", "network", Role.CREDIBLE_MESSENGER),
    ("Wim Proef", "noord", Role.EXTERNAL_PARTNER),
)


@dataclass
class City:
    """A city and its days; `dice` decides everything."""

    app: Flask
    engine: Engine
    world: World
    dice: Random
    day: date = FIRST
    traces: Traces = field(default_factory=Traces)

    @classmethod
    def found(cls, app: Flask, engine: Engine, seed: int) -> City:
        """The people, at their first morning."""
        at_clock(datetime.combine(FIRST - timedelta(days=3), time(7), UTC))
        world = World.build()
        with db.unit_of_work():
            care = Organisation(id=new_id(), name="Zorg (demogegevens)", kind=OrganisationKind.OTHER)
            db.session.add(care)
            db.session.flush()
            for name, team, role in MORE:
                outside = role is Role.EXTERNAL_PARTNER
                made = user(name, care if outside else world.foundation, getattr(world, team), role)
                if outside:
                    db.session.flush()
                    sponsor = {"sponsor_id": world.director.id}
                    db.session.execute(
                        RoleAssignment.__table__.update().where(RoleAssignment.user_id == made.id).values(**sponsor)
                    )
        city = cls(app, engine, world, Random(seed))
        city._register()
        return city

    def _register(self) -> None:
        """So much that something can happen; the rest comes as it comes."""
        for who in [self.world.worker, self.world.colleague, self.world.stranger] * 3:
            visitor = Visitor(self.app, signed_in(self.app, who), who, self.dice, self.traces)
            form = next(f for f in visitor.forms_of(visitor.get(NEW).text, NEW) if f.endpoint == "people.new")
            visitor.send(form)
        with db.unit_of_work():
            messenger = trajectories.messenger(self.world.network, account=self.world.messenger, places=3)
            trajectories.messenger(self.world.network, "Amina Proef", places=1)
            programme(self.world.manager, starts_on=self.day - timedelta(days=90))
            programme(self.world.director, "Thuis in de wijk", context=Context.JV_DISTRICT, starts_on=self.day)
        for number, status in enumerate((S.REQUESTED, S.READY, S.ACTIVE, S.PAUSED)):
            with db.unit_of_work():
                young, worker = self._young(number=number)
                made = trajectories.requested(self.world, young, by=worker)
                for who, event in trajectories.ROUTES[status]:
                    if who == "worker" and worker.id != self.world.worker.id:
                        break
                    trajectories.take(self.world, who, made.id, event, messenger_id=messenger.id)
        for number in range(3):
            with db.unit_of_work():
                young, worker = self._young(self.world.noord.id, number)
                made = (cases_made.planned, cases_made.running)[number % 2]
                made(young, self.world.director, worker=worker)
            with db.unit_of_work():
                young, worker = self._young(self.world.noord.id)
                signals_made.signal(self.world, worker, young)

    def _young(self, team_id: UUID | None = None, number: int | None = None) -> tuple[Person, User]:
        found = db.session.execute(
            select(Person, User)
            .join(PersonAssignment, PersonAssignment.person_id == Person.id)
            .join(User, User.id == PersonAssignment.user_id)
            .where(Person.team_id == team_id if team_id else true(), Person.team_id != self.world.network.id)
            .where(Person.birth_date < self.day - timedelta(days=12 * 366))
            .order_by(Person.id)
        ).all()
        person, worker = self.dice.choice(found) if number is None else found[number]
        return person, worker

    def live(self, visits: int) -> Iterator[date]:
        """One day after another, each with so many visits on working days; the day is told when it is over."""
        while True:
            self._night()
            if self.day.weekday() < 5:
                for hour in (8, 13, 16):
                    self._at(hour, 31)
                    reminders.tick()
                    for _visit in range(visits // 3):
                        self._visit()
                if self.dice.random() < 0.3:
                    self._staff_changes()
            self._at(23, 30)
            self._background()
            yield self.day
            self.day += timedelta(days=1)

    def _night(self) -> None:
        self._at(0, 20)
        self._background()

    def _at(self, hour: int, minute: int) -> None:
        at_clock(clock.from_local(datetime.combine(self.day, time(hour, minute))))

    def _background(self) -> None:
        for task in HOURLY:
            task()
        reminders.tick()

    def _visit(self) -> None:
        who = self._somebody()
        if who is None:
            return
        visitor = Visitor(self.app, signed_in(self.app, who), who, self.dice, self.traces)
        for _time in range(2):
            visitor.wander(visitor.start(), 6)
        if self.dice.random() < 0.2:
            visitor.send_old()

    def _staff_changes(self) -> None:
        """Somebody leaves for good, stops on a day, or goes to another team; a colleague comes in their place."""
        with db.unit_of_work():
            held = (
                select(RoleAssignment, User)
                .join(User, User.id == RoleAssignment.user_id)
                .where(
                    RoleAssignment.role.in_(SHARE),
                    RoleAssignment.role != Role.ADMINISTRATOR,
                    User.deactivated_at.is_(None),
                    RoleAssignment.valid_until.is_(None),
                )
                .order_by(User.sort_key)
            )
            row, who = self.dice.choice(db.session.execute(held).all())
            team = db.session.get_one(Team, row.team_id)
            city = db.session.get_one(Organisation, who.organisation_id)
            administrator = self.world.actor(self.world.administrator)
            user(
                f"{self.dice.choice(GIVEN)} {self.dice.choice(FAMILY)}",
                city,
                team,
                Role(row.role),
                login=f"nieuw{self.day.toordinal()}",
            )
        kind = self.dice.choice(("close", "close", "end", "move"))
        with suppress(AppError), db.unit_of_work(on_behalf_of=administrator.user_id):
            if kind == "end":
                roles.change(administrator, who.id, row.id, fte=row.fte, valid_until=self.day)
            elif kind == "move" and team.id != self.world.network.id:
                other = self.world.noord if team.id != self.world.noord.id else self.world.zuidoost
                roles.move(administrator, who.id, assignment_id=row.id, team_id=other.id, on=self.day)
            else:
                self._give_away(administrator, who.id)
                closing.close(administrator, who.id, version=None)
            self.traces.done[f"staff {kind} {row.role}"] += 1

    def _give_away(self, actor: Actor, user_id: UUID) -> None:
        hand = leaving.in_hand(actor, user_id)
        receivers = {item.person_id: self.dice.choice(item.receivers).id for item in hand.items}
        rest = self.dice.choice(hand.receivers).id if hand.receivers else None
        leaving.give_away(
            actor, user_id, receivers=receivers, duties={duty.absence_id: None for duty in hand.duties}, rest_to=rest
        )

    def _somebody(self) -> User | None:
        with db.unit_of_work():
            found = db.session.execute(
                select(User, RoleAssignment.role)
                .join(RoleAssignment, RoleAssignment.user_id == User.id)
                .where(User.deactivated_at.is_(None), RoleAssignment.valid_from <= self.day)
                .where(RoleAssignment.valid_until.is_(None) | (RoleAssignment.valid_until >= self.day))
                .order_by(User.sort_key, RoleAssignment.id)
            ).all()
        if not found:
            return None
        chosen: User = self.dice.choices(found, weights=[SHARE.get(row.role, 1) for row in found])[0][0]
        return chosen


def at_clock(moment: datetime) -> None:
    """Stop the one clock at a moment."""
    with db.unit_of_work():
        clock.freeze(db.session(), moment)
