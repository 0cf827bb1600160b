"""The tests themselves: what would make them slow or hard to read. See docs/testing.md."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = sorted(ROOT.rglob("test_*.py"))
#: Most examples of a generated test, and most lines of a file.
EXAMPLES, LINES = 40, 550
#: Who builds a city without the fixture, which takes it from a copy: once per module, or once per generated example.
BUILDERS = {
    "architecture/test_bad_addresses.py",
    "privacy/test_access_matrix.py",
    "privacy/test_contexts.py",  # it is the triggers that are tested
    "reminders/test_machine.py",
    "reminders/test_sms.py",
}


def holding(pattern: str) -> dict[str, list[str]]:
    """What a pattern finds, per file."""
    found = {file.relative_to(ROOT).as_posix(): re.findall(pattern, file.read_text()) for file in FILES}
    return {name: hits for name, hits in found.items() if hits and name != "architecture/test_tests.py"}


def test_a_city_comes_from_the_fixture() -> None:
    assert holding(r"\b(?:World|Filled)\.build\(").keys() == BUILDERS


def test_generated_tests_make_a_few_dozen_examples() -> None:
    asked = holding(r"max_examples=(\d+)")
    assert len(asked) > 10
    assert {name: most for name, hits in asked.items() if (most := max(map(int, hits))) > EXAMPLES} == {}


def test_a_file_is_about_one_subject() -> None:
    lines = {file.relative_to(ROOT).as_posix(): len(file.read_text().splitlines()) for file in FILES}
    assert {name: count for name, count in lines.items() if count > LINES} == {}
