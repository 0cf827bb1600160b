"""Questions that the access log raises: found from facts, asked by a person, closed with an outcome.

No score and no ranking: a question is about accesses of one day, and says why somebody might want to ask. A relation
counts only when the colleague declared it; names are never compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text

from portal.accounts.models import User
from portal.core import clock, db, paging
from portal.core.errors import NotFound
from portal.core.paging import Page
from portal.oversight.models import Outcome, Question, QuestionKind
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import Actor
from portal.privacy.models import AccessEvent, Action
from portal.privacy.permissions import Permission

#: From so many dossiers within one clock hour on.
MANY = 25
#: The hours of the night, in Amsterdam: from the first up to the second.
NIGHT = (23, 6)
#: From more caseload talks than this with one worker within a week on.
TALKS = 2
#: How far back the hourly look goes, in days.
LOOK_BACK = 2
#: What opens something about one young person.
OPENING = (Action.READ, Action.EXPORT, Action.UPDATE)
#: Accesses shown with a question.
SHOWN = 100

_LOCAL = "(e.at AT TIME ZONE 'Europe/Amsterdam')"
_INTO = "INSERT INTO access_question AS q (kind, actor_id, person_id, day, events, first_at, last_at)"
#: What was answered stays as it was answered; more of the same on that day does not open it again.
_ONCE = """
    ON CONFLICT ON CONSTRAINT uq_access_question_once DO UPDATE
    SET events = excluded.events, first_at = excluded.first_at, last_at = excluded.last_at
    WHERE q.outcome IS NULL AND q.events <> excluded.events
"""
_SEEN = "e.at >= :since AND e.actor_id IS NOT NULL AND e.result = 'ok' AND e.person_id IS NOT NULL"
_OPENED = "e.subject_type = 'person' AND e.action IN ('read', 'export', 'update')"
#: The same by whatever page it was: a case, a view or a paper names somebody as well. Lists are read to choose from.
_ANY_PAGE = "e.action IN ('read', 'export', 'update')"

_OUTSIDE = f"""
    {_INTO}
    SELECT 'outside_caseload', e.actor_id, coalesce(e.person_id, e.subject_id) AS about, {_LOCAL}::date AS day,
           count(*), min(e.at), max(e.at)
    FROM access_event e
    WHERE e.at >= :since AND e.actor_id IS NOT NULL AND e.subject_type = 'person'
      AND coalesce(e.person_id, e.subject_id) IS NOT NULL
      AND (e.result = 'denied' OR (
        {_OPENED} AND NOT e.break_glass AND e.role = 'youth_worker' AND e.on_behalf_of IS NULL
        AND NOT EXISTS (
          SELECT FROM person_assignment a WHERE a.person_id = e.person_id AND a.user_id = e.actor_id
            AND a.since <= {_LOCAL}::date AND (a.until IS NULL OR a.until >= {_LOCAL}::date))
        AND NOT EXISTS (
          SELECT FROM access_grant g WHERE g.person_id = e.person_id AND g.valid_from <= e.at
            AND (g.valid_until IS NULL OR g.valid_until >= e.at)
            AND (g.grantee_user_id = e.actor_id OR g.grantee_team_id IN (
              SELECT r.team_id FROM role_assignment r WHERE r.user_id = e.actor_id)))))
    GROUP BY e.actor_id, about, day
    {_ONCE}
"""  # noqa: S608 — constants
_NIGHT = f"""
    {_INTO}
    SELECT 'night', e.actor_id, NULL::uuid, ({_LOCAL} - interval '6 hours')::date AS night, count(*),
           min(e.at), max(e.at)
    FROM access_event e
    WHERE {_SEEN} AND e.action <> 'notify'
      AND (extract(hour FROM {_LOCAL}) >= {NIGHT[0]} OR extract(hour FROM {_LOCAL}) < {NIGHT[1]})
    GROUP BY e.actor_id, night
    {_ONCE}
"""  # noqa: S608
_MANY = f"""
    {_INTO}
    SELECT 'many', actor_id, NULL::uuid, day, max(dossiers), min(first_at), max(last_at)
    FROM (
      SELECT e.actor_id, {_LOCAL}::date AS day, date_trunc('hour', e.at) AS hour,
             count(DISTINCT e.person_id) AS dossiers, min(e.at) AS first_at, max(e.at) AS last_at
      FROM access_event e
      WHERE {_SEEN} AND {_ANY_PAGE}
      GROUP BY e.actor_id, day, hour
      HAVING count(DISTINCT e.person_id) >= {MANY}
    ) hours
    GROUP BY actor_id, day
    {_ONCE}
"""  # noqa: S608
_DECLARED = f"""
    {_INTO}
    SELECT 'declared_relation', e.actor_id, e.person_id, {_LOCAL}::date AS day, count(*), min(e.at), max(e.at)
    FROM access_event e
    JOIN declared_relation d ON d.user_id = e.actor_id AND d.person_id = e.person_id
      AND e.at >= d.declared_at AND (d.ended_at IS NULL OR e.at < d.ended_at)
    WHERE {_SEEN} AND e.subject_type <> 'declared_relation' AND e.action IN ('read', 'create', 'update', 'export')
    GROUP BY e.actor_id, e.person_id, day
    {_ONCE}
