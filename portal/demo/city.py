"""The fixed part of the demo city: organisations, teams with their areas, and everybody with an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from uuid import UUID

from portal.accounts.models import OrganisationKind, TeamKind
from portal.core.text import fold, sort_key
from portal.demo.names import full_name
from portal.demo.seeds import dice, ident
from portal.privacy.permissions import Role

Row = dict[str, object]

#: When the portal of the demo city was set up; older than any history that is told.
BEGIN = datetime(2020, 1, 6, 8, tzinfo=UTC)
DOMAIN = "demo.example"


@dataclass(frozen=True)
class TeamPlan:
    """A district team: where it works, how many young people it has in view, with how many workers."""

    key: str
    name: str
    stadsdeel: str
    areas: tuple[str, ...]
    wijken: tuple[str, ...]
    young_people: int
    workers: int
    places: int  # running trajectories its young people can have at the same time


#: About 400 young people; three in five in Zuidoost, Nieuw-West and Noord.
TEAMS = (
    TeamPlan("noord", "Jongerenteam Noord", "N", ("N",),
             ("NA", "NC", "ND", "NE", "NF", "NG", "NH", "NJ", "NK", "NL", "NM", "NN"), 72, 7, 14),
    TeamPlan("bijlmer", "Jongerenteam Bijlmer", "T", ("GT21", "GT22", "GT23"),
             ("TA", "TB", "TC", "TD", "TE", "TF", "TG", "TH"), 52, 5, 10),
    TeamPlan("gaasperdam", "Jongerenteam Gaasperdam", "T", ("GT24",), ("TJ", "TK", "TL", "TM"), 36, 4, 7),
    TeamPlan("slotermeer", "Jongerenteam Geuzenveld-Slotermeer", "F", ("GF06", "GF07"),
             ("FA", "FB", "FC", "FD", "FE"), 44, 4, 8),
    TeamPlan("osdorp", "Jongerenteam Osdorp-Slotervaart", "F", ("GF08", "GF09", "GF10"),
             ("FG", "FH", "FJ", "FK", "FL", "FM", "FN", "FP"), 42, 4, 8),
    TeamPlan("west", "Jongerenteam West", "E", ("E",), ("EB", "ED", "EE", "EF", "EH", "EK", "ER"), 40, 4, 8),
    TeamPlan("oost", "Jongerenteam Oost", "M", ("M",), ("MC", "MD", "ME", "MF", "MG", "MJ", "MN"), 42, 4, 8),
    TeamPlan("zuid", "Jongerenteam Zuid", "K", ("K",), ("KF", "KG", "KK", "KM", "KQ"), 30, 3, 6),
    TeamPlan("centrum", "Jongerenteam Centrum", "A", ("A", "B"), ("AB", "AF", "AJ", "AK"), 28, 3, 5),
    TeamPlan("weesp", "Jongerenteam Weesp", "S", ("S",), ("SA", "SC", "SD"), 14, 2, 2),
)  # fmt: skip

#: The people who can sign in: login, name, role, team.
ACCOUNTS = (
    ("jongerenwerker", "Samira El Idrissi", Role.YOUTH_WORKER, "noord"),
    ("coordinator", "Cheryl Wijngaarde", Role.CM_COORDINATOR, "network"),
    ("messenger", "Rodney Emanuelson", Role.CREDIBLE_MESSENGER, "network"),
    ("regisseur", "Joep Lindeman", Role.JV_DIRECTOR, "noord"),
    ("manager", "Lotte Veldkamp", Role.MANAGER, "noord"),
    ("trainer", "Abena Sarpong", Role.TRAINER, "network"),
    ("analist", "Emre Toprak", Role.ANALYST, "city"),
    ("privacy", "Sanne Dijkhuis", Role.PRIVACY_OFFICER, "city"),
    ("beheerder", "Glenn Tjon", Role.ADMINISTRATOR, "city"),
    ("integriteit", "Roos Hemelaar", Role.INTEGRITY_OFFICER, "city"),
)


@dataclass(frozen=True)
class Colleague:
    """Somebody with an account."""

    id: UUID
    name: str
    login: str
    role: Role
    team: str
    fte: str = "1"


@dataclass(frozen=True)
class City:
    """Everything of the demo that does not depend on the date."""

    seed: int

    def organisation_id(self, key: str) -> UUID:
        """Id of 'municipality', 'youth_work' or 'network'."""
        return ident(self.seed, "organisation", BEGIN, key)

    def organisation_of(self, who: Colleague) -> UUID:
        """Id of the employer of a colleague."""
        return self.organisation_id(_employer(who))

    def team_id(self, key: str) -> UUID:
        """Id of a team by its key in TEAMS, or of 'network' or 'city'."""
        return self._team_ids[key]

    @cached_property
    def _team_ids(self) -> dict[str, UUID]:
        keys = [plan.key for plan in TEAMS] + ["network", "city"]
        return {key: ident(self.seed, "team", BEGIN, key) for key in keys}

    @cached_property
    def colleagues(self) -> tuple[Colleague, ...]:
        """The demo accounts first, then the people who fill the teams."""
        made: list[Colleague] = []
        taken = {name for _, name, _, _ in ACCOUNTS}
        for login, name, role, team in ACCOUNTS:
            made.append(Colleague(ident(self.seed, "user", BEGIN, login), name, login, role, team, "0.9"))
        for role, team, n in _vacancies():
            made.append(self._colleague(role, team, n, taken))
        return tuple(made)

    def _colleague(self, role: Role, team: str, n: int, taken: set[str]) -> Colleague:
        chance = dice(self.seed, "colleague", role, team, n)
        name = " ".join(full_name(chance))
        while name in taken:
            name = " ".join(full_name(chance))
        taken.add(name)
        login = fold(name).replace(" ", ".")
        fte = chance.choice(("1", "1", "0.9", "0.8", "0.8", "0.6"))
        return Colleague(ident(self.seed, "user", BEGIN, role, team, n), name, login, role, team, fte)

    def by_login(self, login: str) -> Colleague:
        """One of the demo accounts."""
        return next(each for each in self.colleagues if each.login == login)

    def having(self, role: Role, team: str) -> tuple[Colleague, ...]:
        """Who holds a role in a team."""
        return tuple(each for each in self.colleagues if each.role == role and each.team == team)

    def rows(self) -> dict[str, list[Row]]:
        """Organisations, teams, areas, users and roles."""
        return {
            "organisation": self._organisations(),
            "team": self._teams(),
            "team_area": self._team_areas(),
            "app_user": [self._user(each) for each in self.colleagues],
            "role_assignment": [self._role(each) for each in self.colleagues],
        }

    def _organisations(self) -> list[Row]:
        named = (
            ("municipality", "Gemeente (demogegevens)", OrganisationKind.MUNICIPALITY),
            ("youth_work", "Stichting Buurtjongeren (demogegevens)", OrganisationKind.YOUTH_WORK),
            ("network", "Netwerk De Weg Omhoog (demogegevens)", OrganisationKind.CM_NETWORK),
        )
        return [{"id": self.organisation_id(k), "name": n, "kind": kind, **stamps(BEGIN)} for k, n, kind in named]

    def _teams(self) -> list[Row]:
        listed = [(plan.key, plan.name, "youth_work", TeamKind.DISTRICT) for plan in TEAMS]
        listed.append(("network", "Netwerk credible messengers", "network", TeamKind.CITY))
        listed.append(("city", "Stadsbreed", "municipality", TeamKind.CITY))
        return [
            {"id": self.team_id(key), "organisation_id": self.organisation_id(of), "name": name, "kind": kind,
             "caseload_norm": 12, "contact_norm_days": 30, **stamps(BEGIN)}
            for key, name, of, kind in listed
        ]  # fmt: skip

    def _team_areas(self) -> list[Row]:
        return [{"team_id": self.team_id(plan.key), "area_code": code} for plan in TEAMS for code in plan.areas]

    def _user(self, who: Colleague) -> Row:
        first, _, rest = who.name.partition(" ")
        return {
            "id": who.id,
            "organisation_id": self.organisation_of(who),
            "name": who.name,
            "sort_key": sort_key(first, rest),
            "login": who.login,
            "email": f"{who.login}@{DOMAIN}",
            "phone": "020 000 00 00",
            # The others have the in-app message only, so that the mail of whoever is looking comes at once.
            "mail_reminders": who.login in {login for login, *_ in ACCOUNTS},
            "invited_at": BEGIN,
            **stamps(BEGIN),
        }

    def _role(self, who: Colleague) -> Row:
        return {
            "id": ident(self.seed, "role", BEGIN, who.id),
            "user_id": who.id,
            "team_id": self.team_id(who.team),
            "role": who.role,
            "fte": who.fte,
            "valid_from": BEGIN.date(),
            **stamps(BEGIN),
        }


def _employer(who: Colleague) -> str:
    if who.role == Role.YOUTH_WORKER or (who.role == Role.MANAGER and who.team != "network"):
        return "youth_work"
    return "network" if who.team == "network" else "municipality"


def _vacancies() -> list[tuple[Role, str, int]]:
    """What the teams need beyond the demo accounts."""
    filled = {(role, team) for _, _, role, team in ACCOUNTS}
    needed = []
    for plan in TEAMS:
        first = 1 if (Role.YOUTH_WORKER, plan.key) in filled else 0
        needed += [(Role.YOUTH_WORKER, plan.key, n) for n in range(first, plan.workers)]
        needed += [(r, plan.key, 0) for r in (Role.JV_DIRECTOR, Role.MANAGER) if (r, plan.key) not in filled]
    needed += [(Role.CM_COORDINATOR, "network", 1), (Role.MANAGER, "network", 0)]
    return needed + [(Role.CREDIBLE_MESSENGER, "network", n) for n in range(1, 34)]


def stamps(made: datetime, by: UUID | None = None) -> Row:
    """Who made the row and when; nobody changed it since."""
    return {"created_at": made, "created_by": by, "updated_at": made, "updated_by": by}


def age_on(born: date, day: date) -> int:
    """Completed years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
