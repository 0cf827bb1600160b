"""Lines of short facts: each in an element of its own, and nothing else touched."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from portal.core.dots import dots

FACT = st.text(
    st.characters(exclude_characters="·<>&'\"", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1
)


def facts(line: object) -> list[str]:
    return re.findall(r"<span>(.*?)</span>(?= <span>|</span>$)", str(dots(line)), re.S)


@pytest.mark.parametrize("line", ["", "één feit", "a·b", Markup("<b>a · b</b>"), Markup('<i title="a · b">c</i>')])
def test_what_is_no_line_of_facts_stays_as_it_is(line: str) -> None:
    assert dots(line) == line


def test_a_dot_with_nothing_behind_it_goes() -> None:
    assert dots("twee · ") == "twee"


@given(st.lists(FACT, min_size=2, max_size=5))
def test_each_fact_stands_alone(said: list[str]) -> None:
    assert facts(" · ".join(said)) == said


def test_what_people_wrote_is_escaped_and_markup_is_kept_whole() -> None:
    assert facts("<b>a</b> · b") == [escape("<b>a</b>"), "b"]
    line = Markup('<span class="late">3 dagen</span> ·  <a href="/x?a · b">b<br>c · d</a>')
    assert facts(line) == ['<span class="late">3 dagen</span>', '<a href="/x?a · b">b<br>c · d</a>']
