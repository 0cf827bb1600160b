"""`flask --app wsgi demo load`: make the demo data, or bring them up to today."""

from __future__ import annotations

import time
from datetime import date, datetime

import click
from flask.cli import AppGroup

from portal.core import db
from portal.demo import load as loading
from portal.settings import settings

demo = AppGroup("demo", help="Demo data; refused outside a demo.")


@demo.command("load")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed is another city.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Morning to bring the demo up to; today.")
@click.option("--again", is_flag=True, help="Also when this date was loaded before.")
def load(seed: int, day: datetime | None, again: bool) -> None:
    """Add what is missing up to today; what visitors made or changed stays."""
    config, began = settings(), time.monotonic()
    today: date | None = day.date() if day else None
    db.configure(config.database_url_for("worker"), pooled=False, system=True)
    try:
        outcome = loading.load(seed=seed, password=_password(), today=today, demo=config.demo, again=again)
    except loading.NotADemo:
        raise click.ClickException("Demo data only go into a demo: set DEMO=1 (and never on real data).") from None
    added, moved = sum(outcome.added.values()), sum(outcome.moved.values())
    seconds = time.monotonic() - began
    click.echo(f"Demo data stand at {outcome.today}: {added} rows added, {moved} moved on, in {seconds:.1f} s.")


def _password() -> str:
    config = settings()
    if config.demo and not config.demo_password:
        raise click.ClickException("DEMO_PASSWORD is empty: the demo accounts need a password.")
    return config.demo_password
