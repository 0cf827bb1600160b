"""The outcome as a table, as JSON and as docs/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import psycopg

from dev.bench.dataset import FIRST_TEAM, OPEN_EACH, WORKERS, Size
from dev.bench.run import BARE, CLIENTS, CRUD, IN_SMALL, PORTAL, SQL, WHOLE, Outcome, Result
from dev.bench.servers import PROCESSES, THREADS

#: What the numbers are held against.
MOST_OVER_LEAST = 3.0
MOST_GROWTH = 1.25
PACKAGES = ("Flask", "Jinja2", "SQLAlchemy", "psycopg", "gunicorn", "Flask-Admin")


def ratios(result: Result) -> dict[str, float]:
    """Page ÷ (bare + SQL), CRUD ÷ page and large city ÷ small one, from the medians at one client."""
    p50 = {name: times.p50 for name, times in result.alone.items()}
    found = {"over_least": p50[PORTAL] / (p50[BARE] + p50[SQL]), "growth": p50[PORTAL] / p50[IN_SMALL]}
    return found | ({"faster_than_crud": p50[CRUD] / p50[PORTAL]} if CRUD in p50 else {})


def missed(outcome: Outcome) -> list[str]:
    """What does not hold, in a line each."""
    return [line for result in outcome.results for line in _missed(result)]


def _missed(result: Result) -> Iterator[str]:
    found = ratios(result)
    if found["over_least"] > MOST_OVER_LEAST:
        yield f"{result.page.name}: {found['over_least']:.1f} × (bare + SQL), more than {MOST_OVER_LEAST:g}"
    if found.get("faster_than_crud", 2) <= 1:
        yield f"{result.page.name}: slower than the generated CRUD"
    if result.page.personal and found["growth"] > MOST_GROWTH:
        yield f"{result.page.name}: {found['growth']:.2f} × as slow in the large city, more than {MOST_GROWTH:g}"


def as_json(outcome: Outcome, size: Size, small: Size, about: dict[str, str]) -> dict[str, Any]:
    """Everything that was measured; times in milliseconds, memory in MiB, size in bytes."""
    return {
        "about": about,
        "size": {"people": size.people, "contacts": size.contacts, "teams": size.teams},
        "small": {"people": small.people, "contacts": small.contacts, "teams": small.teams},
        "memory_mib": {"at_rest": outcome.at_rest, "most": outcome.most},
        "missed": missed(outcome),
        "pages": [
            {
                "page": r.page.name,
                "bytes": r.size,
                "queries": r.queries,
                "ratios": ratios(r),
                "one_client": {name: _numbers(times) for name, times in r.alone.items()},
                "eight_clients": {name: _numbers(times) for name, times in r.together.items()},
            }
            for r in outcome.results
        ],
    }


def _numbers(times: Any) -> dict[str, float]:
    return {"p50": round(times.p50, 3), "p95": round(times.p95, 3), "per_second": round(times.per_second, 1)}


def about(url: str) -> dict[str, str]:
    """The machine and the versions. `url` is a database's, as psycopg wants it."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW server_version").fetchone()
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "cores": str(os.cpu_count()),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "PostgreSQL": str(row[0]) if row else "?",
        **{name: version(name) for name in PACKAGES},
    }


RATIOS = ("Page", "÷ (bare + SQL)", "CRUD ÷ page", "large ÷ small city", "Queries", "kB")
TIMES = ("Page", "Portal p50", "p95", "Bare Flask", "SQL alone", "CRUD p50", "p95", "CRUD, as much", "Small city p50")
LOAD = ("Page", "1 client", "8 clients", "p50 at 8", "p95 at 8", "Bare Flask at 8", "CRUD at 8")


def ratio_rows(results: Sequence[Result]) -> list[list[str]]:
    """The numbers that tell something on any machine."""
    rows = []
    for r in results:
        found = ratios(r)
        faster = found.get("faster_than_crud")
        rows.append(
            [
                r.page.name, f"{found['over_least']:.2f}", f"{faster:.1f}" if faster else "–",
                f"{found['growth']:.2f}", str(r.queries), f"{r.size / 1000:.0f}",
            ]
        )  # fmt: skip
    return rows


def time_rows(results: Sequence[Result]) -> list[list[str]]:
    """Milliseconds at one client."""
    return [
        [
            r.page.name, *_pair(r, PORTAL), f"{r.alone[BARE].p50:.1f}", f"{r.alone[SQL].p50:.1f}", *_pair(r, CRUD),
            _pair(r, WHOLE)[0], f"{r.alone[IN_SMALL].p50:.1f}",
        ]
        for r in results
    ]  # fmt: skip


def _pair(result: Result, target: str) -> tuple[str, str]:
    times = result.alone.get(target)
    return (f"{times.p50:.1f}", f"{times.p95:.1f}") if times else ("–", "–")


