"""What hangs on a few dossiers: files and what was changed; and the filters that colleagues kept.

Files and changes are sealed, so they are made one by one. What is there already stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from portal.accounts.models import RoleAssignment, User
from portal.cases.models import Case, CaseStatus
from portal.core import db, sealing
from portal.core.model import Base
from portal.demo.seeds import dice, ident
from portal.demo.youth import at
from portal.documents.models import Attachment, FileKind, Owner
from portal.filters.models import SavedFilter
from portal.history.models import How, RecordChange
from portal.in_view.models import ViewStatus, YouthInView
from portal.people.models import Person, PersonAssignment, PersonStatus
from portal.trajectories.models import HOLDS_A_PLACE, Trajectory

LOGIN = "jongerenwerker"
#: What has files.
Kept = Person | Trajectory | Case | YouthInView
#: Of so many young people of the demo worker, known for some time, there are files and changes.
SOME, KNOWN_FOR = 4, timedelta(days=30)
FILES = (
    ("Brief van de mentor.txt", "Beste collega,\n\nDe laatste weken gaat het veel beter. Op maandag en donderdag is er"
     " extra begeleiding na de les.\n\nMet groet,\nde mentor"),
    ("Afspraken stage.txt", "Begint maandag om 9.00 uur.\nNeemt het rooster mee.\nBelt zelf af bij ziekte."),
    ("Plan samen gemaakt.txt", "1. Elke dag op tijd naar school.\n2. Twee keer per week trainen.\n3. In mei kijken."),
)  # fmt: skip
AT_THE_TABLE = ("Inbreng van de leerplicht.txt", "Twee gesprekken op school, met de ouders erbij. Er is weer ritme.")
GIVEN = ("Meegenomen door de ouders.txt", "Een overzicht van wat er thuis is afgesproken.")
TOGETHER = ("Wat we afspraken.txt", "We zien elkaar elke woensdag.\nLukt het niet, dan zeggen we dat een dag eerder.")
#: Who kept which filter of the list of young people.
FILTERS = (
    (LOGIN, "Lang geen contact", "contact=long&sort=contact"),
    (LOGIN, "Gesloten dossiers", "status=closed"),
    ("regisseur", "Langst geen contact eerst", "sort=contact"),
    ("regisseur", "Noord, lang geen contact", "area=N&contact=long"),
)


def leave(seed: int, today: date) -> None:
    """Files, changes and filters of the demo accounts, unless they are there."""
    users = dict(list(db.session.execute(select(User.login, User.id))))
    for n, person in enumerate(_young(users[LOGIN], today)):
        for name, text in dice(seed, "files", person.id).sample(FILES, 1 + n % 3):
            _file(seed, person, Owner.PERSON, name, text, users[LOGIN])
        _changes(seed, person, users[LOGIN])
    for path in _paths(today):
        _file(seed, path, Owner.TRAJECTORY, *TOGETHER, users["coordinator"])
    for case in _running(Case, Case.status == CaseStatus.RUNNING, today):
        _file(seed, case, Owner.CASE, *AT_THE_TABLE, users["regisseur"])
    for view in _running(YouthInView, YouthInView.status == ViewStatus.ACTIVE, today):
        _file(seed, view, Owner.VIEW, *GIVEN, users["regisseur"])
    for login, name, query in FILTERS:
        _filter(seed, users[login], name, query)
    db.session.flush()


def _young(worker_id: UUID, today: date) -> Sequence[Person]:
    mine = select(PersonAssignment.person_id).where(
        PersonAssignment.user_id == worker_id, PersonAssignment.until.is_(None)
    )
    known = Person.created_at < at(today - KNOWN_FOR, 9)
    statement = select(Person).where(Person.id.in_(mine), Person.status == PersonStatus.OPEN, known)
    return db.session.scalars(statement.order_by(Person.id).limit(SOME)).all()


def _paths(today: date) -> Sequence[Trajectory]:
    known = Trajectory.created_at < at(today - KNOWN_FOR, 9)
    statement = select(Trajectory).where(Trajectory.status.in_(HOLDS_A_PLACE), known)
    return db.session.scalars(statement.order_by(Trajectory.id).limit(SOME)).all()


def _running(model: type[Case] | type[YouthInView], runs: ColumnElement[bool], today: date) -> Sequence[Any]:
    """Some records of the demo director's team that have been there for a while, the newest of those."""
    directed = select(RoleAssignment.team_id).join(User, User.id == RoleAssignment.user_id)
    known = (model.created_at < at(today - KNOWN_FOR, 9), model.team_id.in_(directed.where(User.login == "regisseur")))
    return db.session.scalars(select(model).where(runs, *known).order_by(model.id.desc()).limit(SOME)).all()


def _is_there(model: type[Base], row_id: UUID) -> bool:
    return db.session.get(model, row_id) is not None


def _file(seed: int, record: Kept, kind: Owner, name: str, text: str, by: UUID) -> None:
    made, content = record.created_at + timedelta(days=7), text.encode()
    row_id = ident(seed, "attachment", made, record.id, name)
    if _is_there(Attachment, row_id):
        return
    db.session.add(
        Attachment(
            id=row_id, owner_kind=kind, owner_id=record.id, team_id=record.team_id, context=record.context,
            person_id=record.id if isinstance(record, Person) else record.person_id,
            kind=FileKind.TXT, size=len(content), created_by=by, created_at=made,
            name_sealed=sealing.seal(name, table="attachment", column="name_sealed", row_id=row_id),
            content_sealed=sealing.seal_bytes(content, table="attachment", column="content_sealed", row_id=row_id),
        )
    )  # fmt: skip


def _changes(seed: int, person: Person, by: UUID) -> None:
    """Where somebody lives and how precisely the day of birth is known came later than the dossier."""
    told = (
        (3, "birth_date_precision", "year", person.birth_date_precision),
        (7, "area_code", "NA", person.area_code or ""),
        (16, "plain_language", str(not person.plain_language), str(person.plain_language)),
    )
    for days, field, before, after in told:
        if before != after:
            _change(seed, person, timedelta(days=days), (field, before, after), by)


def _change(seed: int, person: Person, later: timedelta, what: tuple[str, str, str], by: UUID) -> None:
    field, before, after = what
    moment = person.created_at + later
    row_id = ident(seed, "change", moment, person.id, field)
    if _is_there(RecordChange, row_id):
        return
    db.session.add(
        RecordChange(
            id=row_id, person_id=person.id, team_id=person.team_id, at=moment, by_id=by, kind="person",
            record_id=person.id, field=field, how=How.CHANGED,
            before_sealed=_sealed(before, "before_sealed", row_id), after_sealed=_sealed(after, "after_sealed", row_id),
        )
    )  # fmt: skip


def _sealed(text: str, column: str, row_id: UUID) -> bytes | None:
    return sealing.seal(text, table="record_change", column=column, row_id=row_id) if text else None


def _filter(seed: int, user_id: UUID, name: str, query: str) -> None:
    made = at(date(2026, 1, 5), 9)
    row_id = ident(seed, "filter", made, user_id, name)
    if not _is_there(SavedFilter, row_id):
        page = "people.index"
        db.session.add(SavedFilter(id=row_id, user_id=user_id, page=page, name=name, query=query, made_at=made))
