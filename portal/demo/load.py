"""Bringing the demo up to a date.

New rows are added, rows that nobody touched move on with the story, and what a visitor made or changed stays as it is.
The statements are built from our own table names only; values travel as one JSON parameter.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from pathlib import Path
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Table, select, text, update
from sqlalchemy.dialects.postgresql import insert

from portal.accounts import passwords
from portal.accounts.models import User
from portal.contacts.models import EFFECTIVE
from portal.core import clock, db, sealing
from portal.core.model import Base
from portal.demo import cases, emergencies, guests, integrity, kept, signals, traces, unsent
from portal.demo.city import ACCOUNTS, Row
from portal.demo.dataset import build
from portal.demo.seeds import ident
from portal.demo.youth import at
from portal.oversight.service import questions
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.actor import system
from portal.privacy.models import AccessEvent, Action
from portal.reminders import wishes
from portal.reminders.models import DeliveryWish

BATCH = 4000
LOCK = 7_305_194  # one load at a time


class NotADemo(RuntimeError):
    """Demo data were asked for outside a demo."""


@dataclass(frozen=True)
class Moves:
    """How rows of a table go on when the story does: which columns, and only where nobody touched the row (`t`)."""

    columns: tuple[str, ...]
    where: str


_UNTOUCHED_TRAJECTORY = "EXISTS (SELECT FROM trajectory u WHERE u.id = {} AND u.version = 1)"
_UNTOUCHED_SIGNAL = "EXISTS (SELECT FROM signal u WHERE u.id = {} AND u.version = 1)"
_UNTOUCHED_VIEW = "EXISTS (SELECT FROM youth_in_view u WHERE u.id = {} AND u.version = 1)"

MOVES = {
    "person": Moves(("status", "closed_on"), "t.version = 1 AND t.status = 'open' AND s.status = 'closed'"),
    "person_assignment": Moves(
        ("until",),
        "t.until IS NULL AND s.until IS NOT NULL"
        " AND EXISTS (SELECT FROM person u WHERE u.id = t.person_id AND u.status = 'closed')",
    ),
    "hand_over": Moves(("status", "answered_at"), "t.version = 1 AND t.status = 'proposed' AND s.status <> 'proposed'"),
    "trajectory": Moves(
        ("status", "status_since", "messenger_id", "started_on", "planned_end_on", "ended_on", "end_reason"),
        "t.version = 1 AND t.status_since < s.status_since",
    ),
    "match": Moves(
        ("status", "youth_ok_at", "messenger_ok_at", "ended_at", "end_note"),
        "t.version = 1 AND (t.status, t.youth_ok_at) IS DISTINCT FROM (s.status, s.youth_ok_at)"
        " AND " + _UNTOUCHED_TRAJECTORY.format("t.trajectory_id"),
    ),
    "enrolment": Moves(
        ("status", "status_since", "ended_on", "end_reason"),
        "t.version = 1 AND t.status_since < s.status_since",
    ),
    "partner_contact": Moves(("checked_on",), "t.version = 1 AND t.checked_on < s.checked_on"),
    "access_grant": Moves(
        ("valid_until",),
        "t.valid_until IS NULL AND s.valid_until IS NOT NULL AND " + _UNTOUCHED_TRAJECTORY.format("t.record_id"),
    ),
    "appointment": Moves(
        ("status", "ended_at", "reason", "revision"),
        "t.version = 1 AND t.status = 'planned' AND s.status <> 'planned'",
    ),
    "talk": Moves(("planned_on",), "t.version = 1 AND t.status = 'planned' AND t.planned_on < s.planned_on"),
    "talk_agreement": Moves(
        ("due_on", "status", "ended_at"),
        "t.version = 1 AND t.status = 'open' AND (t.due_on, t.status) IS DISTINCT FROM (s.due_on, s.status)",
    ),
    "monitored_location": Moves(
        ("status", "ended_on", "review_on"), "t.version = 1 AND (t.status, t.review_on) <> (s.status, s.review_on)"
    ),
    "signal": Moves(
        (
            "status",
            "status_since",
            "taken_by_id",
            "outcome",
            "decided_at",
            "feedback",
            "feedback_at",
            "person_id",
            "facts",
            "interpretation",
            "victim_perspective",
        ),
        "t.version = 1 AND (t.status_since < s.status_since OR (t.feedback_at IS NULL AND s.feedback_at IS NOT NULL))",
    ),
    "signal_assessment": Moves(
        ("interest", "motivation", "follow_up_label"),
        "t.version = 1 AND (t.motivation, t.follow_up_label) <> (s.motivation, s.follow_up_label) AND "
        + _UNTOUCHED_SIGNAL.format("t.signal_id"),
    ),
    "youth_in_view": Moves(
        (
            "status",
            "decided_by",
            "registered_on",
            "next_review_on",
            "review_no",
            "longer_review_no",
            "letter_due_on",
            "ended_on",
            "end_reason",
            "objection_due_on",
        ),
        "t.version = 1 AND t.status <> 'ended' AND s.person_id IS NOT NULL AND (t.status <> 'under_objection' OR"
        " s.status = 'ended') AND (t.status, t.review_no, t.letter_due_on, t.registered_on) IS DISTINCT FROM"
        " (s.status, s.review_no, s.letter_due_on, s.registered_on)",
    ),
    "in_view_letter": Moves(
        ("sent_on", "sent_by", "way"),
        "t.version = 1 AND t.sent_on IS NULL AND s.sent_on IS NOT NULL AND " + _UNTOUCHED_VIEW.format("t.view_id"),
    ),
    "follow_up": Moves(
        ("status", "done_at", "done_by_contact_id", "outcome", "told_on"),
        "t.version = 1 AND t.status = 'open' AND (s.status <> 'open' OR s.outcome IS DISTINCT FROM t.outcome)",
    ),
}
#: Rows that are only added while nobody changed what they belong to.
ADD_WHERE = {
    "match": _UNTOUCHED_TRAJECTORY.format("s.trajectory_id"),
    "trajectory_event": _UNTOUCHED_TRAJECTORY.format("s.trajectory_id"),
    "access_grant": _UNTOUCHED_TRAJECTORY.format("s.record_id"),
    "signal_assessment": _UNTOUCHED_SIGNAL.format("s.signal_id"),
    "signal_step": _UNTOUCHED_SIGNAL.format("s.signal_id"),
    "enrolment_event": "EXISTS (SELECT FROM enrolment u WHERE u.id = s.enrolment_id AND u.version = 1)",
    "hand_over": "EXISTS (SELECT FROM person_assignment u WHERE u.person_id = s.person_id"
    " AND u.user_id = s.from_user_id AND u.until IS NULL)",
    "follow_up": "EXISTS (SELECT FROM person u WHERE u.id = s.person_id AND (u.status = 'open' OR s.status <> 'open'))",
    **dict.fromkeys(
        ("in_view_step", "in_view_review", "in_view_letter", "in_view_statement"), _UNTOUCHED_VIEW.format("s.view_id")
    ),
    "appointment_participant": "EXISTS (SELECT FROM appointment u WHERE u.id = s.appointment_id AND u.version = 1)",
    "appointment_colleague": "EXISTS (SELECT FROM appointment u WHERE u.id = s.appointment_id AND u.version = 1)",
}
#: Per table the columns with the young person and the team, for the access log.
SUBJECTS = {
    "person": ("id", "team_id"),
    "person_assignment": ("person_id", "team_id"),
    "hand_over": ("person_id", "team_id"),
    "trajectory": ("person_id", "team_id"),
    "enrolment": ("person_id", "team_id"),
    "contact_participant": ("person_id", "person_team_id"),
    "appointment_participant": ("person_id", "person_team_id"),
    "follow_up": ("person_id", "team_id"),
}


@dataclass
class Outcome:
    """What a load did."""

    today: date
    added: dict[str, int] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)
    people: set[tuple[UUID, UUID]] = field(default_factory=set)  # person, team

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(sum(self.added.values()) + sum(self.moved.values()))


def _plan_for_much() -> None:
    """In this transaction: tables that were filled a moment ago have no statistics, and a plan for few rows compares
    each with all others for minutes."""
    db.session.execute(text("SET LOCAL enable_nestloop = off"))
    db.session.execute(text("SET LOCAL statement_timeout = '5min'"))


def load(*, seed: int, password: str, today: date | None = None, demo: bool, again: bool = False) -> Outcome:
    """Bring the demo up to `today` (default: the date of the clock), in one transaction. Raises NotADemo.

    A date that was loaded before by the same code is left alone, so that a second start is quick, unless `again`.
    """
    if not demo:
        raise NotADemo
    with db.unit_of_work(part="demo"):
        clock.synchronise(db.session())
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        _plan_for_much()
        outcome = Outcome(today or clock.today())
        stamp = _stamp(seed, outcome.today)
        known = _loaded_before(stamp)
        if again or not known:
            _tell(outcome, seed)
            questions.find(days=traces.SPAN)
            access_log.record(system("demo"), Action.CREATE, [] if known else Subject("demo", stamp))
        _passwords(password)
        _numbers()
    return outcome


def _tell(outcome: Outcome, seed: int) -> None:
    for name, rows in build(seed, outcome.today).items():
        _bring_up(outcome, Base.metadata.tables[name], rows)
    _last_contacts()
    unsent.leave(seed, outcome.today)
    emergencies.leave(seed, outcome.today)
    integrity.leave(seed, outcome.today)
    signals.leave(seed, outcome.today)
    cases.leave(seed, outcome.today)
    kept.leave(seed, outcome.today)
    guests.leave(seed, outcome.today)
    _log(outcome)


def _stamp(seed: int, today: date) -> UUID:
    """What identifies a load in the access log: seed, date and the code that made the rows."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return ident(seed, "load", at(today, 0), blake2b(code).hexdigest())


