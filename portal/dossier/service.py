"""One young person's page: what the features below know of them, as far as this actor may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, null, select, true

from portal.appointments import service as appointments
from portal.cases import service as cases
from portal.contacts import service as contacts
from portal.contacts.service.to_do import Plans
from portal.core import paging
from portal.core.errors import Forbidden
from portal.dossier import readers
from portal.in_view import service as in_view
from portal.people import service as people
from portal.people import ties
from portal.people.service import purposes
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import Action
from portal.privacy.purposes import PARTS, Part
from portal.programmes import service as programmes
from portal.trajectories import service as trajectories
from portal.trajectories.models import GUIDED

#: Contacts on the page, and on paper.
SHOWN, PRINTED = 10, 100


@dataclass(frozen=True)
class Beside:
    """What stands beside the contacts, asked in one statement."""

    hidden: int
    views: Sequence[in_view.Line]
    enrolments: Sequence[programmes.Listed]
    readers: Sequence[readers.Reader]
    case: cases.Running | None
    next_appointment: appointments.Upcoming | None


@dataclass(frozen=True)
class Dossier:
    """Everything on the page. Without `card.detailed` there are no related persons, aliases or readers in it."""

    card: people.Card
    plans: Plans
    next_appointment: appointments.Upcoming | None
    timeline: paging.Page[contacts.Moment]
    hidden: int  # contacts within reach whose note is not meant for this actor
    trajectories: Sequence[trajectories.Seen]
    views: Sequence[in_view.Line]  # in view now or before
    case: cases.Running | None
    enrolments: Sequence[programmes.Listed]
    readers: Sequence[readers.Reader]
    purpose: Purpose
    parts: frozenset[Part]  # what the purpose shows
    papers: bool  # whether its attachments and changes may be opened
    asked: bool  # the purpose was said, or may be


def show(actor: Actor, person_id: UUID) -> Dossier:
    """The dossier for its page; logs one read with its purpose. Raises NotFound, PurposeNeeded."""
    return _opened(actor, *purposes.card(actor, person_id), SHOWN, Action.READ)


def on_paper(actor: Actor, person_id: UUID) -> Dossier:
    """The dossier to print, logged as an export. Raises as `show`; Forbidden for who sees only the first name."""
    card, purpose = purposes.card(actor, person_id)
    if not card.detailed:
        raise Forbidden
    return _opened(actor, card, purpose, PRINTED, Action.EXPORT)


def more(actor: Actor, person_id: UUID, *, cursor: str | None) -> tuple[people.Card, paging.Page[contacts.Moment]]:
    """Older contacts; logged as reading again. Raises NotFound, also for a strange cursor; Forbidden, PurposeNeeded."""
    card, purpose = purposes.card(actor, person_id)
    if purpose == Purpose.MATCHING:
        purpose = _guiding(purpose, trajectories.for_person(actor, card.person))
    if Part.NOTES not in PARTS[purpose]:
        raise Forbidden
    people.log_read(actor, card.person, purpose=purpose)
    return card, contacts.timeline(actor, card.person, cursor=cursor, size=SHOWN)


@dataclass(frozen=True)
class SideBySide:
    """Everything a young person is or was in, as far as this actor may know of each."""

    card: people.Card
    enrolments: Sequence[programmes.Seen]
    trajectories: Sequence[trajectories.Seen]
    told: Sequence[programmes.Shared]


def side_by_side(actor: Actor, person_id: UUID) -> SideBySide:
    """One young person over programmes; logged as reading. Raises NotFound, PurposeNeeded."""
    card, purpose = purposes.card(actor, person_id)
    paths = trajectories.for_person(actor, card.person)
    people.log_read(actor, card.person, purpose=_guiding(purpose, paths))
    return SideBySide(card, programmes.for_person(actor, person_id), paths, programmes.told_of(actor, person_id))


def _opened(actor: Actor, card: people.Card, purpose: Purpose, size: int, action: Action) -> Dossier:
    person = card.person
    paths = trajectories.for_person(actor, person)
    papers = card.detailed and Part.NOTES in PARTS[purpose]
    purpose = _guiding(purpose, paths)
    people.log_read(actor, card.person, purpose=purpose, action=action)
    parts = PARTS[purpose]
    beside = _beside(actor, card)
    with_plans, with_notes = Part.PLANS in parts, Part.NOTES in parts
    return Dossier(
        card=card,
        plans=contacts.to_do.plans_for(actor, person) if with_plans else Plans((), ()),
        next_appointment=beside.next_appointment if with_plans else None,
        timeline=contacts.timeline(actor, person, size=size) if with_notes else paging.Page((), None),
        hidden=beside.hidden if with_notes else 0,
        trajectories=paths,
        views=beside.views,
        case=beside.case if with_plans else None,
        enrolments=beside.enrolments,
        readers=beside.readers,
        purpose=purpose,
        parts=parts,
        papers=papers,
        asked=bool(purposes.asked(actor, card.person)),
    )


def _guiding(purpose: Purpose, paths: Sequence[trajectories.Seen]) -> Purpose:
    """A coordinator who found a messenger goes on to guide the trajectory."""
    guided = any(seen.trajectory.status in GUIDED for seen in paths)
    return Purpose.SUPERVISION if purpose == Purpose.MATCHING and guided else purpose


def _beside(actor: Actor, card: people.Card) -> Beside:
    asked = ("beside", card.is_assigned, card.detailed)
    found = ties.ask_about(actor, card.person, asked, lambda: _asked_beside(actor, card)).one()
    count, lines, listed, named, case_id, number, status, level, with_whom, *appointment = found
    return Beside(
        hidden=count,
        views=in_view.lines(lines),
        enrolments=programmes.as_listed(listed),
        readers=readers.as_readers(named),
        case=cases.Running(case_id, number, status, level) if case_id else None,
        next_appointment=appointments.Upcoming(*appointment) if with_whom else None,
    )


def _asked_beside(actor: Actor, card: people.Card) -> Select[*tuple[Any, ...]]:
    person = card.person
    later = appointments.upcoming_rows(actor, [ties.young(person)]).subquery("later")
    case = cases.running(actor, person).subquery("running")
    hidden = literal(0) if card.is_assigned else contacts.hidden_contacts(actor, person)
    views = in_view.lines_asked(actor, person) if card.detailed else null()
    able = readers.ASKED if card.detailed else null()
    values = (hidden, views.label("views"), programmes.listed(actor, person).label("listed"), able.label("readers"))
    always = select(literal(1).label("one")).subquery("always")
    return select(*values, case, later).select_from(always).outerjoin(later, true()).outerjoin(case, true())
