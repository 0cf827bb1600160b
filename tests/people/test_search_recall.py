"""How many of the labelled names are found in a team of two thousand, next to two plain ways (docs/search.md).

`names.csv`: a name as it was registered (another name between brackets), as somebody typed it, and whether that is the
same name. Invented combinations of common first names and family names (demogegevens).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import insert, text

from portal.core import db
from portal.core.ids import new_id
from portal.core.text import fold
from portal.demo.names import full_name
from portal.people import names, service
from portal.people.models import Person
from tests.factories import World

CROWD = 2000
LABELLED = Path(__file__).with_name("names.csv").read_text(encoding="utf-8")
PAIRS = [tuple(row) for row in csv.reader(LABELLED.splitlines())][1:]
VARIANTS = [(registered, typed) for registered, typed, same in PAIRS if same == "yes"]
OTHERS = [(registered, typed) for registered, typed, same in PAIRS if same == "no"]

Search = Callable[[str], list[UUID]]

TRIGRAM = """
SELECT id FROM person ORDER BY similarity(lower(given_name || ' ' || family_name), lower(:words)) DESC, id LIMIT 10
"""
ILIKE = "SELECT id FROM person WHERE given_name || ' ' || family_name ILIKE '%' || :words || '%' ORDER BY id LIMIT 10"


def _row(team_id: UUID, given: str, family: str, alias: str = "") -> dict[str, object]:
    row_id = new_id()
    return {
        "id": row_id,
        "team_id": team_id,
        "pseudonym": f"P-{row_id.hex[-10:].upper()}",
        "given_name": given,
        "family_name": family,
        "birth_date": date(2008, 5, 1),
        **names.columns(given, family, aliases=[alias] if alias else []),
    }


def _registered(team_id: UUID, written: str) -> dict[str, object]:
    """'Bilal Chaouki (Flits)' as a row."""
    plain, alias = re.fullmatch(r"([^(]+?)(?: \((.+)\))?", written).groups("")  # type: ignore[union-attr]
    given, _, family = plain.partition(" ")
    return _row(team_id, given, family, alias)


@pytest.fixture
def team(world: World) -> dict[str, UUID]:
    """A team of two thousand, the labelled names among them; their ids by name as registered."""
    chance = Random(20)
    labelled = {written: _registered(world.noord.id, written) for written, *_ in PAIRS}
    crowd = [_row(world.noord.id, *full_name(chance)) for _ in range(CROWD - len(labelled))]
    with db.unit_of_work():
        db.session.execute(insert(Person), [*labelled.values(), *crowd])
        db.mark_logged()
    return {written: row["id"] for written, row in labelled.items()}  # type: ignore[misc]


def _ours(world: World) -> Search:
    director = world.actor(world.director)

    def search(words: str) -> list[UUID]:
        return [row.id for row in service.search(director, words=words)[:10]]

    return search


def _plain(statement: str) -> Search:
    return lambda words: list(db.session.scalars(text(statement), {"words": words}))


def _missed(pairs: Iterable[tuple[str, str]], team: dict[str, UUID], search: Search) -> list[tuple[str, str]]:
    return [(registered, typed) for registered, typed in pairs if team[registered] not in search(typed)]


def test_the_labelled_set_is_large_and_says_each_thing_once() -> None:
    assert len(PAIRS) >= 300
    assert len({(registered, typed) for registered, typed, _ in PAIRS}) == len(PAIRS)
    assert {same for *_, same in PAIRS} == {"yes", "no"}
    assert all(fold(typed) for _, typed, _ in PAIRS)


def test_recall_at_ten_beats_trigrams_and_ilike(world: World, team: dict[str, UUID]) -> None:
    searches = {"ours": _ours(world), "trigram": _plain(TRIGRAM), "ilike": _plain(ILIKE)}
    with db.unit_of_work():
        missed = {name: _missed(VARIANTS, team, search) for name, search in searches.items()}
        refused = {name: _missed(OTHERS, team, search) for name, search in searches.items()}
    recall = {name: 1 - len(pairs) / len(VARIANTS) for name, pairs in missed.items()}
    taken = {name: 1 - len(pairs) / len(OTHERS) for name, pairs in refused.items()}
    assert recall["ours"] >= 0.97, missed["ours"]
    assert recall["ours"] > recall["trigram"] > recall["ilike"], recall
    assert taken["ours"] < 0.5 < taken["trigram"], f"other names are kept apart as well: {taken}"
