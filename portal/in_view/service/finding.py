"""Reading views: always with the part the actor has in them, so that pages and rules ask only once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import Organisation, User
from portal.areas import service as areas
from portal.core import clock, db, paging
from portal.core.i18n import N_
from portal.core.paging import Page
from portal.in_view import policy
from portal.in_view.models import (
    IN_VIEW,
    InViewLetter,
    InViewReview,
    InViewStatement,
    InViewStep,
    LetterKind,
    ViewStatus,
    YouthInView,
)
from portal.in_view.workflow import MACHINE, SUSPENDED_AFTER, Event, Facts, Party, Transition
from portal.people import service as people
from portal.people import ties
from portal.people.models import Person
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Context
from portal.privacy.models import Action

PROPOSER, DECIDER, WORKER = aliased(User), aliased(User), aliased(User)


@dataclass(frozen=True)
class Seen:
    """A view as one actor sees it."""

    view: YouthInView
    parties: frozenset[Party]
    proposer: str = ""
    decider: str = ""
    worker: str = ""
    care_partner: str = ""

    @property
    def party(self) -> Party:
        """The part in which this actor acts first."""
        return next(party for party in policy.PRECEDENCE if party in self.parties)

    @property
    def named(self) -> bool:
        """Whether this actor sees whose it is."""
        return bool(self.parties & policy.NAMED) and self.view.stripped_at is None

    @property
    def title(self) -> str:
        """The name, or else the number."""
        return self.view.person.short_name if self.named and self.view.person else self.view.number

    @property
    def stadsdeel(self) -> str:
        """Name of the stadsdeel."""
        return areas.label(self.view.stadsdeel_code)

    @property
    def reads_reason(self) -> bool:
        """Whether this actor reads why: not who is only asked about the time, or about a letter."""
        objected = self.view.status == ViewStatus.UNDER_OBJECTION
        return self.named or Party.RECEIVER in self.parties or (Party.OFFICER in self.parties and objected)

    @property
    def is_late(self) -> bool:
        """Whether the review should have been held by now."""
        return self.view.status in IN_VIEW and _passed(self.view.next_review_on)


def _passed(day: date | None) -> bool:
    return day is not None and day < clock.today()


@dataclass(frozen=True)
class Taken:
    """One step of the history, with who did it."""

    event: Event
    at: datetime
    by: str
    to_status: str
    note: str


class Show(StrEnum):
    """What the list is narrowed to."""

    CURRENT = "nu"  # in view now
    PROPOSED = "voorstel"
    REVIEW = "beoordelen"  # its review is due within a month, or was missed
    LETTER = "brief"
    OBJECTION = "bezwaar"
    TRANSFER = "overdracht"
    ENDED = "beeindigd"


def seen(actor: Actor) -> Select[Any]:
    """Select the views in reach, each with the actor's parts and the names of who did what."""
    parts: list[Any] = [policy.is_party(actor, party).label(party) for party in policy.PRECEDENCE]
    names = (
        PROPOSER.name.label("proposer"),
        DECIDER.name.label("decider"),
        WORKER.name.label("worker_name"),
        Organisation.name.label("care_partner"),
    )
    return (
        select(YouthInView, *parts, *names)
        .outerjoin(PROPOSER, PROPOSER.id == YouthInView.proposed_by)
        .outerjoin(DECIDER, DECIDER.id == YouthInView.decided_by)
        .outerjoin(WORKER, WORKER.id == YouthInView.assigned_worker_id)
        .outerjoin(Organisation, Organisation.id == YouthInView.care_partner_org_id)
        .where(policy.visible(actor))
        .options(joinedload(YouthInView.person))
    )


def as_seen(row: Row[Any]) -> Seen:
    """One row of `seen(actor)`."""
    values = row._mapping
    parties = frozenset(party for party in policy.PRECEDENCE if values[party])
    names = (values["proposer"], values["decider"], values["worker_name"], values["care_partner"])
    return Seen(row[0], parties, *(name or "" for name in names))


def find(actor: Actor, view_id: UUID, *, lock: bool = False) -> Seen:
    """One view, not logged: for who changes it and logs that. `lock` holds the row until the commit.

    Raises NotFound when the actor may not know of it.
    """
    statement = seen(actor).where(YouthInView.id == view_id)
    return as_seen(db.the_one(statement, lock=YouthInView if lock else None))


def get(actor: Actor, view_id: UUID) -> Seen:
    """One view, read and logged. Raises NotFound when the actor may not know of it."""
    found = find(actor, view_id)
    log(actor, Action.READ, [found])
    return found


def log(actor: Actor, action: Action, found: Sequence[Seen], *, fields: Sequence[str] = ()) -> None:
    """Record what was read or changed, one row per view, under the part the actor has in it."""
    for party in policy.PRECEDENCE:
        own = [one.view for one in found if one.party is party]
        if own:
            access_log.record(
                actor,
                action,
                [subject(one) for one in own],
                permission=policy.PERMISSION[party],
                purpose=policy.PURPOSE[party],
                context=Context.JV_DISTRICT,
                fields=fields,
            )