def _loaded_before(stamp: UUID) -> bool:
    found = select(AccessEvent.id).where(AccessEvent.subject_type == "demo", AccessEvent.subject_id == stamp)
    return db.session.scalars(found).first() is not None


def _bring_up(outcome: Outcome, table: Table, rows: list[Row]) -> None:
    outcome.moved[table.name] = outcome.added[table.name] = 0
    if not rows:
        return
    columns = list(rows[0])
    for first in range(0, len(rows), BATCH):
        some = rows[first : first + BATCH]
        if table.name in MOVES:
            outcome.moved[table.name] += _write(outcome, table, _move(table), some)
        for _generation in range(2 if _follows_itself(table) else 1):  # rows that follow others come after them
            outcome.added[table.name] += _write(outcome, table, _add(table, columns), some)
    if table.name == "person":
        _phones(rows)


def _follows_itself(table: Table) -> bool:
    return any(key.column.table is table for key in table.foreign_keys)


def _write(outcome: Outcome, table: Table, statement: str, rows: Iterable[Row]) -> int:
    payload = json.dumps(list(rows), default=str)
    result = db.session.execute(text(statement + _returning(table)), {"rows": payload})
    if table.name not in SUBJECTS:
        return len(result.all())
    found = [(row[0], row[1]) for row in result if row[0] is not None]
    outcome.people.update(found)
    return len(found)


