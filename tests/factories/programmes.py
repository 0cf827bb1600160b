"""Invented programmes (demogegevens)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from portal.accounts.models import User
from portal.core import clock, db
from portal.core.ids import new_id
from portal.groups.models import YouthGroup
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.contexts import Context
from portal.privacy.models import Action
from portal.programmes.models import (
    OLDEST,
    YOUNGEST,
    Disclosure,
    DisclosureBasis,
    DisclosureStatus,
    Enrolment,
    EnrolmentEvent,
    EnrolmentStatus,
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


def group_enrolled(group: YouthGroup, into: Programme, by: User) -> Enrolment:
    """A group in the line of a programme since last week. Inside a unit of work."""
    today = clock.today()
    made = Enrolment(
        number=db.next_number("INS"), group_id=group.id, team_id=group.team_id, programme_id=into.id,
        line_id=into.lines[0].id, context=Context.GROUP_APPROACH, status=EnrolmentStatus.ENROLLED,
        status_since=clock.now(), proposed_by=by.id, reason="Vaak onrust op het plein.",
        since=today - timedelta(days=7), until=today + timedelta(days=60),
    )  # fmt: skip
    db.session.add(made)
    access_log.record(system("test"), Action.CREATE, Subject("enrolment", made.id, None, group.team_id))
    db.session.flush()
    return made


def enrolled(young: Person, into: Programme, by: User, *, reason: str = "Wil zelf meedoen.") -> Enrolment:
    """A young person in the line of a programme since last week, told of in another context. Inside a unit of work."""
    today = clock.today()
    told = Disclosure(
        id=new_id(), person_id=young.id, team_id=young.team_id, context=Context.ACVZ_REFERRAL, context_to=into.context,
        purpose="Samen helpen", basis=DisclosureBasis.AGREED, reason=reason, by_id=by.id, at=clock.now(),
        status=DisclosureStatus.APPROVED,
    )  # fmt: skip
    db.session.add(told)
    db.session.flush()
    made = Enrolment(
        number=db.next_number("INS"), person_id=young.id, team_id=young.team_id, programme_id=into.id,
        line_id=into.lines[0].id, context=into.context, status=EnrolmentStatus.ENROLLED, status_since=clock.now(),
        proposed_by=by.id, reason=reason, since=today - timedelta(days=7), until=today + timedelta(days=60),
        youth_agreed_on=today, disclosure_id=told.id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    db.session.add(
        EnrolmentEvent(
            enrolment_id=made.id,
            team_id=made.team_id,
            person_id=made.person_id,
            context=made.context,
            at=clock.now(),
            by_id=by.id,
            event="agree",
            from_status="proposed",
            to_status="enrolled",
        )
    )
    access_log.record(system("test"), Action.CREATE, Subject("enrolment", made.id, young.id, young.team_id))
    return made


def asked_to_tell(young: Person, by: User, *, reason: str = "Vertelde over ruzie op het plein.") -> Disclosure:
    """What somebody wants to tell of a young person, and waits for another. Inside a unit of work."""
    made = Disclosure(
        id=new_id(), person_id=young.id, team_id=young.team_id, context=Context.VOLUNTARY_GUIDANCE,
        context_to=Context.JV_DISTRICT, purpose="Rust op het plein", basis=DisclosureBasis.AGREED, reason=reason,
        by_id=by.id, at=clock.now(),
    )  # fmt: skip
    db.session.add(made)
    access_log.record(system("test"), Action.CREATE, Subject("disclosure", made.id, young.id, young.team_id))
    db.session.flush()
    return made
