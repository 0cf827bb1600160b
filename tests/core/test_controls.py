"""Label, hint, error and control fit, and every icon exists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from portal.core import forms
from tests.core.fields import APP, PEOPLE, TEMPLATES, TUESDAY, answer, one, page, words


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    """A form needs a request and its language."""
    with APP.test_request_context():
        yield


# --- what ties a field together ---------------------------------------------------------------------------------------


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


# --- icons ------------------------------------------------------------------------------------------------------------


def test_every_icon_that_is_named_is_in_the_sprite_and_every_icon_in_it_is_named() -> None:
    root = TEMPLATES.parent
    known = set((root / "dev" / "assets" / "icons.txt").read_text().split())
    pages = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    modules = "".join(path.read_text() for folder in ("portal", "dev") for path in (root / folder).rglob("*.py"))
    named = set(re.findall(r"(?:icon|draw|_icon|_small|_large)\('([a-z0-9-]+)'", pages))
    named |= set(re.findall(r"icon=['\"]([a-z0-9-]+)['\"]", pages + modules))
    assert named - known == set()
    assert known - set(re.findall(r"['\"]([a-z0-9-]+)['\"]", pages + modules)) == set()
