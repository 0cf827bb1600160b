"""Normalised text: for sorting and searching names as they live in Amsterdam."""

from __future__ import annotations

import re
import unicodedata

# Letters that NFKD does not take apart.
_LETTERS = str.maketrans({"ı": "i", "İ": "i", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ə": "e"})
_PREFIX = re.compile(r"^(?:(?:van|von|vd|v\.d\.|de|der|den|het|ten|ter|te|op|in|'t|la|el|al|ait|ben|bin|d)[\s'-]+)+")


def fold(value: str) -> str:
    """Lower case without diacritics or punctuation, single spaces: 'Özgür  El-Idrissi' → 'ozgur el idrissi'."""
    lowered = value.translate(_LETTERS).casefold().translate(_LETTERS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", plain).split())


def sort_key(given_name: str, family_name: str = "") -> str:
    """Dutch order: family name without prefixes first, then the given name, then the whole ('vd Berg' under B)."""
    family = fold(_PREFIX.sub("", family_name.casefold()))
    return " ".join(part for part in (family, fold(given_name), fold(family_name)) if part)
