"""Fields: what they accept, what they refuse and in which words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal.core import forms
from tests.core.fields import APP, PEOPLE, A, B, answer, one, page, words


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    """A form needs a request and its language."""
    with APP.test_request_context():
        yield


# --- text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "data"),
    [
        ("  Noor  ", "Noor"),
        ("Ö", "Ö"),
        ("Jan\tde Wit", None),
        ("a\x00b", None),
        ("a\u202eb", "a\u202eb"),
        ("a\x1bb", None),
    ],
)
def test_text_is_trimmed_normalised_and_free_of_control_characters(typed: str, data: str | None) -> None:
    field = answer(forms.TextField("Naam"), typed)
    if data is None:
        assert "teken in dat we niet kunnen lezen" in field.error
        assert not any(unicodedata.category(c) == "Cc" for c in field._value().replace("\t", ""))
    else:
        assert (field.data, field.error) == (data, "")


def test_lines_end_alike_in_a_text_area_and_a_line_has_none() -> None:
    assert answer(forms.TextAreaField("N"), "een\r\ntwee\rdrie").data == "een\ntwee\ndrie"
    assert answer(forms.TextField("N"), "een\ntwee").error


@pytest.mark.parametrize(
    ("length", "error"), [(5, ""), (6, "Maak de tekst 1 teken korter."), (9, "Maak de tekst 4 tekens korter.")]
)
def test_length_limit_counts_characters_and_says_how_many_are_too_many(length: int, error: str) -> None:
    assert answer(forms.TextField("N", max_length=5), "é" * length).error == error
    assert one(page(answer(forms.TextField("N", max_length=5), "x")), "input").get("maxlength") == "5"


@pytest.mark.parametrize("typed", ["", "   "])
def test_required_and_optional_meet_an_empty_answer(typed: str) -> None:
    assert answer(forms.TextField("Naam"), typed).error == "Vul dit veld in."
    assert answer(forms.TextField("Naam", missing="Vul je naam in."), typed).error == "Vul je naam in."
    assert answer(forms.TextField("Naam", required=False), typed).error == ""


@given(st.text(max_size=40))
def test_no_text_breaks_the_page_or_survives_unclean(typed: str) -> None:
    with APP.test_request_context():
        field = answer(forms.TextAreaField("N", required=False), typed)
        drawn = page(field)
        if not field.errors:
            assert field.data == unicodedata.normalize("NFC", field.data)
            assert not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in field.data)
            assert one(drawn, "textarea").text in (field.data, None)


def test_markup_in_an_answer_stays_text() -> None:
    tree = page(answer(forms.TextField("N"), '"><script>alert(1)</script>'))
    assert tree.findall(".//script") == []
    assert one(tree, "input").get("value") == '"><script>alert(1)</script>'


@pytest.mark.parametrize("address", ["noor@example.nl", "Noor.S+x@sub.example.nl"])
def test_mail_addresses_are_kept_in_lower_case(address: str) -> None:
    assert answer(forms.EmailField("E"), address).data == address.lower()


@pytest.mark.parametrize(
    "address", ["noor", "@example.nl", "noor@", "noor@nl", "a b@example.nl", "a@b@example.nl", "a@.nl", "a@b..nl"]
)
def test_what_is_no_mail_address_is_refused(address: str) -> None:
    assert "geldig e-mailadres" in answer(forms.EmailField("E"), address).error


@pytest.mark.parametrize(
    ("typed", "fine"),
    [("06 12345678", True), ("+31 (0)20-1234567", True), ("12", False), ("bel mij 0612345678", False)],
)
def test_telephone_numbers(typed: str, fine: bool) -> None:
    assert (answer(forms.PhoneField("T"), typed).error == "") is fine


def test_a_password_keeps_its_spaces_and_never_returns_to_the_page() -> None:
    field = answer(forms.PasswordField("W", new=True, min_length=4), " geheim ")
    assert field.data == " geheim "
    control = one(page(field), "input")
    assert (control.get("value"), control.get("autocomplete"), control.get("minlength")) == (None, "new-password", "4")
    assert answer(forms.PasswordField("W", min_length=12), "kort").error == "Gebruik minstens 12 tekens."


@pytest.mark.parametrize(
    ("typed", "data"),
    [("123 456", "123456"), ("123456", "123456"), ("12345", None), ("12345a", None), ("１２３４５６", None)],
)
def test_a_code_is_six_ascii_digits(typed: str, data: str | None) -> None:
    field = answer(forms.CodeField("Code"), typed)
    assert field.data == data if data else field.error == "Vul de code van 6 cijfers in."
    assert one(page(field), "input").get("autocomplete") == "one-time-code"


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "data", "error"),
    [
        ("0", 0, ""), (" 12 ", 12, ""), ("13", 13, "Vul 12 of minder in."), ("-1", -1, "Vul 0 of meer in."),
        ("x", None, "Vul een heel getal in, zoals 12."), ("1.5", None, "Vul een heel getal in, zoals 12."),
        ("٣", None, "Vul een heel getal in, zoals 12."), ("9" * 5000, None, "Vul een heel getal in, zoals 12."),
        ("", None, "Vul een getal in."),
    ],
)  # fmt: skip
def test_whole_numbers(typed: str, data: int | None, error: str) -> None:
    field = answer(forms.NumberField("N", low=0, high=12), typed)
    assert (field.data, field.error) == (data, error)


@pytest.mark.parametrize(
    ("typed", "data"),
    [("0,8", Decimal("0.8")), ("0.80", Decimal("0.80")), ("1e9", None), ("NaN", None), ("0,123", None), ("--1", None)],
)
def test_decimals_take_comma_and_point(typed: str, data: Decimal | None) -> None:
    field = answer(forms.DecimalField("N", low=0, high=2), typed)
    assert field.data == data
    assert bool(field.errors) is (data is None)


def test_a_refused_number_stays_in_the_control() -> None:
    assert one(page(answer(forms.NumberField("N"), "twaalf")), "input").get("value") == "twaalf"


@pytest.mark.parametrize("typed", ["", "x", "-1", "99999999999"])
def test_a_broken_version_is_refused(typed: str) -> None:
    assert answer(forms.VersionField(), typed).errors


# --- choices ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [forms.SelectField, forms.RadioField, forms.TilesField, forms.ComboboxField])
def test_one_choice_is_coerced_and_must_have_been_offered(kind: Any) -> None:
    assert answer(kind("K", choices=PEOPLE, coerce=UUID), A).data == UUID(A)
    for wrong in (A[:-1] + "9", "drop table", "' or 1=1"):
        assert answer(kind("K", choices=PEOPLE, coerce=UUID), wrong).error == "Kies een van de mogelijkheden."
    assert answer(kind("K", choices=PEOPLE, missing="Kies iemand."), "").error == "Kies iemand."


@pytest.mark.parametrize("kind", [forms.MultiChoiceField, forms.MultiComboboxField])
def test_many_choices_come_once_each_and_all_must_have_been_offered(kind: Any) -> None:
    assert answer(kind("K", choices=PEOPLE, coerce=UUID), B, A, B, "").data == [UUID(B), UUID(A)]
    assert answer(kind("K", choices=PEOPLE, coerce=UUID), A, "x").error == "Kies een van de mogelijkheden."
    assert answer(kind("K", choices=PEOPLE)).error == "Maak een keuze."
    assert answer(kind("K", choices=PEOPLE, required=False)).data == []


def test_a_disabled_choice_cannot_be_posted() -> None:
    full = [forms.Choice("1", "Vol", disabled=True), forms.Choice("2", "Vrij")]
    assert answer(forms.RadioField("K", choices=full), "1").errors
    assert answer(forms.RadioField("K", choices=full), "2").data == "2"


def test_a_filter_that_is_not_in_the_address_keeps_its_default() -> None:
    filters = type(
        "Filters", (forms.FilterForm,), {"f": forms.SelectField("P", choices=[("30", "a"), ("90", "b")], default="30")}
    )
    assert filters(MultiDict({"other": "x"})).f.data == "30"
    assert filters(MultiDict({"f": "90"})).f.data == "90"
    assert not hasattr(filters(MultiDict()), "csrf_token")


def test_a_filter_knows_whether_something_is_chosen() -> None:
    fields = {
        "f": forms.SelectField("P", choices=[("30", "a"), ("90", "b")], default="30"),
        "d": forms.DateField("D", required=False),
        "c": forms.CheckboxField("C"),
    }
    filters = type("Filters", (forms.FilterForm,), fields)
    for nothing in ({}, {"f": "30"}, {"f": "", "d": ""}, {"other": "x"}):
        assert not filters(MultiDict(nothing)).chosen, nothing
    for something in ({"f": "90"}, {"d": "2026-01-01"}, {"c": "1"}):
        assert filters(MultiDict(something)).chosen, something
    unreadable = filters(MultiDict({"d": "morgen"}))
    unreadable.validate()
    assert unreadable.chosen


def test_a_combobox_is_a_select_with_what_the_script_needs() -> None:
    tree = page(answer(forms.MultiComboboxField("Met wie?", choices=PEOPLE), A))
    select, search = one(tree, "select"), one(tree, "input[@role='combobox']")
    assert select.get("multiple") is not None
    assert [o.get("value") for o in select.findall("option") if o.get("selected") is not None] == [A]
    assert select.findall("option")[0].get("data-detail") == "J-1 · West"
    assert search.get("aria-controls") == one(tree, "ul[@role='listbox']").get("id")
    assert [words(chip) for chip in tree.findall(".//button[@class='chip']")] == ["Noor S."]


def test_tiles_are_radio_buttons_with_their_own_labels() -> None:
    field = answer(
        forms.TilesField(
            "Hoe?", choices=[forms.Choice("a", "Op straat", icon="footprints"), forms.Choice("b", "Bericht")]
        ),
        "b",
    )
    tree = page(field)
    labels = {label.get("for"): words(label) for label in tree.findall(".//label")}
    radios = tree.findall(".//input[@type='radio']")
    assert [labels[r.get("id")] for r in radios] == ["Op straat", "Bericht"]
    assert [r.get("checked") is not None for r in radios] == [False, True]


def test_a_box_that_must_be_ticked() -> None:
    assert answer(forms.CheckboxField("Ja", required=True)).error == "Zet een vinkje om verder te gaan."
    assert answer(forms.CheckboxField("Ja", required=True), "1").data is True
    assert answer(forms.CheckboxField("Ja")).data is False
