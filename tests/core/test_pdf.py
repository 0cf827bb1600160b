"""Letters and minutes as PDF: the words are in it as they were given, and a screen reader can read it."""

import re
import unicodedata
from datetime import date
from typing import Any

import pytest

from portal.core import pdf
from portal.core.errors import Unavailable
from tests.factories.pdf_reader import printed, says

MARKUP = '#let x = 1; *vet* _schuin_ $a^2$ <label> @ref \\n [haak] "aan" // niets #panic("x")'


def letter(**other: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "organisation": "Gemeente Voorbeeld",
        "sender": ["Stadsdeel Noord"],
        "address": ["Özgür Şahin", "Dorpsweg 1", "1000 AA Voorbeeld"],
        "reference": "BRF-2026-0007",
        "date": date(2026, 11, 22),
        "subject": "Een gesprek",
        "salutation": "Beste Özgür,",
        "body": ["Eerste alinea.\n\nTweede alinea.", {"heading": "Wat nu"}, {"list": ["Bel ons", "Kom langs"]}],
        "closing": "Met vriendelijke groet,",
        "signature": ["Mo de Vries"],
    }
    return data | other


def report(**other: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "organisation": "Gemeente Voorbeeld",
        "title": "Verslag",
        "facts": [["Datum", date(2026, 11, 22)]],
        "sections": [{"heading": "Acties", "body": [{"table": {"head": ["Wie", "Wat"], "rows": [["Fatma", "belt"]]}}]}],
    }
    return data | other


@pytest.mark.parametrize(
    ("lang", "words"),
    [("nl", ["22 november 2026", "Kenmerk", "Pagina 1 van 1"]), ("en", ["22 November 2026", "Page 1 of 1"])],
)
def test_a_letter_says_what_it_was_given_in_the_language_asked_for(lang: str, words: list[str]) -> None:
    made = pdf.render("letter", letter(), lang)
    given = ["Özgür Şahin", "BRF-2026-0007", "Een gesprek", "Eerste alinea.", "Tweede alinea.", "Wat nu", "Mo de Vries"]
    assert [word for word in given + words if not says(made, word)] == []


def test_minutes_hold_their_facts_and_tables_over_more_pages() -> None:
    made = pdf.render("report", report(intro=["Zin. " * 2000]), "nl")
    assert [w for w in ("Verslag", "22 november 2026", "Acties", "Wie", "Fatma") if not says(made, w)] == []
    pages = made.count(b"/Type/Page/")
    assert pages > 2
    assert says(made, f"Pagina {pages} van {pages}")


@pytest.mark.parametrize("field", ["subject", "salutation", "reference", "closing"])
def test_markup_in_a_value_is_printed_and_not_obeyed(field: str) -> None:
    assert says(pdf.render("letter", letter(**{field: MARKUP}), "nl"), MARKUP)


def test_markup_in_a_list_of_values_is_printed_too() -> None:
    body = [MARKUP, {"list": [MARKUP]}, {"heading": MARKUP}, {"table": {"head": [MARKUP], "rows": [[MARKUP]]}}]
    made = pdf.render("letter", letter(address=[MARKUP], signature=[MARKUP], body=body), "nl")
    assert printed(made).count("".join(MARKUP.split())) == 7


def test_it_is_tagged_and_says_its_title_and_language() -> None:
    made = pdf.render("letter", letter(), "en")
    assert re.search(rb"pdfuaid:part>1<", made)
    assert re.search(rb"/MarkInfo<<[^>]*/Marked true", made)
    assert b"/Lang(en)" in made
    assert b"/Title(Een gesprek)" in made


def test_the_same_letter_is_the_same_file() -> None:
    assert pdf.render("letter", letter(), "nl") == pdf.render("letter", letter(), "nl")


def test_every_letter_the_fonts_are_said_to_hold_has_a_shape_and_the_rest_becomes_a_question_mark() -> None:
    every = "".join(chr(code) for code in range(0x20, 0x2300) if not pdf.UNPRINTABLE.match(chr(code)))
    every = unicodedata.normalize("NFC", every)
    words = [every[i : i + 40].strip() for i in range(0, len(every), 40)]
    made = pdf.render("report", report(intro=words), "nl")
    assert [c for c in every if c.isalpha() and c not in printed(made)] == []
    assert says(pdf.render("report", report(title="\u0645\u062d Ana \U0001f600"), "nl"), "?? Ana ?")


def test_a_missing_value_names_the_layout_and_nothing_of_the_data() -> None:
    data = letter()
    del data["closing"]
    with pytest.raises(pdf.PdfError, match=r"letter\.typ:\d+") as caught:
        pdf.render("letter", data, "nl")
    assert "zgür" not in str(caught.value)


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 0.001)
    with pytest.raises(Unavailable):
        pdf.render("letter", letter(), "nl")


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="too much"):
        pdf.render("letter", letter(body=["x" * pdf.LARGEST]), "nl")


def test_no_layout_fetches_a_package() -> None:
    assert [path.name for path in pdf.LAYOUTS.glob("*.typ") if re.search(r'"@\w+/', path.read_text())] == []
