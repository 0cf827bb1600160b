"""Which files are let in: known by what is in them, small when unpacked, without anything that runs."""

import io
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.documents import files
from portal.documents.models import FileKind

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF"
PNG, JPEG = b"\x89PNG\r\n\x1a\n" + bytes(40), b"\xff\xd8\xff\xe0" + bytes(40)


def packed(*parts: tuple[str, bytes], heart: str = "word/document.xml") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("[Content_Types].xml", b"<Types/>"), (heart, b"<w/>"), *parts):
            archive.writestr(name, content)
    return made.getvalue()


def refused(name: str, content: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        files.check(name, content)
    return caught.value.errors["file"]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("plan.pdf", PDF, FileKind.PDF),
        ("Plan.DOCX", packed(), FileKind.DOCX),
        ("lijst.xlsx", packed(heart="xl/workbook.xml"), FileKind.XLSX),
        ("notitie.txt", "Één regel\r\nnog één".encode(), FileKind.TXT),
        ("notitie.txt", b"\xef\xbb\xbfmet merk", FileKind.TXT),
    ],
)
def test_ordinary_files_are_let_in_as_they_are(name: str, content: bytes, kind: FileKind) -> None:
    found = files.check(name, content)
    assert (found.kind, found.content) == (kind, content)
    assert found.name.endswith(f".{kind}")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("foto.png", PNG), ("foto.jpg", JPEG), ("foto.pdf", PNG), ("foto.txt", JPEG), ("foto.docx", JPEG),
        ("plan.pdf.exe", PDF), ("plan.exe", b"MZ" + bytes(60)), ("plan.txt", PDF), ("plan.docx", PDF),
        ("plan.pdf", packed()), ("plan.xlsx", packed()), ("plan", PDF), ("pagina.html", b"<script>x</script>"),
        ("tekening.svg", b"<svg onload='x'/>"), ("plan.txt", b"met \x00 erin"), ("plan.txt", b"\xff\xfe\x00"),
        ("pak.zip", packed(heart="los.txt")), ("pak.docx", packed(heart="los.txt")),
    ],
)  # fmt: skip
def test_other_kinds_and_files_that_lie_about_theirs_are_refused(name: str, content: bytes) -> None:
    assert refused(name, content) == files.UNKNOWN


@pytest.mark.parametrize(
    "part", ["word/vbaProject.bin", "word/activeX/activeX1.xml", "word/embeddings/oud.docx", "xl/externalLinks/a.xml"]
)
def test_documents_with_something_that_runs_are_refused(part: str) -> None:
    assert refused("plan.docx", packed((part, b"x"))) == files.ACTIVE


@pytest.mark.parametrize("word", ["/JavaScript", "/JS(", "/J#53(", "/Launch ", "/EmbeddedFile/", "/Encrypt 5 0 R"])
def test_a_pdf_with_something_that_runs_or_a_password_is_refused(word: str) -> None:
    assert refused("plan.pdf", PDF + b"<<" + word.encode() + b">>") == files.ACTIVE


def test_a_word_that_only_begins_like_one_that_runs_is_no_reason() -> None:
    assert files.check("plan.pdf", PDF + b"/JSTOR /Launchpad").kind == FileKind.PDF


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = packed(*((f"word/{n}.xml", bytes(files.UNPACKED // 4)) for n in range(5)))
    assert len(bomb) < files.LARGEST
    monkeypatch.setattr(zipfile.ZipFile, "testzip", lambda _self: pytest.fail("it was unpacked"))
    assert refused("plan.docx", bomb) == files.BROKEN


def test_a_part_larger_than_it_says_is_refused() -> None:
    honest = packed(("word/groot.xml", bytes(3_000_000)))
    lying = honest.replace((3_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    assert refused("plan.docx", lying) == files.BROKEN


@pytest.mark.parametrize("name", ["../../etc/x.xml", "/word/x.xml", "word\\x.xml"])
def test_a_document_with_strange_paths_is_refused(name: str) -> None:
    assert refused("plan.docx", packed((name, b"x"))) == files.BROKEN


def test_empty_and_too_large() -> None:
    assert refused("plan.txt", b"") == files.EMPTY
    assert refused("plan.txt", b"x" * (files.LARGEST + 1)) == files.TOO_LARGE


@given(st.binary(max_size=300), st.sampled_from(["a.pdf", "a.docx", "a.xlsx", "a.txt"]))
def test_whatever_comes_in_is_known_or_refused(content: bytes, name: str) -> None:
    for start in (b"", b"%PDF-", b"PK\x03\x04"):
        with suppress(Invalid):
            assert name.endswith(f".{files.check(name, start + content).kind}")


@given(st.text(max_size=300), st.sampled_from(list(FileKind)))
def test_a_cleaned_name_is_one_line_without_a_path(name: str, kind: FileKind) -> None:
    clean = files.cleaned(name, kind)
    stem, _, ending = clean.rpartition(".")
    assert ending == kind
    assert 1 <= len(stem) <= files.NAME_LENGTH
    assert clean.isprintable()
    assert not set(clean) & set('/\\:*?"<>|\r\n')
    assert not clean.startswith((".", " "))
    assert files.cleaned(clean, kind) == clean


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\Users\\mo\\plan van aanpak.pdf", "plan van aanpak.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("plan\u202efdp.exe", "plan fdp.pdf"),
        ("….pdf", "bijlage.pdf"),
        ("Verslag  Özgür (2).PDF", "Verslag Özgür (2).pdf"),
    ],
)
def test_names_are_cleaned(name: str, clean: str) -> None:
    assert files.cleaned(name, FileKind.PDF) == clean
