"""Bring the English catalog up to date with code and templates: ``python -m dev.translations [--check]``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from dev.supervisor import ROOT, say

CATALOG = ROOT / "portal" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
WE = "Weg Omhoog"
KEYWORDS = ("N_", "_l", "lazy_gettext")


def run(*arguments: str | Path) -> None:
    """Run pybabel; raise CalledProcessError when it fails."""
    subprocess.run([sys.executable, "-m", "babel.messages.frontend", "-q", *map(str, arguments)], cwd=ROOT, check=True)


def extract(target: Path) -> None:
    """Write every message of the interface to a template."""
    keywords = [part for word in KEYWORDS for part in ("-k", word)]
    run("extract", "-F", "babel.cfg", *keywords, "--no-location", "--sort-output", "--omit-header", "-o", target, ".")


def missing() -> list[str]:
    """Messages of the interface without an English text, or with other placeholders than the Dutch."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        extract(template)
        with template.open("rb") as file:
            wanted = read_po(file)
    with CATALOG.open("rb") as file:
        known = read_po(file, locale="en")
    found = []
    for message in wanted:
        if not message.id:
            continue
        have = known.get(message.id, message.context)
        texts = have.string if have and isinstance(have.string, tuple | list) else (have.string if have else "",)
        if have is None or have.fuzzy or not all(texts):
            found.append(str(message.id))
        elif list(have.check(known)):
            found.append(f"placeholders differ: {message.id}")
    return found


def update() -> None:
    """Add new messages to the catalog, drop those that are gone, keep the rest; nothing in it tells of a moment."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        extract(template)
        with template.open("rb") as file:
            wanted = read_po(file)
    catalog = Catalog(
        locale="en",
        project="Weg Omhoog",
        version="1",
        last_translator=WE,
        language_team=WE,
        msgid_bugs_address=WE,
        header_comment="# English texts of Weg Omhoog; the source texts are Dutch. EUPL-1.2.",
        revision_date=ALWAYS,
        fuzzy=False,
    )
    if CATALOG.exists():
        with CATALOG.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id and not message.fuzzy:
                    catalog[message.id] = message
    catalog.update(wanted, no_fuzzy_matching=True, update_header_comment=False)
    catalog.creation_date = ALWAYS
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    with CATALOG.open("wb") as file:
        write_po(file, catalog, width=0, ignore_obsolete=True, sort_output=True, no_location=True)
    run("compile", "-d", CATALOG.parents[2])


if __name__ == "__main__":
    if sys.argv[1:] != ["--check"]:
        update()
    for line in (lacking := missing()):
        say(line)
    sys.exit(1 if lacking else 0)