def subject(view: YouthInView) -> Subject:
    """The view as a record in the access log."""
    return Subject("youth_in_view", view.id, view.person_id, view.team_id)


#: How long ahead a review is listed as one to prepare.
AHEAD = SUSPENDED_AFTER


def narrowed(actor: Actor, show: Show) -> ColumnElement[bool]:
    """The views that a filter of the list keeps. Who may come from another team is in no list but that of transfers,
    so that the list is as long as the figure of the stock says."""
    return _narrowed(show) if show is Show.TRANSFER else and_(_narrowed(show), policy.here(actor))


def _narrowed(show: Show) -> ColumnElement[bool]:
    today = clock.today()
    review = (YouthInView.status.in_((ViewStatus.ACTIVE, ViewStatus.SUSPENDED)), YouthInView.next_review_on)
    return {
        Show.CURRENT: YouthInView.status.in_(IN_VIEW),
        Show.PROPOSED: YouthInView.status == ViewStatus.PROPOSED,
        Show.REVIEW: review[0] & (review[1] <= today + AHEAD),
        Show.LETTER: (YouthInView.letter_due_on.is_not(None) & YouthInView.status.in_(IN_VIEW)) | farewell_waits(),
        Show.OBJECTION: YouthInView.status == ViewStatus.UNDER_OBJECTION,
        Show.TRANSFER: YouthInView.status == ViewStatus.TRANSFER_PENDING,
        Show.ENDED: YouthInView.status == ViewStatus.ENDED,
    }[show]


def listing(actor: Actor, show: Show = Show.CURRENT, *, stadsdeel: str = "", cursor: str | None = None) -> Page[Seen]:
    """The views in reach that a filter keeps, the newest first; logged per row."""
    statement = paging.newest(seen(actor).where(narrowed(actor, show)), cursor, YouthInView.id)
    if stadsdeel:
        statement = statement.where(YouthInView.stadsdeel_code == stadsdeel)
    rows = [as_seen(row) for row in db.session.execute(statement)]
    page = paging.page(rows, lambda s: [s.view.id])
    log(actor, Action.LIST, page.rows)
    return page


def counts(actor: Actor, *, stadsdeel: str = "") -> dict[Show, int]:
    """How many views in reach each filter keeps; one statement."""
    columns = [func.count().filter(narrowed(actor, show)).label(show.name) for show in Show]
    statement = select(*columns).select_from(YouthInView).where(policy.visible(actor))
    if stadsdeel:
        statement = statement.where(YouthInView.stadsdeel_code == stadsdeel)
    return dict(zip(Show, db.session.execute(statement).one(), strict=True))


def for_person(actor: Actor, person_id: UUID) -> list[Seen]:
    """The views of one young person that this actor may know of, newest first; the caller logs the page."""
    statement = seen(actor).where(YouthInView.person_id == person_id).order_by(YouthInView.id.desc())
    return [one for row in db.session.execute(statement) if (one := as_seen(row)).named]


@dataclass(frozen=True)
class Line:
    """A view in a few words, for a page about the young person."""

    id: UUID
    number: str
    status: ViewStatus
    next_review_on: date | None
    ended_on: date | None


def lines_asked(actor: Actor, person: Person) -> ColumnElement[Any]:
    """The views of a young person whom the actor guides or directs, newest first: one column, to be asked along with
    another statement and read by `lines`."""
    asked = {name: getattr(YouthInView, name) for name in Line.__dataclass_fields__}
    pairs = [part for name, column in asked.items() for part in (name, column)]
    mine = or_(*(policy.is_party(actor, party, person) for party in policy.NAMED))
    ordered = aggregate_order_by(func.jsonb_build_object(*pairs), YouthInView.id.desc())
    return select(func.jsonb_agg(ordered)).where(YouthInView.person_id == ties.young(person), mine).scalar_subquery()


def lines(answer: Sequence[dict[str, Any]] | None) -> list[Line]:
    """What came back for `lines_asked`."""
    return [
        Line(
            UUID(one["id"]),
            one["number"],
            ViewStatus(one["status"]),
            _date(one["next_review_on"]),
            _date(one["ended_on"]),
        )
        for one in answer or ()
    ]


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def open_view(actor: Actor, person_id: UUID) -> YouthInView | None:
    """The view of a young person that is decided and not over, for a feature that follows from it."""
    found = (one.view for one in for_person(actor, person_id) if one.view.status in IN_VIEW)
    return next(found, None)


def is_writable(view: YouthInView) -> bool:
    """Whether new work may be hung on it: not while it is suspended, disputed, on its way elsewhere or over (I-14)."""
    return view.status == ViewStatus.ACTIVE


