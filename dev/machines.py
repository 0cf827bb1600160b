"""Draw every state machine from its data into docs/machines.md: ``python -m dev.machines [--check]``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from dev.supervisor import ROOT, say
from portal import registrations
from portal.core.machine import Machine
from portal.core.registry import registry

PAGE = ROOT / "docs" / "machines.md"
HEAD = """# State machines

Drawn from the data in each feature's `workflow.py` by `python -m dev.machines`; a test tells when a drawing is old.
A step without a name behind it is decided by the service that takes it. *Reason*: never taken without one.
"""


def drawn(machine: Machine[Any, Any]) -> Iterator[str]:
    """The lines of one machine: a diagram, and a table of who may do what on which condition."""
    yield f"\n## {machine.table}\n\n```mermaid\nstateDiagram-v2"
    yield f"    [*] --> {machine.first}"
    for (source, target), rows in groupby(machine.steps, lambda row: (row.source, row.target)):
        yield f"    {source} --> {target}: {', '.join(dict.fromkeys(row.event for row in rows))}"
    yield from (f"    {state} --> [*]" for state in machine.states if state in machine.final)
    yield "```\n\n| event | from | to | who | conditions |\n| --- | --- | --- | --- | --- |"
    for row in machine.steps:
        conditions = [guard.message for guard in row.guards]
        conditions += ["*Reason*"] if row.event in machine.needs_reason else []
        cells = (row.event, row.source, row.target, ", ".join(sorted(row.parties)), " ".join(conditions))
        yield f"| {' | '.join(cells)} |"


def page() -> str:
    """docs/machines.md as it should be."""
    registrations.register()
    lines = [line for _table, machine in sorted(registry.machines.items()) for line in drawn(machine)]
    return HEAD + "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check say whether it is old."""
    wanted = page()
    if arguments != ["--check"]:
        PAGE.write_text(wanted)
        return 0
    if PAGE.exists() and PAGE.read_text() == wanted:
        return 0
    say(f"{PAGE.relative_to(ROOT)} is old: python -m dev.machines")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
