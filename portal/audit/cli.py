"""`python -m portal.audit`, or `flask --app wsgi audit`: check and export; also for an auditor elsewhere.

Checking needs an address of the database with the right to read the log, and a root that was kept outside.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
import psycopg

from portal.audit import exporting, keys, roots
from portal.audit.roots import Root
from portal.audit.verifying import Report, Verifier
from portal.core import sealing
from portal.settings import SettingsError, settings

DATABASE = click.option(
    "--database", envvar="AUDIT_DATABASE_URL", required=True, help="Address of the database; AUDIT_DATABASE_URL."
)
DAY = click.DateTime(["%Y-%m-%d"])


@click.group("audit", help="The access log: check it, export it.")
def audit() -> None:
    """Commands for who watches the log."""


@contextmanager
def _connected(database: str) -> Iterator[psycopg.Connection]:
    """A reading connection; an address of SQLAlchemy will do as well."""
    try:
        with psycopg.connect(
            database.replace("postgresql+psycopg:", "postgresql:", 1), autocommit=True, connect_timeout=10
        ) as connection:
            yield connection
    except psycopg.OperationalError as error:
        raise click.ClickException(f"The database does not answer: {type(error).__name__}.") from None


@audit.command()
@DATABASE
@click.option(
    "--root", "files", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A root that was kept outside: a mail or the file of export-root. May be given more than once.",
)  # fmt: skip
@click.option("--public-key", help="64 hex digits; by default that of the roots, else that of this installation.")
@click.option("--most", default=50, show_default=True, help="So many findings are printed.")
def verify(database: str, files: tuple[Path, ...], public_key: str | None, most: int) -> None:
    """Check every row and seal. Exit code 0: whole; 1: something was found; 2: it could not be checked."""
    kept = [_read(path) for path in files]
    key, began = _key(public_key, kept), time.monotonic()
    with _connected(database) as connection:
        report = Verifier(connection, public_key=key, roots=kept).run()
    _tell(report, kept, time.monotonic() - began, most)
    sys.exit(1 if report.findings else 0)


def _read(path: Path) -> Root:
    try:
        return roots.parse(path.read_text())
    except ValueError as error:
        raise click.UsageError(f"{path.name}: {error}") from None


def _key(given: str | None, kept: list[Root]) -> bytes:
    """What signatures are checked with; best is what came from outside."""
    found = {root.public_key for root in kept} | ({bytes.fromhex(given)} if given else set())
    if len(found) > 1:
        raise click.UsageError("The roots and the key do not belong together.")
    if found:
        return found.pop()
    try:
        own = keys.public_bytes(keys.signing_key(settings()))
    except SettingsError:
        raise click.UsageError("Give a --root or a --public-key.") from None
    click.echo("No root was given: signatures are checked with this installation's own key.")
    return own


def _tell(report: Report, kept: list[Root], seconds: float, most: int) -> None:
    speed = f"{report.rows / seconds:,.0f} rows/s" if seconds else ""
    click.echo(f"{report.rows} rows under {report.seals} seals checked in {seconds:.1f} s ({speed}).")
    click.echo(f"{report.unsealed} rows not sealed yet, {report.expired} gone after their term, {len(kept)} roots.")
    for finding in report.findings[:most]:
        click.echo(str(finding))
    if len(report.findings) > most:
        click.echo(f"... and {len(report.findings) - most} more")
    click.echo(f"{len(report.findings)} findings." if report.findings else "The log is whole.")


@audit.command("export-root")
@DATABASE
def export_root(database: str) -> None:
    """Print the newest signed root. Keep it where nobody who can reach the database can reach it."""
    with _connected(database) as connection:
        row = connection.execute(roots.NEWEST).fetchone()
    if row is None:
        raise click.ClickException("Nothing is sealed yet.")
    n, hashed, sealed_at, rows, public_key, signature = row
    click.echo(Root(n, hashed, sealed_at, rows, public_key, signature).as_text())


@audit.command()
@DATABASE
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, required=True, help="Last day.")
@click.option("--format", "kind", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
def export(database: str, first: datetime, last: datetime, kind: str) -> None:
    """Print the log of a period as records of Logboek Dataverwerkingen (needs the settings of the portal)."""
    try:
        config = settings()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    sealing.configure(config.secret_key)
    write = exporting.write_csv if kind == "csv" else exporting.write_json_lines
    with _connected(database) as connection:
        made = exporting.records(connection, exporting.Form(config.base_url), first.date(), last.date())
        count = write(made, sys.stdout)
    click.echo(f"{count} records.", err=True)
