"""Fields: what they accept, what they refuse and in which words, and that label, hint, error and control fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import html5lib
import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Field

from portal.core import forms

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TUESDAY = date(2026, 11, 24)
A, B = "018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"


def make_app() -> Flask:
    """As little of the web as a form needs: templates, a language, a request."""
    app = Flask(__name__, template_folder=str(TEMPLATES))
    app.config.update(SECRET_KEY="x" * 32, WTF_CSRF_ENABLED=False, BABEL_DEFAULT_LOCALE="nl")
    app.jinja_env.globals["asset"] = lambda name: f"/static/vendor/{name}"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app)
    return app


APP = make_app()


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    with APP.test_request_context():
        yield


def answer(field: Any, *values: str, also: dict[str, str] | None = None, **setup: Any) -> Any:
    """Post values to a form of one field; give the validated field."""
    form_class = type("OneField", (forms.Form,), {"f": field})
    posted = MultiDict([("f", value) for value in values] + list((also or {}).items()))
    form = form_class(posted)
    for name, value in setup.items():
        setattr(form.f, name, value)
    form.validate()
    return form.f


def page(field: Field, **drawing: Any) -> Any:
    """The field as a parsed page; a parse error is an assertion error."""
    text = f"<!doctype html><title>x</title>{field(**drawing)}"
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


def one(tree: Any, path: str) -> Any:
    """The single element at a path."""
    found = tree.findall(f".//{path}")
    assert len(found) == 1, f"{len(found)} times {path}"
    return found[0]


def words(element: Any) -> str:
    """All text of an element, spaces collapsed."""
    return " ".join("".join(element.itertext()).split())


# --- text --------------------------------------------------------------------


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


# --- numbers -----------------------------------------------------------------


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


# --- choices -----------------------------------------------------------------

PEOPLE = [forms.Choice(A, "Noor S.", "J-1 · West", recent=True), forms.Choice(B, "Milan K.", "J-2")]


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


# --- moments -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "data"),
    [
        ("2026-11-24", TUESDAY),
        ("24-11-2026", TUESDAY),
        ("24/11/2026", TUESDAY),
        ("2026-02-30", None),
        ("0001-01-01", None),
        ("gisteren", None),
    ],
)
def test_dates(typed: str, data: date | None) -> None:
    field = answer(forms.DateField("D"), typed)
    assert field.data == data
    assert (field.error == "Vul een bestaande datum in, zoals 24-11-2026.") is (data is None)


def test_bounds_of_a_day_are_inclusive_and_named() -> None:
    for offset, error in (
        (-1, "Kies 24 november 2026 of later."),
        (0, ""),
        (1, ""),
        (2, "Kies 25 november 2026 of eerder."),
    ):
        day = TUESDAY + timedelta(days=offset)
        field = answer(forms.DateField("D"), day.isoformat(), earliest=TUESDAY, latest=TUESDAY + timedelta(days=1))
        assert field.error == error
    control = one(page(answer(forms.DateField("D"), "2026-11-24", earliest=TUESDAY)), "input")
    assert (control.get("min"), control.get("max")) == ("2026-11-24", None)


@pytest.mark.parametrize(
    ("typed", "data"), [("14:30", time(14, 30)), ("14.30", time(14, 30)), ("25:00", None), ("half drie", None)]
)
def test_times(typed: str, data: time | None) -> None:
    assert answer(forms.TimeField("T"), typed).data == data


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-11-24T14:30", datetime(2026, 11, 24, 13, 30, tzinfo=UTC)),
        ("2026-07-01T14:30", datetime(2026, 7, 1, 12, 30, tzinfo=UTC)),
        ("2026-03-29T02:30", None),  # the clock skips this hour
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first of the two
        ("0000-01-01T00:00", None),
    ],
)
def test_moments_are_read_on_the_clock_of_amsterdam(typed: str, utc: datetime | None) -> None:
    field = answer(forms.DateTimeField("M"), typed)
    assert (field.data.astimezone(UTC) if field.data else None) == utc
    if utc:
        assert one(page(field), "input").get("value") == typed


def preset(*values: str, other: str | None = None, **setup: Any) -> Any:
    """Post a date preset on Tuesday 24 November 2026."""
    also = {} if other is None else {"f-other": other}
    return answer(forms.DatePresetField("Vervolg"), *values, also=also, **{"today": TUESDAY, **setup})


def test_presets_show_real_dates() -> None:
    assert [(label, detail) for _, label, detail in preset().presets] == [
        ("Geen", "niets plannen"), ("Morgen", "wo 25 nov"), ("Vrijdag", "27 nov"),
        ("Over 1 week", "di 1 dec"), ("Over 2 weken", "di 8 dec"), ("Andere dag", "kies datum"),
    ]  # fmt: skip


@pytest.mark.parametrize("ahead", range(14))
def test_presets_never_show_a_day_twice_or_a_day_that_is_past(ahead: int) -> None:
    today = TUESDAY + timedelta(days=ahead)
    days = [day for day, _, _ in forms.DatePresetField.days(today)]
    assert len(set(days)) == len(days)
    assert min(days) > today
    assert [d.weekday() for d, label, _ in forms.DatePresetField.days(today) if label in ("Vrijdag", "Maandag")] in (
        [4],
        [0],
    )


@pytest.mark.parametrize(
    ("values", "other", "data", "error"),
    [
        (["none"], None, None, ""),
        (["2026-12-01"], None, date(2026, 12, 1), ""),
        (["other"], "2026-12-24", date(2026, 12, 24), ""),
        (["other"], "", None, "Kies een datum."),
        (["other"], "morgen", None, "Vul een bestaande datum in, zoals 24-11-2026."),
        (["2026-12-01"], "2026-12-24", date(2026, 12, 1), ""),
        ([], None, None, "Kies een dag of kies Geen."),
        (["x"], None, None, "Vul een bestaande datum in, zoals 24-11-2026."),
    ],
)
def test_a_preset_is_a_day_none_or_another_day(
    values: list[str], other: str | None, data: date | None, error: str
) -> None:
    field = preset(*values, other=other)
    assert (field.data, field.error) == (data, error)


def test_what_was_chosen_is_still_chosen_on_the_page() -> None:
    def chosen(field: Any) -> list[str]:
        return [r.get("value") for r in page(field).findall(".//input[@type='radio']") if r.get("checked") is not None]

    assert chosen(preset("none")) == ["none"]
    assert chosen(preset("2026-12-01")) == ["2026-12-01"]
    field = preset("other", other="2026-12-24")
    assert chosen(field) == ["other"]
    assert one(page(field), "input[@type='date']").get("value") == "2026-12-24"
    form = type("OneField", (forms.Form,), {"f": forms.DatePresetField("V")})(f=date(2027, 1, 2))
    form.f.today = TUESDAY
    assert chosen(form.f) == ["other"]
    assert one(page(form.f), "input[@type='date']").get("value") == "2027-01-02"


def test_a_preset_out_of_bounds_is_refused() -> None:
    assert preset("2026-01-01", earliest=TUESDAY).error == "Kies 24 november 2026 of later."


# --- what ties a field together ----------------------------------------------

EVERY = {
    "text": forms.TextField("Label", hint="Uitleg"),
    "email": forms.EmailField("Label", hint="Uitleg"),
    "password": forms.PasswordField("Label", hint="Uitleg"),
    "code": forms.CodeField("Label", hint="Uitleg"),
    "area": forms.TextAreaField("Label", hint="Uitleg"),
    "number": forms.NumberField("Label", hint="Uitleg"),
    "select": forms.SelectField("Label", hint="Uitleg", choices=PEOPLE),
    "combobox": forms.ComboboxField("Label", hint="Uitleg", choices=PEOPLE),
    "many": forms.MultiComboboxField("Label", hint="Uitleg", choices=PEOPLE),
    "day": forms.DateField("Label", hint="Uitleg"),
    "hour": forms.TimeField("Label", hint="Uitleg"),
    "moment": forms.DateTimeField("Label", hint="Uitleg"),
    "box": forms.CheckboxField("Label", hint="Uitleg", required=True),
}
GROUPS = {
    "radio": forms.RadioField("Label", hint="Uitleg", choices=PEOPLE),
    "tiles": forms.TilesField("Label", hint="Uitleg", choices=PEOPLE),
    "boxes": forms.MultiChoiceField("Label", hint="Uitleg", choices=PEOPLE),
    "preset": forms.DatePresetField("Label", hint="Uitleg"),
}


def described(tree: Any, element: Any) -> str:
    """What assistive technology reads after the name."""
    return " ".join(words(one(tree, f"*[@id='{id}']")) for id in element.get("aria-describedby").split())


@pytest.mark.parametrize("name", EVERY)
def test_label_hint_and_error_belong_to_their_control(name: str) -> None:
    field = answer(EVERY[name])
    tree = page(field)
    control = one(tree, f"*[@id='{field.target}']")
    assert words(one(tree, f"label[@for='{field.target}']")) == "Label"
    assert described(tree, control) == f"Uitleg Fout: {field.error}"
    assert control.get("aria-invalid") == "true"
    assert control.get("required") is not None


@pytest.mark.parametrize("name", GROUPS)
def test_legend_hint_and_error_belong_to_their_group(name: str) -> None:
    field = answer(GROUPS[name], today=TUESDAY)
    tree = page(field)
    group = one(tree, "fieldset")
    assert words(group.find("legend")) == "Label"
    assert described(tree, group) == f"Uitleg Fout: {field.error}"
    assert one(tree, f"input[@id='{field.target}']").get("type") in ("radio", "checkbox")


@pytest.mark.parametrize("name", [*EVERY, *GROUPS])
def test_a_page_with_a_field_has_unique_ids_and_nothing_inline(name: str) -> None:
    field = answer({**EVERY, **GROUPS}[name], today=TUESDAY)
    ids = [element.get("id") for element in page(field).iter() if isinstance(element.tag, str) and element.get("id")]
    assert len(set(ids)) == len(ids)
    assert not re.search(r"\s(style|on\w+)=|javascript:", str(field()))


def test_an_optional_field_says_so_and_a_required_one_does_not() -> None:
    assert words(one(page(answer(forms.TextField("Waar?", required=False), "x")), "label")) == "Waar? niet verplicht"
    assert one(page(answer(forms.TextField("Waar?", required=False), "x")), "input").get("required") is None


def test_the_summary_lists_each_field_once_and_leads_to_its_control() -> None:
    class Two(forms.Form):
        name = forms.TextField("Naam")
        how = forms.TilesField("Hoe?", choices=[("a", "A")], missing="Kies hoe.")
        place = forms.TextField("Waar?", required=False)

    form = Two(MultiDict({"place": "Plein"}))
    assert not form.validate()
    form.refuse("place", "Deze plek bestaat niet.")
    assert form.summary == [
        ("name", "Naam: vul dit veld in."),
        ("how-0", "Kies hoe."),
        ("place", "Deze plek bestaat niet."),
    ]


def test_an_error_that_belongs_to_no_visible_field_stands_on_top_without_a_link() -> None:
    class Versioned(forms.Form):
        name = forms.TextField("Naam")
        version = forms.VersionField("Versie")

    form = Versioned(MultiDict({"name": "Noor", "version": "x"}))
    assert not form.validate()
    form.refuse("", "Dit kan nu niet.")
    assert form.summary == [("", "Dit kan nu niet."), ("", "Versie: vul een heel getal in, zoals 12.")]
    assert form.errors


# --- icons -------------------------------------------------------------------


def test_every_icon_that_a_page_or_module_names_is_in_the_sprite() -> None:
    root = TEMPLATES.parent
    known = set((root / "dev" / "assets" / "icons.txt").read_text().split())
    used = set()
    for path in TEMPLATES.rglob("*.html"):
        used |= set(re.findall(r"(?:icon|draw|_icon|_small|_large)\('([a-z0-9-]+)'", path.read_text()))
        used |= set(re.findall(r"icon=['\"]([a-z0-9-]+)['\"]", path.read_text()))
    for path in (root / "portal").rglob("*.py"):
        used |= set(re.findall(r"icon=['\"]([a-z0-9-]+)['\"]", path.read_text()))
    assert used - known == set()
