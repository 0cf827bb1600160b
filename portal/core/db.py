"""The database: connections, the session, and the only place that commits."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVarTuple
from uuid import NAMESPACE_OID, UUID, uuid5

import psycopg
from sqlalchemy import (
    Connection,
    Engine,
    Executable,
    NullPool,
    Row,
    Select,
    create_engine,
    event,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import (
    ORMExecuteState,
    Session,
    SessionTransaction,
    UOWTransaction,
    scoped_session,
    sessionmaker,
)
from sqlalchemy.orm.exc import StaleDataError

from portal.core import clock, queue
from portal.core.errors import Conflict, Invalid, NotFound
from portal.core.i18n import N_
from portal.core.model import Base, Tracked, Versioned

log = logging.getLogger(__name__)

Columns = TypeVarTuple("Columns")


class UnloggedChange(RuntimeError):
    """Personal data changed without an access-log event in the same transaction: a programming error."""


class PortalSession(Session):
    """A session that knows whether personal data changed and whether that was logged."""


_factory = sessionmaker(class_=PortalSession, expire_on_commit=False)
session: scoped_session[PortalSession] = scoped_session(_factory)
_engine: Engine | None = None
_system: Engine | None = None


def configure(url: str, *, pool_size: int = 8, pooled: bool = True, system: bool = False) -> Engine:
    """Connect this process. `pooled=False` for processes that fork (Celery prefork); `system`: a worker or command,
    whose units of work act as a named part of the system.
    """
    global _engine, _system
    dispose()
    options: dict[str, Any] = (
        {"pool_size": pool_size, "max_overflow": 4, "pool_timeout": 10} if pooled else {"poolclass": NullPool}
    )
    _engine = _connected(url, options)
    _factory.configure(bind=_engine)
    if system:
        _system = _engine
    return _engine


def configure_system(url: str) -> None:
    """Let units of work of this process go over connections of their own, as a role that may act as the system."""
    global _system
    _system = _connected(url, {"pool_size": 2, "max_overflow": 4, "pool_timeout": 10})


def _connected(url: str, options: Mapping[str, Any]) -> Engine:
    made = create_engine(
        url,
        hide_parameters=True,  # an error in the log holds no names or notes
        connect_args={
            "connect_timeout": 5,
            "options": "-c timezone=UTC -c statement_timeout=30000",
            "prepare_threshold": 1,  # what is asked twice is asked often: its plan is made once and kept
        },
        **options,
    )
    event.listen(made, "connect", _keep_plans)
    event.listen(made, "begin", _act_as_nobody)
    event.listen(made.pool, "checkout", _forget_settings)
    event.listen(made, "set_connection_execution_options", _refuse_autocommit)
    return made


def _keep_plans(connection: Any, _record: Any) -> None:
    """Room for the plans of what one process asks over and over; with less, each pushes the other out unused."""
    connection.prepared_max = 200


def _act_as_nobody(connection: Connection) -> None:
    """Row-level security asks who acts; each transaction starts with nobody, whatever was left on the connection."""
    if connection.info.pop("no settings", False):
        return  # the first one after leaving the pool
    driver: Any = connection.connection.driver_connection
    driver.execute("SELECT set_config('app.context', '', true)")


def _forget_settings(connection: Any, record: Any, _fairy: Any) -> None:
    """A plain SET outlives its transaction; who gets a connection from the pool gets it without, and alive.

    One question in place of three: whether the server is still there, what the last one left, and who acts.
    """
    try:
        connection.autocommit = True
        connection.execute("RESET ALL")
        connection.autocommit = False
    except psycopg.Error as gone:
        raise InvalidatePoolError from gone
    record.info["no settings"] = True


def _refuse_autocommit(_connection: Connection, options: Mapping[str, Any]) -> None:
    """Without a transaction there is nobody to act as, and a setting that leaked would hold."""
    if options.get("isolation_level") == "AUTOCOMMIT":
        raise ValueError("AUTOCOMMIT is not used here: who acts is set per transaction")


def engine() -> Engine:
    """The engine of this process."""
    if _engine is None:
        raise RuntimeError("portal.core.db.configure() was not called")
    return _engine


def system_engine() -> Engine | None:
    """The engine of units of work; None in a web process, which may not act as the system."""
    return _system


def dispose() -> None:
    """Drop all connections, for instance after a fork."""
    global _engine
    session.remove()
    if _engine is not None:
        _engine.dispose()
        _engine = None


def acting(statement: Executable) -> None:
    """Who acts in the transactions of this session from now on: `statement` calls one of the functions `act_…`."""
    session.info["acting"] = statement


def widen(statement: Executable) -> None:
    """Reach further for the rest of this transaction, as far as the database lets who acts do that."""
    session.execute(statement)


@contextmanager
def counting() -> Iterator[None]:
    """Within, statements run in a role that reads no name and no note, over the teams whose figures the actor sees."""
    session.flush()
    driver: Any = session.connection().connection.driver_connection
    driver.execute("SET LOCAL ROLE app_figures")
    yield
    driver.execute("RESET ROLE")  # after an error the transaction is over, and the role with it


def act_as(actor_id: UUID | None) -> None:
    """Whom the rows made in this unit of work are attributed to."""
    session.info["actor_id"] = actor_id


def hold(key: UUID) -> None:
    """Hold what is made under this key of a form until the commit: sent twice at once, the second meets the first."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(key), 0))))


