"""The words of a mail: three small files in templates/email, in the recipient's language, outside any request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Letter:
    """Subject, plain text and HTML of one mail."""

    subject: str
    text: str
    html: str


def compose(name: str, language: str, **context: Any) -> Letter:
    """Fill templates/email/<name>.subject.txt, .txt and .html; raise jinja2 errors for a missing file or value.

    `language`: nl or en. Give neutral values only: never a young person's data (domain I-25).
    """
    environment = _environment(language)
    subject, text, html = (
        environment.get_template(f"{name}{ending}").render(context) for ending in (".subject.txt", ".txt", ".html")
    )
    return Letter(" ".join(subject.split()), text.strip() + "\n", html)


def short(name: str, language: str, **context: Any) -> str:
    """Fill one file of templates/email with a text of a line, for an SMS; the same rules hold."""
    return " ".join(_environment(language).get_template(name).render(context).split())


def translated(language: str) -> Callable[[str], str]:
    """The gettext of a language, for Dutch msgids kept as plain strings."""
    return _translations(language).gettext


@cache
def _translations(language: str) -> NullTranslations:
    return Translations.load(ROOT / "portal" / "translations", [language])


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "email"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(_translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.globals["lang"] = language
    environment.filters["full_date"] = lambda day: _full_date(day, language)
    return environment


def _full_date(day: date, language: str) -> str:
    return format_date(day, "EEEE d MMMM y", language)
