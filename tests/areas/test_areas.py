"""The area tree as labels, choices and filters use it."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.areas import service
from portal.areas.models import AreaKind


def test_tree_is_complete(app: Flask) -> None:
    kinds = [place.kind for place in service.current()]
    assert [kinds.count(kind) for kind in AreaKind] == [9, 25, 110]


@pytest.mark.parametrize(
    ("code", "label", "stadsdeel"),
    [
        ("TB", "Venserpolder, Zuidoost", "Zuidoost"),
        ("GT22", "Bijlmer-Centrum, Zuidoost", "Zuidoost"),
        ("T", "Zuidoost", "Zuidoost"),
        ("BA", "Havens-West, Westpoort", "Westpoort"),
        (None, "", ""),
        ("", "", ""),
        ("??", "", ""),
    ],
)
def test_label(app: Flask, code: str | None, label: str, stadsdeel: str) -> None:
    assert service.label(code) == label
    assert service.stadsdeel(code) == stadsdeel


def test_path_runs_from_stadsdeel_down(app: Flask) -> None:
    assert [place.code for place in service.path("TB")] == ["T", "GT22", "TB"]


def test_every_area_lies_within_its_stadsdeel_once(app: Flask) -> None:
    within = [service.within(place.code) for place in service.stadsdelen()]
    assert sum(map(len, within)) == len(frozenset().union(*within)) == len(service.places())
    assert "TB" in service.within("GT22")
    assert service.within("TB") == {"TB"}
    assert service.within("??") == frozenset()


def test_in_the_order_of_the_tree(app: Flask) -> None:
    codes = [place.code for place in service.current()]
    for place in service.current():
        if place.parent_code:
            assert codes.index(place.parent_code) < codes.index(place.code)
    names = [place.name for place in service.stadsdelen()]
    assert names == sorted(names)