def mark_logged() -> None:
    """Called by the access log: this transaction holds its evidence."""
    session.info["logged"] = True


def commit() -> None:
    """The one commit. Refuses unlogged changes to personal data; afterwards the queued messages leave."""
    session.flush()
    if session.info.get("personal_change") and not session.info.get("logged"):
        session.rollback()
        raise UnloggedChange(f"unlogged change to {session.info['personal_change']}")
    session.commit()
    _forget()
    queue.send_waiting(session.info)


def rollback() -> None:
    """Undo everything, and the messages that would have left."""
    session.rollback()
    _forget()
    queue.drop_waiting(session.info)


def keep_evidence(statement: Executable, values: Mapping[str, object]) -> None:
    """Note an insert that must outlive `undo_changes`: who sees a page has seen it, also when their form is refused."""
    session.info.setdefault("evidence", []).append((statement, values))


def undo_changes() -> None:
    """Undo everything but the evidence of what the page shows."""
    evidence = session.info.get("evidence", ())
    rollback()
    for statement, values in evidence:
        session.execute(statement, values)
    session.commit()


def _forget() -> None:
    for name in ("personal_change", "logged", "evidence", "rights"):
        session.info.pop(name, None)


@contextmanager
def unit_of_work(
    actor_id: UUID | None = None, *, part: str = "system", on_behalf_of: UUID | None = None
) -> Iterator[scoped_session[PortalSession]]:
    """One transaction outside a request (task, command). Commits at the end, rolls back on an exception.

    It acts as the `part` of the system, or with the rights of the user who asked for the work (`on_behalf_of`); where
    the process may do neither it acts as nobody, whom row-level security shows nothing. `actor_id`: see `act_as`.
    """
    _use_system_connection()
    if _system is not None:
        acting(_ON_BEHALF.bindparams(user=on_behalf_of) if on_behalf_of else _SYSTEM.bindparams(part=part))
    act_as(actor_id)
    try:
        yield session
        commit()
    except BaseException:
        rollback()
        raise
    finally:
        session.remove()


_SYSTEM = text("SELECT act_as_system(:part)")
_ON_BEHALF = text("SELECT act_on_behalf_of(:user)")


def _use_system_connection() -> None:
    if _system is not None and session().bind is not _system:
        session.remove()
        session(bind=_system)
    elif "acting" not in session.info and session().in_transaction():
        session.rollback()  # begun before it was known who acts


