"""How names sound, so that Yassin is found as Jassine: keys that are equal when two spellings may be one name.

Spellings in Amsterdam follow Dutch, French, English and Turkish habits side by side (oe/ou/u, sj/ch/sh/ş, j/y/dj,
kh/g/ch). A key keeps the consonants by sound and the last vowel by colour; where a letter can be read in more than one
way, a word has more than one key. No judgement about origin is made or stored: every name goes through the same rules.
"""

from __future__ import annotations

import re
from itertools import pairwise, product

from portal.core.text import fold

#: Before family names, left out when searching: 'Van der Berg', 'vd Berg' and 'Berg' are the same.
PARTICLES = frozenset(
    [
        "van",
        "von",
        "vd",
        "v",
        "d",
        "de",
        "der",
        "den",
        "het",
        "ten",
        "ter",
        "te",
        "op",
        "in",
        "t",
        "la",
        "le",
        "el",
        "al",
        "ait",
        "ben",
        "bin",
        "ould",
    ]
)
#: Written against the name that follows, when enough letters are left to be one.
_JOINED = re.compile(r"^(?:vanden|vander|vande)(?=\w{4})|^(?:van|el|al|ait|ben)(?=\w{5})")

#: Short forms and spellings that no rule of sound brings together; the first stands for all.
_SAME = (
    "mohamed mo moh moha momo med muhammed muhamed",
    "youssef yusuf yousuf joesoef jusuf yousef",
    "ahmed achmed ahmet ahmad",
    "abdel abdul abdoel abd appie",
    "hussein hoessein husain houssain hussain",
    "mustafa moustapha mustapha moes mus",
    "ibrahim ibo ibra brahim",
    "suleyman soulaiman sulaiman souleiman soelaiman",
    "jacques sjaak sjak jaak",
    "charles sjarel",
    "george sjors joris",
    "johannes johan jan hans",
    "sebastiaan bas",
    "willem wim",
    "cornelis kees cees",
    "pieter piet peter",
    "alexander alex lex sander",
    "giovanni gio",
    "emmanuel manu emanuel",
    "samuel sam",
    "benjamin ben benji",
    "zakaria zak zaki zack",
    "soufiane souf sofian",
    "fatima fatma",
    "khadija khadisha dija",
    "elizabeth liesbeth elisabeth",
)
_FIRST_OF = {name: group.split()[0] for group in _SAME for name in group.split()}

# Per step: what is read, and the ways it can sound. Capitals are finished consonants, so that no later step reads them.
_STEPS = tuple(
    (re.compile(pattern), ways)
    for pattern, ways in (
        (r"^o[ue](?=[aeiou])", ("W",)),
        (r"tsj|tsch|tch|sch|sj|sh", ("S",)),
        (r"ch", ("S", "G", "H")),
        (r"kh|gh", ("G",)),
        (r"ph", ("F",)),
        (r"[td]h", ("T",)),
        (r"d+j", ("J",)),
        (r"qu", ("K", "KW")),
        (r"ck|q", ("K",)),
        (r"x", ("KS",)),
        (r"c(?=[eiy])", ("S",)),
        (r"ij|ee", ("i",)),
        (r"^y(?=[aeiou])", ("Y",)),
        (r"^j(?=[aeiou])", ("Y", "J")),
        (r"j(?=[aeiou])", ("J", "i")),
        (r"[yj]", ("i",)),
        (r"h$", ("",)),
    )
)
_LETTERS = str.maketrans({"c": "K", "d": "T", "t": "T", "z": "S", "s": "S", "v": "F", "f": "F"})
_TURKISH = str.maketrans({"ç": "ch", "Ç": "ch", "ş": "sh", "Ş": "sh"})
_MOST_KEYS = 12
_SHORT = 3
_SERVANT = frozenset(("abdel", "abdul", "abdoel"))


def words(text: str) -> list[tuple[str, frozenset[str]]]:
    """The words that count in what was typed, folded, each with the keys it may be known by; particles are left out.

    Words on either side may have been written apart: each word also has the keys of itself with a neighbour.
    """
    plain, keys = fold(text).split(), _keys_in_place(text)
    joined = [_keys_together(left, right) for left, right in pairwise(plain)]
    around = [*joined, frozenset[str]()]
    before = [frozenset[str](), *joined]
    every = [(word, keys[n] | around[n] | before[n]) for n, word in enumerate(plain)]
    return [each for each in every if each[0] not in PARTICLES] or [(word, frozenset()) for word in plain]


def sounds(*names: str) -> list[str]:
    """The keys under which somebody with these names is found, sorted, each once."""
    found: set[str] = set()
    for name in names:
        plain = fold(name).split()
        for word, keys in zip(plain, _keys_in_place(name), strict=True):
            found |= frozenset() if word in PARTICLES else keys
        for left, right in pairwise(plain):
            found |= _keys_together(left, right)
    return sorted(found)


def _keys_in_place(text: str) -> list[frozenset[str]]:
    """Per word its keys, ç and ş read both as the plain letter and as they sound."""
    plain, turkish = fold(text).split(), fold(text.translate(_TURKISH)).split()
    return [frozenset(_keys(one) | _keys(other)) for one, other in zip(plain, turkish, strict=True)]


def _keys_together(left: str, right: str) -> frozenset[str]:
    """The keys of two words written as one, when the first is the kind that is: 'Ben Haddou', 'Abdel Kader'."""
    return frozenset(_keys(left + right) if len(left) <= _SHORT or left in _SERVANT else ())


def _keys(word: str) -> set[str]:
    """All keys of one folded word: as it sounds, without a particle written against it, and as its fuller form."""
    forms = {word, _JOINED.sub("", word)}
    forms |= {_FIRST_OF[form] for form in forms if form in _FIRST_OF}
    found = {_key(read) for form in forms for read in _readings(form)}
    return {key for key in found if len(key) > 1}


def _readings(word: str) -> list[str]:
    """Every way to say a word, a capital for each consonant that was made out; at most a dozen."""
    found = [word]
    for pattern, ways in _STEPS:
        found = list(dict.fromkeys(pattern.sub(way, each) for each, way in product(found, ways)))[:_MOST_KEYS]
    return found


def _key(read: str) -> str:
    """Consonants and the last vowel; all vowels when there are few consonants, else too many names are one."""
    plain = re.sub(r"[aeiou]+", _colour, re.sub(r"(.)\1+", r"\1", read.translate(_LETTERS).upper().translate(_DOWN)))
    plain = re.sub(r"(.)\1+", r"\1", plain)
    plain = re.sub(r"(?<=[^aiu])[aiu]$", "", plain)
    consonants, vowels = re.sub(r"[aiu]", "", plain), re.sub(r"[^aiu]", "", plain[1:])
    if len(consonants) < 3:
        return plain.lower()
    return (("a" if plain[0] in "aiu" else "") + consonants + vowels[-1:]).lower()


_DOWN = str.maketrans("AEIOU", "aeiou")


def _colour(run: re.Match[str]) -> str:
    """A run of vowels as dark (o, u), bright (i) or open (a, e)."""
    vowels = run.group()
    return "u" if set(vowels) & set("ou") else "i" if "i" in vowels else "a"
