"""Keys of sound: which spellings meet, which stay apart, and that nothing typed breaks them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.sounds import sounds, words

ANY_NAME = st.text(max_size=40) | st.text("cghjkqstyçşaeiou 'h-", max_size=80)


def meet(registered: str, typed: str) -> bool:
    """Whether every word that was typed has a key in common with the name."""
    keys = set(sounds(registered))
    return all(keys & found for _, found in words(typed))


@pytest.mark.parametrize(
    ("registered", "typed"),
    [
        ("Mohamed", "Mo"),
        ("Mo", "Muhammed"),
        ("Özgür", "OZGUR"),
        ("Yassin", "Jassine"),
        ("van der Berg", "vd Berg"),
        ("Vandenberg", "van den Berg"),
        ("van den Berg", "Vandenberg"),
        ("El Idrissi", "Idrissi"),
        ("El Idrissi", "Elidrissi"),
        ("Ben Haddou", "Benhaddou"),
        ("Benhaddou", "Ben Haddou"),
        ("Sjaak", "Jacques"),
        ("Çelik", "Chelik"),
        ("Şahin", "Sjahin"),
        ("Khalid", "Galid"),
        ("Dijk", "Dyk"),
        ("Ouali", "Wali"),
        ("Thijs", "Tijs"),
        ("Bakkali", "Bakali"),
        ("Quinty", "Kwinty"),
    ],
)
def test_spellings_of_one_name_meet(registered: str, typed: str) -> None:
    assert meet(registered, typed)


@pytest.mark.parametrize(
    ("registered", "typed"),
    [
        ("Mohamed", "Mahmoud"),
        ("Karim", "Kamal"),
        ("Jamal", "Jamil"),
        ("Amin", "Iman"),
        ("van der Berg", "van der Burg"),
    ],
)
def test_other_names_stay_apart(registered: str, typed: str) -> None:
    assert not meet(registered, typed)


@given(ANY_NAME)
def test_every_name_meets_itself_or_has_no_sound(name: str) -> None:
    keys = set(sounds(name))
    assert all(not found or keys & found for _, found in words(name))


@given(ANY_NAME)
def test_keys_are_few_plain_and_the_same_each_time(name: str) -> None:
    keys = sounds(name)
    assert keys == sorted(set(keys)) == sounds(name)
    assert all(key.isascii() and key.isalnum() and key == key.lower() for key in keys)
    assert len(keys) <= 80 * 12