@contextmanager
def separate_transaction() -> Iterator[Session]:
    """A short transaction of its own, for evidence that must survive a roll-back."""
    with Session(engine()) as own, own.begin():
        yield own


@contextmanager
def conflicts_as_409() -> Iterator[None]:
    """Turn a lost optimistic lock into Conflict."""
    try:
        yield
    except StaleDataError as error:
        raise Conflict from error


def ensure_version(record: Versioned, version: int | None) -> None:
    """Raise Conflict when the form was filled from an older version than the record has now."""
    if version is not None and version != record.version:
        raise Conflict


@event.listens_for(PortalSession, "after_begin")
def _act(current: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """The first transaction of a request finds out who acts; later ones act as the same."""
    statement = current.info.get("acting")
    if statement is not None and not transaction.nested:
        connection.execute(statement)


@event.listens_for(PortalSession, "before_flush")
def _stamp(current: Session, _context: UOWTransaction, _instances: Any) -> None:
    actor_id = current.info.get("actor_id")
    for record in current.new:
        _note(current, type(record))
        if isinstance(record, Tracked):
            record.created_at = record.created_at or clock.now()
            record.created_by = record.created_by or actor_id
            record.updated_at, record.updated_by = record.created_at, record.created_by
    for record in current.dirty:
        if not current.is_modified(record):
            continue
        _note(current, type(record))
        if isinstance(record, Tracked):
            record.updated_at, record.updated_by = clock.now(), actor_id
    for record in current.deleted:
        _note(current, type(record))


@event.listens_for(PortalSession, "after_soft_rollback")
def _look_again(current: Session, _transaction: SessionTransaction) -> None:
    current.info.pop("rights", None)  # also after a savepoint


@event.listens_for(PortalSession, "do_orm_execute")
def _note_bulk(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        mapper = state.bind_mapper
        if mapper is not None:
            _note(state.session, mapper.class_)


def _note(current: Session, kind: type[Any]) -> None:
    if getattr(kind, "__personal_data__", False):
        current.info["personal_change"] = kind.__tablename__
    if getattr(kind, "__gives_rights__", False):
        current.info.pop("rights", None)


def rights_known() -> dict[Any, Any]:
    """What was looked up about rights in this transaction; empty again after a change of any row that gives them."""
    if any(getattr(record, "__gives_rights__", False) for record in (*session.new, *session.dirty, *session.deleted)):
        session.flush()
    known: dict[Any, Any] = session.info.setdefault("rights", {})
    return known


def the_one(statement: Select[*Columns], *, lock: type[Base] | None = None) -> Row[*Columns]:
    """The only row of a statement that looks within somebody's reach. Raises NotFound without one.

    `lock`: hold the row of that table until the commit, as it stands now and not as it was read before.
    """
    if lock is not None:
        statement = statement.with_for_update(of=lock).execution_options(populate_existing=True)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return row


def next_number(prefix: str) -> str:
    """The next public number of a kind of record, for example TRJ-2026-00001 (sequence `<prefix>_number_seq`)."""
    value = session.scalar(text(f"SELECT nextval('{prefix.lower()}_number_seq')"))
    return f"{prefix}-{clock.today().year}-{value:05d}"


def ensure_new(kind: type[Any], field: str, **same: object) -> None:
    """Before a row is made that nobody makes twice: the same form may be sent again, also at the same moment.

    Raises Invalid on `field` when there is one with these values already.
    """
    hold(uuid5(NAMESPACE_OID, f"{kind.__tablename__} {sorted(same.items())}"))
    if session.scalar(select(literal(1)).select_from(kind).filter_by(**same).limit(1)):
        raise Invalid(**{field: N_("Dit staat er al. Misschien stuurde je het twee keer.")})


def enqueue(task: str, *ids: UUID) -> None:
    """Ask for a task by name after the commit, for example enqueue("tasks.reminders.deliver", dispatch.id)."""
    queue.enqueue(session.info, task, *ids)
