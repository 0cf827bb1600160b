"""Alembic: connects as app_migrate, acts as app_owner, so that no login role owns a table."""

from __future__ import annotations

import gc
import os
import re

from alembic import context
from sqlalchemy import NullPool, create_engine, text

from portal import tables

PARTS = re.compile(r"access_event_(\d{4}_\d{2}|default)")


def is_no_part(name, kind, _parents) -> bool:
    """The months of the access log are made as they come; the models know the whole only."""
    return not (kind == "table" and PARTS.fullmatch(name or ""))


OPTIONS = {
    "include_name": is_no_part,
    "target_metadata": tables.metadata,
    "transaction_per_migration": True,
    "compare_server_default": False,  # PostgreSQL rewrites expressions; models and migrations are compared by type
}

#: A migration that cannot get its lock gives up rather than stop everybody behind it.
LIMITS = ("SET lock_timeout = '5s'", "SET statement_timeout = '10min'")


def run_offline() -> None:
    """Print the SQL, for the linter."""
    context.configure(dialect_name="postgresql", literal_binds=True, **OPTIONS)
    with context.begin_transaction():
        for limit in LIMITS:
            context.execute(limit)
        context.run_migrations()


def run_online() -> None:
    """Migrate the database named by MIGRATE_DATABASE_URL."""
    engine = create_engine(os.environ["MIGRATE_DATABASE_URL"], poolclass=NullPool)
    with engine.connect() as connection:
        for setting in ("SET ROLE app_owner", *LIMITS):
            connection.execute(text(setting))
        connection.commit()
        context.configure(connection=connection, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()
        allow_moving_the_clock(connection)


def allow_moving_the_clock(connection) -> None:
    """Only a demo or test installation may move the clock; migrating any other takes the right away."""
    if connection.scalar(text("SELECT to_regprocedure('app_clock_set(interval, timestamptz)')")):
        may = os.environ.get("CLOCK_ADJUSTABLE") == "1"
        verb, whom = ("GRANT", "TO") if may else ("REVOKE", "FROM")
        function = "EXECUTE ON FUNCTION app_clock_set(interval, timestamptz)"
        connection.execute(text(f"{verb} {function} {whom} app_web, app_worker"))
        connection.commit()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
gc.freeze()  # or the process looks through all that was imported before it ends, as long as it took to import
