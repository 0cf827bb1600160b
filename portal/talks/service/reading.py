"""Reading talks: the overview, one talk, and what stands in "Mijn dag"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Team, User
from portal.core import clock, db
from portal.core.errors import Conflict, NotFound
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.contexts import Purpose
from portal.privacy.models import Action
from portal.privacy.permissions import Permission
from portal.talks import policy
from portal.talks.models import AgreementStatus, Talk, TalkAgreement, TalkNote, TalkStatus
from portal.talks.service import caseload
from portal.talks.service.caseload import Figures, Row
from portal.talks.service.holding import Colleague, workers

SHOWN = 50
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Seen:
    """A talk with the names of the two, and of the team; `status` as it is now."""

    talk: Talk
    worker: str
    holder: str
    team: str
    status: TalkStatus


@dataclass(frozen=True)
class Note:
    """What one of the two wrote."""

    note: TalkNote
    author: str


@dataclass(frozen=True)
class Page:
    """One talk. `rows` is None when there are no names in it for this actor; `figures` None before it was opened."""

    seen: Seen
    rows: Sequence[Row] | None
    figures: Figures | None
    notes: Sequence[Note]
    agreements: Sequence[TalkAgreement]
    earlier: Sequence[TalkAgreement]  # still open, from talks before
    holds: bool
    may_write: bool


@dataclass(frozen=True)
class Line:
    """One worker in the overview of who holds the talks."""

    colleague: Colleague
    last: Seen | None
    planned: Seen | None


@dataclass(frozen=True)
class Overview:
    """The workers one holds talks with, by name, and all talks one takes part in, the newest first."""

    lines: Sequence[Line]
    talks: Sequence[Seen]
    open_agreements: dict[UUID, int]  # per talk


def get(actor: Actor, talk_id: UUID) -> Talk:
    """The talk with this id. Raises NotFound for who takes no part in it. Logs nothing by itself."""
    talk = db.session.scalar(select(Talk).where(Talk.id == talk_id, policy.visible(actor)))
    if talk is None:
        raise NotFound
    return talk


def show(actor: Actor, talk_id: UUID, *, action: Action = Action.READ) -> Page:
    """One talk for its page. While names are shown, the log holds one row per young person. Raises NotFound."""
    seen = _one(actor, talk_id)
    talk = seen.talk
    listed = caseload.rows(talk, talk.since_on) if policy.shows_names(actor, talk) and talk.since_on else None
    _log(actor, talk, listed, action)
    mine, earlier = _agreements(actor, talk)
    return Page(
        seen=seen,
        rows=listed,
        figures=_figures(talk, listed),
        notes=_notes(talk),
        agreements=mine,
        earlier=earlier,
        holds=policy.holds(actor, talk),
        may_write=policy.may_write(actor, talk),
    )


def to_open(actor: Actor, talk_id: UUID) -> Seen:
    """A talk that this actor holds, for the question before its list opens. Raises NotFound. Logs nothing by itself."""
    seen = _one(actor, talk_id)
    if not policy.holds(actor, seen.talk):
        raise NotFound
    return seen


def to_write(actor: Actor, talk_id: UUID) -> Seen:
    """A talk this actor may write in. Raises NotFound, or Conflict before it was opened."""
    seen = _one(actor, talk_id)
    if not policy.may_write(actor, seen.talk):
        raise Conflict
    return seen


def _one(actor: Actor, talk_id: UUID) -> Seen:
    return _as_seen(*db.the_one(_seen().where(Talk.id == talk_id, policy.visible(actor))))


def _figures(talk: Talk, listed: Sequence[Row] | None) -> Figures | None:
    """As things stand while the list is open, afterwards as they stood when it was opened."""
    if listed is not None and talk.since_on is not None:
        return caseload.figures(talk, talk.since_on, listed)
    return Figures.from_json(talk.figures) if talk.figures else None


@cache
def _seen() -> Select[*tuple[Any, ...]]:
    worker, holder = aliased(User), aliased(User)
    return (
        select(Talk, worker.name, holder.name, Team.name)
        .join(worker, worker.id == Talk.worker_id)
        .join(holder, holder.id == Talk.held_by_id)
        .join(Team, Team.id == Talk.team_id)
    )


def _as_seen(talk: Talk, worker: str, holder: str, team: str) -> Seen:
    return Seen(talk, worker, holder, team, policy.status_of(talk))


def _notes(talk: Talk) -> list[Note]:
    found = db.session.execute(
        select(TalkNote, User.name)
        .join(User, User.id == TalkNote.author_id)
        .where(TalkNote.talk_id == talk.id)
        .order_by(TalkNote.at, TalkNote.id)
    )
    return [Note(note, author) for note, author in found]


def _agreements(actor: Actor, talk: Talk) -> tuple[list[TalkAgreement], list[TalkAgreement]]:
    """Those of this talk, and those of talks before that are still open; one statement."""
    before = and_(
        Talk.worker_id == talk.worker_id,
        Talk.team_id == talk.team_id,
        TalkAgreement.status == AgreementStatus.OPEN,
        policy.visible(actor),
    )
    found = db.session.scalars(
        select(TalkAgreement)
        .join(Talk, Talk.id == TalkAgreement.talk_id)
        .where(or_(Talk.id == talk.id, before))
        .order_by(TalkAgreement.due_on, TalkAgreement.id)
    ).all()
    return [row for row in found if row.talk_id == talk.id], [row for row in found if row.talk_id != talk.id]


def overview(actor: Actor) -> Overview:
    """The talks one takes part in, and the workers one holds talks with; four statements at most."""
    actor.require(Permission.TALKS_READ)
    newest = _seen().where(policy.visible(actor)).order_by(Talk.planned_on.desc(), Talk.id.desc()).limit(SHOWN)
    talks = [_as_seen(*row) for row in db.session.execute(newest)]
    _log_list(actor, talks)
    return Overview([_line(each, talks) for each in workers(actor)], talks, _open_agreements(talks))


def _line(colleague: Colleague, talks: Sequence[Seen]) -> Line:
    own = [s for s in talks if (s.talk.worker_id, s.talk.team_id) == (colleague.user_id, colleague.team_id)]
    return Line(
        colleague,
        next((seen for seen in own if seen.status == TalkStatus.HELD), None),
        next((seen for seen in own if seen.status in (TalkStatus.PLANNED, TalkStatus.OPEN)), None),
    )


def _open_agreements(talks: Sequence[Seen]) -> dict[UUID, int]:
    found = db.session.execute(
        select(TalkAgreement.talk_id, func.count())
        .where(
            TalkAgreement.talk_id.in_([seen.talk.id for seen in talks]), TalkAgreement.status == AgreementStatus.OPEN
        )
        .group_by(TalkAgreement.talk_id)
    )
    return {row[0]: row[1] for row in found}


def agreement(actor: Actor, agreement_id: UUID) -> tuple[TalkAgreement, Talk]:
    """An agreement with its talk. Raises NotFound for who takes no part in it."""
    found = db.session.execute(
        select(TalkAgreement, Talk)
        .join(Talk, Talk.id == TalkAgreement.talk_id)
        .where(TalkAgreement.id == agreement_id, policy.visible(actor))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def due_agreements(actor: Actor) -> list[tuple[TalkAgreement, Talk]]:
    """What the actor agreed to do and has not done yet, up to a week ahead, the first due first."""
    found = db.session.execute(
        select(TalkAgreement, Talk)
        .join(Talk, Talk.id == TalkAgreement.talk_id)
        .where(
            Talk.worker_id == actor.user_id,
            TalkAgreement.status == AgreementStatus.OPEN,
            TalkAgreement.due_on <= clock.today() + AHEAD,
        )
        .order_by(TalkAgreement.due_on, TalkAgreement.id)
        .limit(SHOWN)
    )
    return [(row, talk) for row, talk in found]


def to_hold(actor: Actor) -> list[Seen]:
    """The talks the actor is to hold, today or before, and the one that is open."""
    found = db.session.execute(
        _seen()
        .where(
            policy.visible(actor),
            Talk.held_by_id == actor.user_id,
            Talk.status.in_((TalkStatus.PLANNED, TalkStatus.OPEN)),
            Talk.planned_on <= clock.today(),
        )
        .order_by(Talk.planned_on, Talk.id)
        .limit(SHOWN)
    )
    return [seen for seen in (_as_seen(*row) for row in found) if seen.status != TalkStatus.HELD]


def _log(actor: Actor, talk: Talk, listed: Sequence[Row] | None, action: Action) -> None:
    permission = Permission.TALKS_HOLD if policy.holds(actor, talk) else Permission.TALKS_READ
    subjects = [Subject("talk", talk.id, row.person.id, row.person.team_id) for row in listed or ()]
    access_log.record(
        actor,
        Action.LIST if subjects and action is Action.READ else action,
        subjects or Subject("talk", talk.id, team_id=talk.team_id),
        permission=permission,
        purpose=Purpose.SUPERVISION,
    )


def _log_list(actor: Actor, talks: Sequence[Seen]) -> None:
    access_log.record(
        actor,
        Action.LIST,
        [Subject("talk", seen.talk.id, team_id=seen.talk.team_id) for seen in talks],
        permission=Permission.TALKS_READ,
        purpose=Purpose.SUPERVISION,
    )
