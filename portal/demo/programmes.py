"""The catalogue of programmes: Jeugd & Veiligheid, Preventie met Gezag, and what builds on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from portal.demo.city import BEGIN, City, Row, stamps
from portal.demo.seeds import ident
from portal.demo.youth import at
from portal.privacy.contexts import Context
from portal.privacy.permissions import Role
from portal.programmes.models import EvidenceStatus, Goal, PmgLine, ThemeLine


@dataclass(frozen=True)
class Line:
    """A line of a programme."""

    key: str
    name: str
    about: str
    pmg: PmgLine | None = None
    for_people: bool = True


@dataclass(frozen=True)
class Plan:
    """A programme as the catalogue has it."""

    key: str
    name: str
    aim: str
    context: Context
    goal: Goal
    evidence: EvidenceStatus
    starts: date
    lines: tuple[Line, ...]
    focus: tuple[str, ...] = ()
    alliances: tuple[str, ...] = ()
    builds_on: str = ""
    why_new: str = ""
    theme: ThemeLine = ThemeLine.NEIGHBOURHOODS
    ends: date | None = None
    organisation: str = "municipality"


PLANS = (
    Plan(
        "jv", "Jeugd & Veiligheid",
        "Vroeg zien dat het met een jongere de verkeerde kant op gaat, en dan helpen. Elk stadsdeel heeft een team.",
        Context.JV_DISTRICT, Goal.FEWER_ENTRANTS, EvidenceStatus.EVIDENCE_INFORMED, date(2020, 1, 6),
        (Line("jv-stadsdeel", "Aanpak in het stadsdeel", "Zicht, verbinding en hulp door het team van het stadsdeel.",
              PmgLine.BREAK_CAREERS),
         Line("jv-groepen", "Groepen en plekken", "Geprioriteerde aanpakken op groepen, plekken en fenomenen.",
              PmgLine.CONTEXTUAL_NETWORKS, for_people=False)),
        why_new="Dit is de gewone aanpak van de stadsdelen; de andere programma's bouwen hierop voort.",
    ),
    Plan(
        "pmg", "Preventie met Gezag",
        "Voorkomen dat kinderen en jongeren in de criminaliteit terechtkomen, en helpen wie eruit wil.",
        Context.VOLUNTARY_GUIDANCE, Goal.BREAK_CAREERS, EvidenceStatus.PROMISING, date(2023, 1, 1),
        (Line("pmg-1", "Preventie en perspectief", "Sport, werk, school en een rolmodel voor wie risico loopt.",
              PmgLine.PREVENTION_PERSPECTIVE),
         Line("pmg-2", "Criminele carrières doorbreken", "Van jonge aanwas tot en met doorgroeiers.",
              PmgLine.BREAK_CAREERS),
         Line("pmg-3", "Netwerken in buurten", "Samen optreden in een buurt: plekken, ondernemers, bewoners.",
              PmgLine.CONTEXTUAL_NETWORKS, for_people=False)),
        focus=("T", "F"), alliances=("Samen Nieuw-West", "Masterplan Zuidoost"), builds_on="jv",
    ),
    Plan(
        "sport", "Sport na school",
        "Samen sporten met een trainer uit de buurt. De proef is klaar; wat werkte gaat door in Preventie met Gezag.",
        Context.VOLUNTARY_GUIDANCE, Goal.FEWER_ENTRANTS, EvidenceStatus.NONE, date(2021, 9, 1),
        (Line("sport-1", "Trainingen", "Twee keer in de week.", PmgLine.PREVENTION_PERSPECTIVE),),
        focus=("N",), why_new="Er was in Noord nog geen sport na school voor deze leeftijd.",
        ends=date(2023, 6, 30), organisation="youth_work",
    ),
)  # fmt: skip
#: What was learned: programme, days ago, what was seen, what was decided.
LEARNED = (
    ("pmg", 200, "Jongeren komen vaker op een gesprek als de messenger ze de eerste keer ophaalt.",
     "De eerste afspraak is voortaan op een plek die de jongere kiest."),
    ("pmg", 95, "Een traject van drie maanden is voor veel jongeren te kort om werk te vinden.",
     "We plannen zes maanden en kijken halverwege samen terug."),
    ("pmg", 20, "In Zuidoost kennen scholen het programma, in Nieuw-West nog niet genoeg.", ""),
    ("jv", 60, "Een brief alleen leggen ouders weg. Een gesprek aan de deur helpt wel.",
     "Bij elke brief hoort een gesprek."),
    ("sport", 930, "Wie kwam voor de sport, bleef voor de trainer.", "De trainers gaan door bij Preventie met Gezag."),
)  # fmt: skip


def programme_id(city: City, key: str) -> UUID:
    """Id of a programme by its key in PLANS."""
    return ident(city.seed, "programme", BEGIN, key)


def line_id(city: City, key: str) -> UUID:
    """Id of a line by its key."""
    return ident(city.seed, "programme_line", BEGIN, key)


def rows(city: City, today: date) -> dict[str, list[Row]]:
    """The catalogue, and what was learned up to `today`."""
    return {
        "programme": [_programme(city, plan) for plan in PLANS],
        "programme_line": [_line(city, plan, n) for plan in PLANS for n in range(len(plan.lines))],
        "programme_focus_area": [_focus(city, plan, code) for plan in PLANS for code in plan.focus],
        "programme_journal_entry": [_entry(city, today, n) for n in range(len(LEARNED))],
    }


def _owner(city: City, plan: Plan) -> UUID:
    if plan.key == "jv":
        return city.having(Role.JV_DIRECTOR, "noord")[0].id
    return city.having(Role.MANAGER, "network" if plan.key == "pmg" else "noord")[0].id


def _programme(city: City, plan: Plan) -> Row:
    return {
        "id": programme_id(city, plan.key),
        "name": plan.name,
        "organisation_id": city.organisation_id(plan.organisation),
        "owner_id": _owner(city, plan),
        "context": plan.context,
        "aim": plan.aim,
        "theme_line": plan.theme,
        "goal": plan.goal,
        "evidence": plan.evidence,
        "age_from": 8,
        "age_until": 27,
        "starts_on": plan.starts,
        "ends_on": plan.ends,
        "plan_text": "",
        "plan_url": "",
        "alliances": list(plan.alliances),
        "builds_on_id": programme_id(city, plan.builds_on) if plan.builds_on else None,
        "why_new": plan.why_new,
        **stamps(BEGIN),
    }


def _line(city: City, plan: Plan, n: int) -> Row:
    line = plan.lines[n]
    return {
        "id": line_id(city, line.key), "programme_id": programme_id(city, plan.key), "name": line.name,
        "about": line.about, "pmg_line": line.pmg, "for_people": line.for_people, "position": n + 1, **stamps(BEGIN),
    }  # fmt: skip


def _focus(city: City, plan: Plan, code: str) -> Row:
    return {
        "id": ident(city.seed, "focus", BEGIN, plan.key, code), "programme_id": programme_id(city, plan.key),
        "area_code": code, "valid_from": plan.starts, "valid_until": plan.ends, **stamps(BEGIN),
    }  # fmt: skip


def _entry(city: City, today: date, n: int) -> Row:
    key, ago, saw, decided = LEARNED[n]
    plan = next(plan for plan in PLANS if plan.key == key)
    owner = _owner(city, plan)
    seen_on = _learned_on(today, ago)
    return {
        "id": ident(city.seed, "learned", at(seen_on, 16), n, seen_on), "programme_id": programme_id(city, key),
        "seen_on": seen_on, "saw": saw, "decided": decided, "by_id": owner, **stamps(at(seen_on, 16), owner),
    }  # fmt: skip


def _learned_on(today: date, ago: int) -> date:
    """The same day for a whole year, so that the story does not grow by an entry a day."""
    return date(today.year, 1, 1) - timedelta(days=ago)
