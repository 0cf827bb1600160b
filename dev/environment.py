"""The environment of the project's processes: what was given is honoured, the rest is made here."""

import os
from collections.abc import Iterable

DATABASE_VARIABLES = ("DATABASE_URL", "WORKER_DATABASE_URL", "MIGRATE_DATABASE_URL", "AUDIT_DATABASE_URL")
MAIL_FROM = "Weg Omhoog <noreply@demo.example>"
# In the README as well: it opens a demo only, the portal refuses it elsewhere.
DEMO_PASSWORD = "samen-de-weg-omhoog"  # noqa: S105


class Incomplete(Exception):
    """Some addresses of the database were given and others not; the message names them."""


def database_given(more: Iterable[str] = ()) -> bool:
    """Tell whether a database is given; raise Incomplete when only some of its addresses are."""
    needed = (*DATABASE_VARIABLES, *more)
    missing = [name for name in needed if not os.environ.get(name)]
    if len(missing) == len(needed):
        return False
    if missing:
        raise Incomplete(f"With a database of your own, these must be given as well: {', '.join(missing)}")
    return True


def settings_for_tests(secret_key: str) -> dict[str, str]:
    """Return the settings of a test run that are no addresses of servers. Mail goes where nobody listens."""
    return {
        "SECRET_KEY": secret_key,
        "BASE_URL": "http://localhost:8000",
        "MAIL_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": MAIL_FROM,
        "DEMO": "1",
        "DEMO_PASSWORD": DEMO_PASSWORD,
        "CLOCK_ADJUSTABLE": "1",
    }
