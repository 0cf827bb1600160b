"""SQL that says how well a name answers to what was typed: literally, from its start, by sound, or but for a slip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, literal, or_
from sqlalchemy.types import Integer

from portal.core import sounds

#: Share of trigrams that a word and a name must have in common to be one name with a typing error.
SLIP = 0.3
#: Words of a query that are looked at; nobody has more names.
MOST_WORDS = 8

Words = Sequence[tuple[str, frozenset[str]]]


def words(typed: str) -> Words:
    """The words that count in what was typed, each with its keys of sound; empty without a letter or digit."""
    return sounds.words(typed)[:MOST_WORDS]


def named(near: CTE, wanted: Words) -> ColumnElement[bool]:
    """Every word is a name, the start of one, sounds like one or nearly is one, of those in policy.reached."""
    return and_(*(or_(_starts(near, word), _sounds(near, keys), _slip(near, word)) for word, keys in wanted))


def rank(near: CTE, wanted: Words) -> list[ColumnElement[Any]]:
    """Order: literal names before starts, sounds and slips, summed over the words; the nearest first in each."""
    steps = [
        case((_is(near, word), 0), (_starts(near, word), 1), (_sounds(near, keys), 2), else_=3) for word, keys in wanted
    ]
    alike = [_alike(near, word) for word, _ in wanted]
    return [sum(steps[1:], steps[0].cast(Integer)), sum(alike[1:], alike[0]).desc()]


def _is(near: CTE, word: str) -> ColumnElement[bool]:
    return near.c.search_text.op("~")(rf"\m{word}\M")


def _starts(near: CTE, word: str) -> ColumnElement[bool]:
    return near.c.search_text.op("~")(rf"\m{word}")


def _sounds(near: CTE, keys: frozenset[str]) -> ColumnElement[bool]:
    return near.c.sounds.overlap(sorted(keys)) if keys else literal(False)


def _slip(near: CTE, word: str) -> ColumnElement[bool]:
    """Not for words of one or two letters, whose trigrams are hardly a name."""
    return _alike(near, word) >= SLIP if len(word) > 2 else literal(False)


def _alike(near: CTE, word: str) -> ColumnElement[Any]:
    return func.strict_word_similarity(word, near.c.search_text)