def _returning(table: Table) -> str:
    return " RETURNING " + ", ".join(f"t.{column}" for column in SUBJECTS.get(table.name, ("ctid",)))


def _add(table: Table, columns: list[str]) -> str:
    """INSERT what is not there yet and whose parents are there; a visitor may have moved or replaced one."""
    listed = ", ".join(name for name in columns if name in table.c)
    conditions = [*_parents(table, columns), ADD_WHERE.get(table.name, "true")]
    return (
        f"INSERT INTO {table.name} AS t ({listed}) SELECT {listed}"  # noqa: S608 — names from our own metadata
        f" FROM json_populate_recordset(NULL::{table.name}, CAST(:rows AS json)) s"
        f" WHERE {' AND '.join(conditions)} ON CONFLICT DO NOTHING"
    )


def _move(table: Table) -> str:
    """UPDATE the rows that nobody touched to where the story is now."""
    moves = MOVES[table.name]
    return (
        f"UPDATE {table.name} t SET {', '.join(f'{name} = s.{name}' for name in moves.columns)}"  # noqa: S608
        f" FROM json_populate_recordset(NULL::{table.name}, CAST(:rows AS json)) s WHERE t.id = s.id AND {moves.where}"
    )


def _parents(table: Table, columns: list[str]) -> Iterator[str]:
    for key in table.constraints:
        if isinstance(key, ForeignKeyConstraint) and set(key.column_keys) <= set(columns):
            first = key.elements[0].parent
            match = " AND ".join(f"u.{each.column.name} = s.{each.parent.name}" for each in key.elements)
            exists = f"EXISTS (SELECT FROM {key.referred_table.name} u WHERE {match})"
            yield f"(s.{first.name} IS NULL OR {exists})" if first.nullable else exists


