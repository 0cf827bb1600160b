"""Invented programmes (demogegevens)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from portal.accounts.models import User
from portal.core import clock, db
from portal.privacy.contexts import Context
from portal.programmes.models import (
    OLDEST,
    YOUNGEST,
    EvidenceStatus,
    FocusArea,
    Goal,
    JournalEntry,
    Programme,
    ProgrammeLine,
    ThemeLine,
)


def programme(
    owner: User,
    name: str = "Samen Verder",
    *,
    context: Context = Context.VOLUNTARY_GUIDANCE,
    starts_on: date = date(2023, 1, 1),
    ends_on: date | None = None,
    focus: str = "T",
) -> Programme:
    """A programme with a line, a focus area and an entry in its journal. Inside a unit of work."""
    made = Programme(
        name=name, organisation_id=owner.organisation_id, owner_id=owner.id, context=context, aim="Jongeren helpen.",
        theme_line=ThemeLine.NEIGHBOURHOODS, goal=Goal.FEWER_ENTRANTS, evidence=EvidenceStatus.PROMISING,
        age_from=YOUNGEST, age_until=OLDEST, starts_on=starts_on, ends_on=ends_on, why_new="Er was nog niets.",
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        [
            ProgrammeLine(programme_id=made.id, name="Perspectief", position=1),
            FocusArea(programme_id=made.id, area_code=focus, valid_from=starts_on, valid_until=ends_on),
            JournalEntry(programme_id=made.id, seen_on=clock.today(), saw="Het werkt beter samen.", by_id=owner.id),
        ]
    )
    db.session.flush()
    db.session.refresh(made, ["lines", "focus_areas"])
    return made


def ids_of(made: Programme) -> dict[str, UUID]:
    """The ids as they stand in addresses."""
    return {"programme_id": made.id, "line_id": made.lines[0].id, "focus_id": made.focus_areas[0].id}
