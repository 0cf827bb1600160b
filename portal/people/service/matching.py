"""SQL that says how well a name answers to what was typed: literally, from its start, by sound, or but for a slip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import ARRAY, CTE, ColumnElement, Text, and_, bindparam, case, func, literal, or_
from sqlalchemy.types import Integer

from portal.core import sounds

#: Share of trigrams that a word and a name must have in common to be one name with a typing error.
SLIP = 0.3
#: A word of fewer letters has too few trigrams to be a name with a typing error.
SLIP_FROM = 3
#: Words of a query that are looked at; nobody has more names.
MOST_WORDS = 8

Typed = Sequence[tuple[str, frozenset[str]]]


class Word(NamedTuple):
    """A word in a statement, in each form in which it is compared."""

    plain: ColumnElement[Any]
    start: ColumnElement[Any]
    whole: ColumnElement[Any]
    keys: ColumnElement[Any]


TYPES = Word(Text(), Text(), Text(), ARRAY(Text()))  # type: ignore[arg-type]


def words(typed: str) -> Typed:
    """The words that count in what was typed, each with its keys of sound; empty without a letter or digit."""
    return sounds.words(typed)[:MOST_WORDS]


def literally(typed: Typed) -> list[Word]:
    """These words, in a statement that is asked once."""
    return [Word(*map(literal, _forms(word, keys), TYPES)) for word, keys in typed]


def parameters(count: int) -> list[Word]:
    """So many words, in a statement that is written once and gets their `values` each time."""
    return [Word(*map(bindparam, _names(n), [None] * len(TYPES), TYPES)) for n in range(count)]


def values(typed: Typed) -> Mapping[str, Any]:
    """What `parameters` are for these words."""
    return {name: value for n, each in enumerate(typed) for name, value in zip(_names(n), _forms(*each), strict=True)}


def _names(n: int) -> list[str]:
    return [f"{form}_{n}" for form in Word._fields]


def _forms(word: str, keys: frozenset[str]) -> tuple[str, str, str, list[str]]:
    return word, rf"\m{word}", rf"\m{word}\M", sorted(keys)


def named(near: CTE, wanted: Sequence[Word]) -> ColumnElement[bool]:
    """Every word is a name, the start of one, sounds like one or nearly is one, of those in policy.reached."""
    return and_(*(or_(_starts(near, word), _sounds(near, word), _slip(near, word)) for word in wanted))


def rank(near: CTE, wanted: Sequence[Word]) -> list[ColumnElement[Any]]:
    """Order: literal names before starts, sounds and slips, summed over the words; the nearest first in each."""
    steps = [case((_is(near, word), 0), (_starts(near, word), 1), (_sounds(near, word), 2), else_=3) for word in wanted]
    alike = [_alike(near, word) for word in wanted]
    return [sum(steps[1:], steps[0].cast(Integer)), sum(alike[1:], alike[0]).desc()]


def _is(near: CTE, word: Word) -> ColumnElement[bool]:
    return near.c.search_text.op("~")(word.whole)


def _starts(near: CTE, word: Word) -> ColumnElement[bool]:
    return near.c.search_text.op("~")(word.start)


def _sounds(near: CTE, word: Word) -> ColumnElement[bool]:
    return cast(ColumnElement[bool], near.c.sounds.overlap(word.keys))


def _slip(near: CTE, word: Word) -> ColumnElement[bool]:
    return and_(func.length(word.plain) >= SLIP_FROM, _alike(near, word) >= SLIP)


def _alike(near: CTE, word: Word) -> ColumnElement[Any]:
    return func.strict_word_similarity(word.plain, near.c.search_text)