def history(found: Seen) -> list[Taken]:
    """What happened, newest first; the words only for who reads the reason."""
    statement = (
        select(InViewStep, User.name)
        .outerjoin(User, User.id == InViewStep.by_id)
        .where(InViewStep.view_id == found.view.id)
        .order_by(InViewStep.at.desc(), InViewStep.id.desc())
    )
    return [
        Taken(Event(row.event), row.at, by or "", row.to_status, row.note if found.reads_reason else "")
        for row, by in db.session.execute(statement)
    ]


def reviews(found: Seen) -> list[InViewReview]:
    """The reviews that were held, newest first; nothing for who does not read the reason."""
    if not found.reads_reason:
        return []
    statement = select(InViewReview).where(InViewReview.view_id == found.view.id)
    return list(db.session.scalars(statement.order_by(InViewReview.review_no.desc())))


def statements(found: Seen) -> list[InViewStatement]:
    """What the young person and parents said, newest first."""
    if not found.reads_reason:
        return []
    statement = select(InViewStatement).where(InViewStatement.view_id == found.view.id)
    return list(db.session.scalars(statement.order_by(InViewStatement.said_on.desc(), InViewStatement.id.desc())))


def letters(found: Seen) -> list[InViewLetter]:
    """The letters of a view, the first due in front."""
    statement = select(InViewLetter).where(InViewLetter.view_id == found.view.id)
    return list(db.session.scalars(statement.order_by(InViewLetter.due_on, InViewLetter.id)))


def unsent(view: YouthInView, kind: LetterKind = LetterKind.INFORMATION) -> list[InViewLetter]:
    """The letters of this kind that still have to go out."""
    wanted = (InViewLetter.view_id == view.id, InViewLetter.kind == kind, InViewLetter.sent_on.is_(None))
    return list(db.session.scalars(select(InViewLetter).where(*wanted).order_by(InViewLetter.id)))


def farewell_waits() -> ColumnElement[bool]:
    """Views that are over, of which a letter about the end still has to go out."""
    return (YouthInView.status == ViewStatus.ENDED) & policy.letter_waits()


def possible(actor: Actor, found: Seen) -> list[Transition]:
    """What this actor can do with the view now; guards that say something to the actor are not asked here."""
    facts = facts_for(actor, found)
    rows = MACHINE.possible(found.view.status, facts, frozenset(found.parties))
    return [row for row in rows if row.event is not Event.ALLOW_LONGER or not facts.allowed]


def ensure_party(found: Seen, event: Event) -> None:
    """Before its form is read: raises Forbidden when this is never for this actor to decide."""
    MACHINE.ensure_party(event, frozenset(found.parties))


def ensure_possible(actor: Actor, found: Seen, event: Event) -> None:
    """Before its page is shown: raises Forbidden or Conflict when this actor cannot take this step now."""
    MACHINE.choose(event, found.view.status, facts_for(actor, found), frozenset(found.parties))


def facts_for(actor: Actor, found: Seen, *, heard: bool = False, wipes: bool = False) -> Facts:
    """What the guards look at, of a view and who acts."""
    view, today = found.view, clock.today()
    return Facts(
        reasoned=is_reasoned(view),
        own_proposal=actor.user_id == view.proposed_by,
        own_decision=actor.user_id == view.decided_by,
        wipes=wipes,
        age=view.person.age_on(today) if view.person else 0,
        care_partner=view.care_partner_org_id is not None,
        heard=heard,
        review_no=view.review_no,
        allowed=view.longer_review_no == view.review_no + 1,
        review_missed=is_missed(view, today),
    )


def is_reasoned(view: YouthInView) -> bool:
    """Whether every part of the reason is written, and the concern is more than a word (domain §3.3: 40 characters)."""
    parts = (view.best_interest, view.facts, view.fact_source, view.expected, view.proportionality, view.alternatives)
    reason = f"{view.concern} {view.facts}"
    return all(part.strip() for part in (*parts, view.concern)) and len(reason.strip()) >= SHORTEST_REASON


SHORTEST_REASON = 40


def is_missed(view: YouthInView, today: date) -> bool:
    """Whether the view has to be suspended (I-14): thirty days after the day of its review have passed."""
    return view.next_review_on is not None and today > view.next_review_on + SUSPENDED_AFTER


def missed(today: date) -> ColumnElement[bool]:
    """The same as a condition, for what runs."""
    running = YouthInView.status.in_((ViewStatus.ACTIVE, ViewStatus.TRANSFER_PENDING))
    return running & (YouthInView.next_review_on < today - SUSPENDED_AFTER)


def _keeps_open(person_id: UUID) -> str | None:
    """Why a dossier cannot be closed yet."""
    running = exists().where(YouthInView.person_id == person_id, YouthInView.status != ViewStatus.ENDED)
    if db.session.scalar(select(running)):
        return N_("De jongere is nog in beeld, of er is een voorstel. Rond dat eerst af.")
    return None


people.register_blocker(_keeps_open)
