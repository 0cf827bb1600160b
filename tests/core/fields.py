"""A form of one field, and the page it draws."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import html5lib
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict
from wtforms import Field

from portal.core import forms, templating

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TUESDAY = date(2026, 11, 24)
A, B = "018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"
PEOPLE = [forms.Choice(A, "Noor S.", "J-1 · West", recent=True), forms.Choice(B, "Milan K.", "J-2")]


def make_app() -> Flask:
    """As little of the web as a form needs: templates, a language, a request."""
    app = Flask(__name__, template_folder=str(TEMPLATES))
    app.config.update(SECRET_KEY="x" * 32, WTF_CSRF_ENABLED=False, BABEL_DEFAULT_LOCALE="nl")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Babel(app)
    templating.install(app)
    return app


APP = make_app()


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
