"""Letters and minutes as tagged PDF (PDF/UA-1), set by Typst from the layouts in templates/pdf.

What goes into a layout are values, never markup: they travel as JSON, and a name with `#` or `*` is printed as it is.
The same data give the same bytes. A page or two takes about 0.2 s, so it may be made in the request; whatever could
take longer than a second (many letters at once) belongs in a task.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from babel.dates import format_date

from portal.core.errors import Unavailable
from portal.core.i18n import LANGUAGES, N_
from portal.core.letters import translated

ROOT = Path(__file__).resolve().parents[2]
LAYOUTS = ROOT / "templates" / "pdf"
FONTS = ROOT / "portal" / "static" / "vendor" / "print"
TYPESETTER = Path(__file__).with_name("typesetter.py")
SECONDS = 15
LARGEST = 500_000  # characters: some two hundred pages

#: The fixed words of the layouts.
WORDS = {
    "reference": N_("Kenmerk"),
    "date": N_("Datum"),
    "page": N_("Pagina"),
    "of": N_("van"),
    "to": N_("Aan"),
    "subject": N_("Onderwerp"),
}

#: What the fonts hold: Latin, Greek, Cyrillic, punctuation. PDF/UA refuses a character without a shape.
UNPRINTABLE = re.compile(
    "[^\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u0218-\u021b\u0386-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f\u1e9e"
    "\u2010\u2013-\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u20ac\u2190-\u2193\u2212\u2264-\u2265]"
)


class PdfError(RuntimeError):
    """A layout and its data do not fit; says where in the layout, never what was in the data."""


def render(layout: str, data: Mapping[str, Any], lang: str) -> bytes:
    """Set `data` in templates/pdf/<layout>.typ and give the PDF.

    `data`: text, numbers, dates (written in full), lists and mappings; which keys, says the head of the layout.
    `lang`: nl or en, for the fixed words, the dates and the reader of the PDF. A character that no font holds (an
    emoji, Arabic) becomes a question mark. Raises PdfError for a layout that misses a value, ValueError for an unknown
    language or more than `LARGEST` characters, Unavailable when it takes longer than `SECONDS`.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"no such language: {lang}")
    gettext = translated(lang)
    words = {name: gettext(word) for name, word in WORDS.items()}
    text = json.dumps({"lang": lang, "words": words, **_printable(data, lang)}, ensure_ascii=False)
    if len(text) > LARGEST:
        raise ValueError("too much for one PDF")
    return _typeset(LAYOUTS / f"{layout}.typ", text, _made_at(data))


def _made_at(data: Mapping[str, Any]) -> int:
    """The moment the PDF says it was made, in seconds: the day it is dated, so that its bytes do not depend on now."""
    day = data.get("date")
    return int(datetime.combine(day, time(12), UTC).timestamp()) if isinstance(day, date) else 0


def _printable(value: Any, lang: str) -> Any:
    """The same value with what JSON and the fonts can hold."""
    if isinstance(value, Mapping):
        return {str(key): _printable(part, lang) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(part, lang) for part in value]
    if isinstance(value, date):
        return format_date(value, "d MMMM y", lang)
    if value is None or isinstance(value, bool | int | float):
        return value
    lines = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").replace("\t", " ")
    return UNPRINTABLE.sub("?", lines.replace("\u00ad", ""))


def _typeset(layout: Path, data: str, timestamp: int) -> bytes:
    asked = {
        "template": str(layout), "root": str(LAYOUTS), "fonts": [str(FONTS)], "data": data, "timestamp": timestamp,
    }  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 — our own program, no shell, the data on standard input
            [sys.executable, "-I", str(TYPESETTER)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(f"setting {layout.name} took more than {SECONDS} s") from None
    if done.returncode:
        raise PdfError(f"{layout.name}: {done.stderr.decode(errors='replace').strip()[-200:]}")
    return done.stdout
