"""What the documents say can be found: links, files, commands and addresses exist, and every page is linked."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).parents[2]
PAGES = {str(page.relative_to(ROOT)): page.read_text() for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))}
#: Where a path in a text may begin; in the page of a feature also at its own folder.
FOLDERS = (ROOT, *(ROOT / name for name in ("portal", "docs", "tests", "templates")), *ROOT.glob("portal/*/"))
MADE_BY_COMMANDS = ("vendor/", "static/vendor/", "portal/static/vendor", "var/")


def said(pattern: str) -> set[tuple[str, str]]:
    """Pairs of a page and what it says in this form."""
    return {(page, found) for page, text in PAGES.items() for found in re.findall(pattern, text)}


def test_links_lead_somewhere() -> None:
    links = said(r"\]\((?!https?:|#|mailto:)([^)#]+)")
    assert {(page, link) for page, link in links if not (ROOT / page).parent.joinpath(link).exists()} == set()


def test_every_page_is_linked_from_an_index() -> None:
    linked = {
        str((ROOT / page).parent.joinpath(link).resolve().relative_to(ROOT))
        for page, link in said(r"\]\((?!https?:|#|mailto:)([^)#]+)")
        if Path(page).name == "README.md"
    }
    assert {page for page in PAGES if page.startswith("docs/")} - linked == set()


def test_files_and_modules_that_are_named_exist() -> None:
    paths = {
        (page, path)
        for page, path in said(r"`([a-z_.]+/[\w./-]*\w)(?:::\w+)?`")
        if not path.startswith(MADE_BY_COMMANDS)
    }
    modules = {(page, name.replace(".", "/")) for page, name in said(r"python -m ((?:dev|portal)[.\w]+)")}
    gone = {(page, path) for page, path in paths | modules if not _is_there(path)}
    assert gone == set()


def test_targets_of_make_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {(page, name) for page, name in said(r"(?:`|^)make ([a-z][a-z-]*)") if name not in targets} == set()


def test_addresses_that_are_named_exist(flask_app: Flask) -> None:
    known = {_plain(rule.rule) for rule in flask_app.url_map.iter_rules()}
    named = {(page, path) for page, path in said(r"`(/[a-z][\w/<>-]*)`") if not path.startswith(("/var", "/etc"))}
    assert {(page, path) for page, path in named if _plain(path) not in known} == set()


def _is_there(path: str) -> bool:
    return any((folder / f"{path}{end}").exists() for folder in FOLDERS for end in ("", ".py"))


def _plain(address: str) -> str:
    return re.sub(r"<[^>]+>", "<>", address)