def load_rows(results: Sequence[Result]) -> list[list[str]]:
    """Requests per second, and how long they took with many at once."""
    rows = []
    for r in results:
        mine, rival = r.together[PORTAL], r.together.get(CRUD)
        rows.append(
            [
                r.page.name, f"{r.alone[PORTAL].per_second:.0f}", f"{mine.per_second:.0f}", f"{mine.p50:.0f}",
                f"{mine.p95:.0f}", f"{r.together[BARE].per_second:.0f}", f"{rival.per_second:.0f}" if rival else "–",
            ]
        )  # fmt: skip
    return rows


def tables(outcome: Outcome) -> Iterator[tuple[str, Sequence[str], list[list[str]]]]:
    """The tables with their headings."""
    yield "Ratios of medians, one client", RATIOS, ratio_rows(outcome.results)
    yield "Milliseconds, one client", TIMES, time_rows(outcome.results)
    yield f"Requests per second, and milliseconds with {CLIENTS} clients", LOAD, load_rows(outcome.results)


def as_text(outcome: Outcome) -> str:
    """For a terminal."""
    parts = []
    for title, head, rows in tables(outcome):
        widths = [max(len(row[n]) for row in (list(head), *rows)) for n in range(len(head))]
        lines = [
            "  ".join(c.ljust(w) if n == 0 else c.rjust(w) for n, (c, w) in enumerate(zip(row, widths, strict=True)))
            for row in (list(head), *rows)
        ]
        parts.append("\n".join((title, "", *lines)))
    parts.append(f"Memory per process: {_memory(outcome)}")
    parts.append("\n".join(missed(outcome)) or "Everything holds.")
    return "\n\n".join(parts)


def _memory(outcome: Outcome) -> str:
    at_rest, most = (", ".join(f"{mib:.0f}" for mib in sizes) for sizes in (outcome.at_rest, outcome.most))
    return f"{at_rest} MiB after the start, at most {most} MiB."


def as_markdown(outcome: Outcome, size: Size, small: Size, facts: dict[str, str]) -> str:
    """The whole of docs/performance.md."""
    parts = [INTRODUCTION.format(n=size, small=small, first=FIRST_TEAM, workers=WORKERS, each=OPEN_EACH)]
    for title, head, rows in tables(outcome):
        lines = ["| " + " | ".join(row) + " |" for row in (list(head), ["---", *["---:"] * (len(head) - 1)], *rows)]
        parts.append(f"## {title}\n\n" + "\n".join(lines))
    parts.append(f"Memory per web process: {_memory(outcome)}")
    parts.append("\n".join(f"* Does not hold: {line}" for line in missed(outcome)) or "Every bar below holds.")
    stated = "\n".join(f"* {name}: {value}" for name, value in facts.items())
    parts.append(f"## Where this was measured\n\n{stated}\n* gunicorn: {PROCESSES} processes of {THREADS} threads")
    parts.append(EXPLANATION.format(over=MOST_OVER_LEAST, growth=MOST_GROWTH))
    return "\n\n".join(parts) + "\n"


INTRODUCTION = """\
# Speed

Made by `make bench`; the numbers below are those of its last run with `--docs`. Milliseconds differ per machine, so the
ratios come first: they were taken in the same run, in turn, on the same data.

{n.people:,} young people with {n.contacts:,} contact moments in {n.teams} teams, beside a small city of
{small.people:,} and {small.contacts:,}. The team that is measured is the same in both: {first} dossiers, {workers}
workers with {each} open dossiers each."""

EXPLANATION = """\
## What is measured

Every page goes through the real portal under gunicorn, by somebody who signed in, with rights, row locks and access
log. One round asks a page of each of these in turn:

* **Bare Flask** returns as many bytes, made beforehand.
* **SQL alone**: the page's own statements, taken down from a real request, asked again on one bare psycopg connection
  in one transaction, with every row fetched. What the page makes anew gets fresh ids.
* **CRUD**: Flask-Admin on the same tables, set up as its documentation advises, without sign-in, rights or log. Its
  list and search show as many rows; its details show one row, ours also contacts, plans, trajectories, cases and who
  reads along; its form saves one row, ours also the young person, the follow-up, what that closes, and the log. It has
  no page like "Mijn dag". Its caseload is a table of three numbers per worker, ours of fifteen.
* **CRUD, as much**: what one does there to see or save as much: its details with contacts, follow-ups and workers, and
  its forms for the contact, who was there and what comes next, one after the other.

## What must hold

* Faster than the CRUD on list, search, dossier, saving and caseload.
* A page takes at most {over:g} times what bare Flask and its SQL take together.
* A worker's page takes at most {growth:g} times as long in the large city as in the small one.

`make bench` ends with exit code 1 when one of them does not. `make bench ARGS=--tenth` does the same on a tenth of the
city. Lists are not counted beyond a thousand ("meer dan 1.000"): an exact total would read every row. City-wide figures
come from a summary that a task makes every night, with the time it was made on the page; a team's own are live.

What row-level security costs is measured apart: `python -m dev.bench.walls`; the outcome is in
[privacy.md](privacy.md)."""