def _phones(rows: list[Row]) -> None:
    """Seal the telephone numbers of people who are new; sealing differs each time, so it happens once per row."""
    phones: Mapping[object, str] = {row["id"]: str(row["phone"]) for row in rows}
    bare = db.session.scalars(
        text("SELECT id FROM person WHERE phone_sealed IS NULL AND version = 1 AND created_at = updated_at")
    )
    sealed = [
        {"id": row_id, "sealed": sealing.seal(phones[row_id], table="person", column="phone_sealed", row_id=row_id)}
        for row_id in bare
        if row_id in phones
    ]
    if sealed:
        db.session.execute(text("UPDATE person SET phone_sealed = :sealed WHERE id = :id"), sealed)


def _last_contacts() -> None:
    """Keep person.last_contact_at right for the contacts that were added.

    Freshly filled tables have no statistics yet, and only their owner may make them: without nested loops the planner
    cannot fall into walking every contact for every person.
    """
    db.session.execute(text("SET LOCAL enable_nestloop = off"))
    db.session.execute(
        text(
            "WITH latest AS MATERIALIZED (SELECT p.person_id, max(p.occurred_at) AS at"
            " FROM contact_participant p JOIN contact c ON c.id = p.contact_id WHERE c.result = ANY(:effective)"
            " GROUP BY p.person_id)"
            " UPDATE person SET last_contact_at = latest.at FROM latest"
            " WHERE person.id = latest.person_id AND person.last_contact_at IS DISTINCT FROM latest.at"
        ),
        {"effective": [str(result) for result in EFFECTIVE]},
    )


def _passwords(password: str) -> None:
    """Give the demo accounts the one password that `make demo` prints.

    It is no secret, so it is computed once for all of them: each time is slow, as it should be.
    """
    mine = User.login.in_([guests.LOGIN, *(login for login, *_ in ACCOUNTS)])
    stored = db.session.scalars(select(User.password_hash).where(mine).distinct()).all()
    fitting = [each for each in stored if each and passwords.matches(each, password)]
    if len(fitting) < len(stored):
        changed = {"password_hash": passwords.hashed(password), "password_changed_at": clock.now()}
        others = mine & (User.password_hash.is_(None) | User.password_hash.not_in(fitting))
        db.session.execute(update(User).where(others).values(**changed))


def _numbers() -> None:
    """The worker takes SMS as well, so that it can be seen in the mail catcher; a choice made since then stays."""
    worker = db.session.scalars(select(User.id).where(User.login == "jongerenwerker")).one()
    sealed = wishes.seal_number(worker, "+31600000001")
    row = {"user_id": worker, "sms_normal": True, "number_sealed": sealed}
    db.session.execute(insert(DeliveryWish).values(row).on_conflict_do_nothing())


def _log(outcome: Outcome) -> None:
    """One event per young person whose data were made or moved on, and one per new messenger register."""
    subjects = [Subject("person", person, person, team) for person, team in sorted(outcome.people)]
    if outcome.added["credible_messenger"]:
        subjects.append(Subject("credible_messenger"))
    access_log.origin.set("demo.load")
    access_log.record(system("demo"), Action.CREATE, subjects)