"""  # noqa: S608
#: The list of a talk is open for a day, so each talk has one.
_TALKS = f"""
    {_INTO}
    WITH opened AS (
      SELECT e.actor_id, t.worker_id, t.id AS talk_id, {_LOCAL}::date AS day, min(e.at) AS first_at,
             max(e.at) AS last_at
      FROM access_event e JOIN talk t ON t.id = e.subject_id AND t.held_by_id = e.actor_id
      WHERE e.at >= :since - interval '7 days' AND e.subject_type = 'talk' AND e.person_id IS NOT NULL
        AND e.result = 'ok'
      GROUP BY e.actor_id, t.worker_id, t.id, day
    ), weeks AS (
      SELECT o.actor_id, o.day, count(DISTINCT w.talk_id) AS talks, min(w.first_at) AS first_at,
             max(w.last_at) AS last_at
      FROM opened o JOIN opened w ON w.actor_id = o.actor_id AND w.worker_id = o.worker_id
        AND w.day > o.day - 7 AND w.day <= o.day
      WHERE o.last_at >= :since
      GROUP BY o.actor_id, o.worker_id, o.day
      HAVING count(DISTINCT w.talk_id) > {TALKS}
    )
    SELECT 'many_talks', actor_id, NULL::uuid, day, max(talks), min(first_at), max(last_at)
    FROM weeks GROUP BY actor_id, day
    {_ONCE}
"""  # noqa: S608


def find(days: int = LOOK_BACK) -> int:
    """Look through the log of the last days; how many questions are new or grew. Running twice changes nothing."""
    since = clock.day_start(clock.today() - timedelta(days=days))
    asked = (_OUTSIDE, _NIGHT, _MANY, _DECLARED, _TALKS)
    found = (db.session.execute(text(each), {"since": since}) for each in asked)
    return sum(getattr(each, "rowcount", 0) for each in found)


@dataclass(frozen=True)
class Wanted:
    """Which questions to show."""

    kind: str = ""
    answered: bool = False


@dataclass(frozen=True)
class Asked:
    """A question with the name of the colleague and the kenmerk of the young person."""

    question: Question
    colleague: str | None
    pseudonym: str | None


def listing(actor: Actor, wanted: Wanted, *, cursor: str = "") -> Page[Asked]:
    """Open questions, or answered ones; the latest first. Without names of young people."""
    actor.require(Permission.ACCESS_LOG_ALL)
    access_log.record(actor, Action.LIST, Subject("access_question"), permission=Permission.ACCESS_LOG_ALL)
    open_or_not = Question.outcome.is_not(None) if wanted.answered else Question.outcome.is_(None)
    kind: ColumnElement[bool] = Question.kind == wanted.kind if wanted.kind else open_or_not
    statement = paging.newest(_asked().where(open_or_not, kind), cursor, Question.last_at, Question.id)
    rows = [Asked(*row) for row in db.session.execute(statement)]
    return paging.page(rows, lambda row: (row.question.last_at.isoformat(), row.question.id))


def count_open(actor: Actor) -> int:
    """How many questions wait for an answer."""
    actor.require(Permission.ACCESS_LOG_ALL)
    return db.session.scalar(select(func.count()).where(Question.outcome.is_(None))) or 0


def get(actor: Actor, question_id: UUID) -> tuple[Asked, Sequence[tuple[AccessEvent, str | None]]]:
    """One question and the accesses it is about. Raises NotFound."""
    actor.require(Permission.ACCESS_LOG_ALL)
    asked = Asked(*db.the_one(_asked().where(Question.id == question_id)))
    about = Subject("access_question", question_id, person_id=asked.question.person_id)
    access_log.record(actor, Action.READ, about, permission=Permission.ACCESS_LOG_ALL)
    statement = (
        select(AccessEvent, func.kenmerk_of(func.coalesce(AccessEvent.person_id, AccessEvent.subject_id)))
        .where(_about(asked.question))
        .order_by(AccessEvent.at, AccessEvent.id)
        .limit(SHOWN)
    )
    return asked, [(event, pseudonym) for event, pseudonym in db.session.execute(statement)]


def answer(actor: Actor, question_id: UUID, *, outcome: Outcome, note: str, version: int | None) -> None:
    """Close a question. It can be answered again; the log keeps that it was. Raises NotFound, Conflict."""
    actor.require(Permission.ACCESS_LOG_ALL)
    question = db.session.get(Question, question_id, with_for_update=True)
    if question is None:
        raise NotFound
    db.ensure_version(question, version)
    question.outcome, question.note = outcome, note
    question.decided_by, question.decided_at, question.version = actor.user_id, clock.now(), question.version + 1
    about = Subject("access_question", question_id, person_id=question.person_id)
    access_log.record(actor, Action.UPDATE, about, permission=Permission.ACCESS_LOG_ALL, fields=["outcome", "note"])


def _asked() -> Select[*tuple[Any, ...]]:
    return select(Question, User.name, func.kenmerk_of(Question.person_id)).outerjoin(
        User, User.id == Question.actor_id
    )


def _about(question: Question) -> ColumnElement[bool]:
    within = and_(
        AccessEvent.actor_id == question.actor_id,
        AccessEvent.at >= question.first_at,
        AccessEvent.at <= question.last_at,
    )
    if question.kind == QuestionKind.MANY:
        return and_(within, AccessEvent.person_id.is_not(None), AccessEvent.action.in_(OPENING))
    if question.kind == QuestionKind.MANY_TALKS:
        return and_(within, AccessEvent.person_id.is_not(None), AccessEvent.subject_type == "talk")
    if question.person_id is None:
        return and_(within, AccessEvent.person_id.is_not(None))
    return and_(within, or_(AccessEvent.person_id == question.person_id, AccessEvent.subject_id == question.person_id))
