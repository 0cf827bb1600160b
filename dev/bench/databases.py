"""Databases to measure in: made, migrated and filled on a server of our own or on the one that is given."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

import psycopg

from dev.environment import DATABASE_VARIABLES
from dev.supervisor import ROOT

ADMIN = "ADMIN_DATABASE_URL"


def plain(url: str) -> str:
    """An address as psycopg wants it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def addresses(env: Mapping[str, str], name: str) -> dict[str, str]:
    """The same server and roles, with the database `name`."""
    return {variable: urlsplit(env[variable])._replace(path=f"/{name}").geturl() for variable in DATABASE_VARIABLES}


def superuser(env: Mapping[str, str], name: str) -> str:
    """The superuser's address of the database `name`."""
    return plain(urlsplit(env[ADMIN])._replace(path=f"/{name}").geturl())


def past_the_wall(env: Mapping[str, str], name: str) -> str:
    """The same, as SQLAlchemy wants it."""
    return superuser(env, name).replace("postgresql://", "postgresql+psycopg://")


def create(env: Mapping[str, str], *names: str) -> None:
    """Make empty databases at the present version of the migrations, in place of those with these names."""
    for name, model in zip(names, ("template0", *names), strict=False):  # each a copy of the one before
        _copy(env, name, model)
        if model == "template0":
            command = [sys.executable, "-m", "alembic", "upgrade", "head"]
            subprocess.run(command, cwd=ROOT, env=dict(os.environ) | env | addresses(env, name), check=True)


def _copy(env: Mapping[str, str], name: str, model: str) -> None:
    with psycopg.connect(superuser(env, "postgres"), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        admin.execute(
            f'CREATE DATABASE "{name}" OWNER app_owner TEMPLATE "{model}" ENCODING UTF8 LOCALE \'C.UTF-8\''.encode()
        )
    with psycopg.connect(superuser(env, name), autocommit=True) as admin:
        admin.execute((ROOT / "dev" / "database.sql").read_bytes())


def exists(env: Mapping[str, str], name: str) -> bool:
    """Tell whether there is a database `name`."""
    with psycopg.connect(superuser(env, "postgres")) as admin:
        return admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def drop(env: Mapping[str, str], name: str) -> None:
    """Remove a database, whoever is still connected."""
    with psycopg.connect(superuser(env, "postgres"), autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
