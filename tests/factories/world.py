"""A small city: two district teams, one coordinating team, one person per role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from portal.accounts.models import Organisation, OrganisationKind, RoleAssignment, Team, TeamArea, TeamKind, User
from portal.accounts.sessions import actor_of
from portal.core import clock, db
from portal.core.ids import new_id
from portal.core.text import sort_key
from portal.privacy.actor import Actor
from portal.privacy.permissions import Role


def user(
    name: str, organisation: Organisation, team: Team, role: Role, *, login: str | None = None, until: int | None = None
) -> User:
    """A person with one role in one team since 2024, or for `until` days more from half a year ago.

    Somebody from outside is always there for a time (I-21).
    """
    until = 90 if until is None and role is Role.EXTERNAL_PARTNER else until
    first = name.split()[0].casefold()
    person = User(
        id=new_id(),
        organisation_id=organisation.id,
        name=name,
        sort_key=sort_key(*name.split(" ", 1)),
        login=login or first,
        email=f"{login or first}@demo.example",
    )
    db.session.add(person)
    begins, ends = date(2024, 1, 1), None
    if until is not None:
        begins, ends = clock.today() - timedelta(days=182), clock.today() + timedelta(days=until)
    db.session.add(RoleAssignment(user_id=person.id, team_id=team.id, role=role, valid_from=begins, valid_until=ends))
    return person


@dataclass
class World:
    """Named parts of the small city; all rows are committed and detached."""

    city: Organisation
    foundation: Organisation
    noord: Team
    zuidoost: Team
    network: Team
    worker: User
    colleague: User  # youth worker in the same team
    stranger: User  # youth worker in the other team
    director: User
    manager: User
    coordinator: User
    messenger: User
    trainer: User
    analyst: User
    privacy_officer: User
    administrator: User
    integrity_officer: User

    @classmethod
    def build(cls) -> World:
        """Make and commit everything."""
        with db.unit_of_work():
            city = Organisation(id=new_id(), name="Gemeente (demogegevens)", kind=OrganisationKind.MUNICIPALITY)
            foundation = Organisation(
                id=new_id(), name="Stichting Jongerenwerk (demogegevens)", kind=OrganisationKind.YOUTH_WORK
            )
            db.session.add_all([city, foundation])
            noord = Team(id=new_id(), organisation_id=foundation.id, name="Team Noord", kind=TeamKind.DISTRICT)
            zuidoost = Team(id=new_id(), organisation_id=foundation.id, name="Team Zuidoost", kind=TeamKind.DISTRICT)
            network = Team(id=new_id(), organisation_id=city.id, name="Netwerk credible messengers", kind=TeamKind.CITY)
            db.session.add_all([noord, zuidoost, network])
            db.session.add_all(
                [TeamArea(team_id=noord.id, area_code="N"), TeamArea(team_id=zuidoost.id, area_code="T")]
            )
            return cls(
                city,
                foundation,
                noord,
                zuidoost,
                network,
                user("Samira Proef", foundation, noord, Role.YOUTH_WORKER),
                user("Kofi Proef", foundation, noord, Role.YOUTH_WORKER),
                user("Joost Proef", foundation, zuidoost, Role.YOUTH_WORKER),
                user("Dirkje Proef", city, noord, Role.JV_DIRECTOR),
                user("Marieke Proef", foundation, noord, Role.MANAGER),
                user("Cora Proef", city, network, Role.CM_COORDINATOR),
                user("Ruud Proef", city, network, Role.CREDIBLE_MESSENGER),
                user("Tineke Proef", city, network, Role.TRAINER),
                user("Anil Proef", city, network, Role.ANALYST),
                user("Petra Proef", city, network, Role.PRIVACY_OFFICER),
                user("Bert Proef", city, network, Role.ADMINISTRATOR),
                user("Ilse Proef", city, network, Role.INTEGRITY_OFFICER),
            )

    def actor(self, who: User) -> Actor:
        """The detached identity of one of them."""
        own_transaction = not db.session().in_transaction()
        try:
            return actor_of(who)
        finally:
            if own_transaction:
                db.session.remove()
