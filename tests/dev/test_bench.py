"""The measuring itself: its city, its table and its command, on a few dossiers. No test looks at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from dev.bench import report
from dev.bench.dataset import FIRST_TEAM, City, Size, made_id
from dev.bench.measure import Times, together
from dev.bench.pages import PAGES
from dev.bench.run import BARE, CRUD, IN_SMALL, PORTAL, SQL, Outcome, Result
from dev.bench.statements import Replay
from portal.core import sealing
from tests.conftest import ROOT

NOW = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(("people", "teams"), [(100_000, 40), (10_000, 40), (1_000, 2), (60, 2), (1_001, 3)])
def test_a_city_has_everybody_and_its_first_team_keeps_its_size(people: int, teams: int) -> None:
    size = Size(people, teams)
    each = [size.of_team(team) for team in range(teams)]
    assert sum(each) == people
    assert each[0] == min(FIRST_TEAM, people)
    assert max(each[1:]) - min(each[1:]) <= 1


def test_the_same_day_gives_the_same_people_and_ids_in_the_order_of_their_making() -> None:
    sealing.configure(os.environ["SECRET_KEY"])
    first, second = (City(Size(40, 2), NOW, "hash", ("A", "B")) for _ in range(2))
    plain = [[row[:7] + row[8:] for row in city.people()] for city in (first, second)]  # but for the sealed phone
    assert plain[0] == plain[1]
    assert len({row[0] for row in plain[0]}) == 40
    made = made_id("person", 1, NOW)
    assert made.version == 7
    assert made < made_id("person", 0, datetime(2026, 11, 25, tzinfo=UTC))


def result(portal: float, small: float, bare: float, sql: float, crud: float | None) -> Result:
    alone = {PORTAL: portal, IN_SMALL: small, BARE: bare, SQL: sql} | ({CRUD: crud} if crud else {})
    times = {name: Times([value, value], 1.0) for name, value in alone.items()}
    return Result(PAGES[1], 1000, 8, times, times)


@pytest.mark.parametrize(
    ("measured", "missed"),
    [
        (result(9, 8, 1, 3, 50), 0),
        (result(13, 12, 1, 3, 50), 1),  # more than three times the least
        (result(9, 8, 1, 3, 9), 1),  # no faster than the generated one
        (result(9, 7, 1, 3, 50), 1),  # slower in a larger city
        (result(20, 10, 1, 3, 10), 3),
        (result(9, 8, 1, 3, None), 0),
    ],
)
def test_what_does_not_hold_is_said(measured: Result, missed: int) -> None:
    outcome = Outcome([measured], [80.0], [90.0])
    assert len(report.missed(outcome)) == missed
    assert ("Everything holds." in report.as_text(outcome)) == (missed == 0)


def test_an_error_of_one_client_ends_the_round() -> None:
    def fail(_number: int) -> None:
        raise LookupError("no such page")

    with pytest.raises(LookupError):
        together([lambda _number: None, fail], range(3))


def test_replay_gives_fresh_ids_to_what_the_page_made_and_keeps_the_rest() -> None:
    made, old, key = made_id("new", 1, NOW), made_id("old", 1, datetime(2020, 1, 1, tzinfo=UTC)), UUID(int=5)
    replay = Replay.__new__(Replay)
    replay._since, replay._key = NOW.timestamp() - 1, str(key)
    fresh: dict[str, UUID] = {}
    given = replay._renewed({"id": made, "again": [made, old], "key": key, "word": "x", "as_text": str(key)}, fresh)
    assert given["id"] not in {made, old}
    assert given["again"] == [given["id"], old]
    assert given["word"] == "x"
    assert given["as_text"] == str(given["key"]) != str(key)


def test_the_command_measures_every_page_beside_the_others(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    done = subprocess.run(
        [sys.executable, "-m", "dev.bench", "--tiny", "--json", str(out)], cwd=ROOT, env=dict(os.environ),
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout[-3000:] + done.stderr[-3000:]  # 1: too slow, here no matter
    found = json.loads(out.read_text())
    pages = {page["page"]: page for page in found["pages"]}
    assert set(pages) == {page.name for page in PAGES}
    assert {name for name, page in pages.items() if CRUD not in page["one_client"]} == {"Mijn dag", "City caseload"}
    for page in pages.values():
        assert {PORTAL, IN_SMALL, BARE, SQL} <= set(page["one_client"])
        assert page["queries"] > 3
        assert min(times["p50"] for times in page["one_client"].values()) > 0
    assert min(found["memory_mib"]["most"]) > 20
    assert "Ratios of medians" in done.stdout
