"""A log with something in it, and a key to seal it with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, create_engine

from portal.audit import keys, sealer
from portal.audit.roots import Root
from portal.audit.verifying import Report, Verifier
from portal.core import db
from portal.privacy import access_log
from portal.privacy.access_log import Subject
from portal.privacy.models import Action
from tests.factories import World
from tests.factories.people import person
from tests.tasks.plant import until

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)


def plain(variable: str) -> str:
    """The address of a role of the test database, for psycopg."""
    return os.environ[variable].replace("+psycopg", "")


@pytest.fixture
def worker_engine(database: str) -> Iterator[Engine]:
    """Connections of the sealer."""
    engine = create_engine(os.environ["WORKER_DATABASE_URL"], pool_size=1)
    yield engine
    engine.dispose()


def write(world: World, times: int = 1) -> None:
    """So many rows, each in a transaction of its own: a dossier is made and read."""
    actor = world.actor(world.worker)
    with db.unit_of_work():
        young = person(world.noord, "Kanarie Vogelzang", worker=world.worker)  # logs that it was made
    for _ in range(times - 1):
        with db.unit_of_work():
            access_log.record(actor, Action.READ, Subject("person", young.id, young.id, young.team_id))


@pytest.fixture
def seal_all(worker_engine: Engine) -> Callable[..., None]:
    """Seal until nothing is unsealed; another test's transaction may hold the border up for a moment."""

    def run(batch: int = sealer.BATCH) -> None:
        def done() -> bool:
            sealer.seal(worker_engine, KEY, batch=batch)
            return check().unsealed == 0

        until(done, "everything sealed")

    return run


def check(*roots: Root) -> Report:
    """What an auditor finds, with the role that only reads."""
    with psycopg.connect(plain("AUDIT_DATABASE_URL"), autocommit=True) as connection:
        return Verifier(connection, public_key=keys.public_bytes(KEY), roots=roots).run()
