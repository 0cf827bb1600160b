"""What is let in as an attachment: known by its first bytes, small, and without anything that runs."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass

from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.documents.models import FileKind

LARGEST = 5_000_000  # bytes
UNPACKED = 50_000_000  # bytes, all parts of a document together
PARTS = 2_000
NAME_LENGTH = 100

#: The part that tells a Word file from a workbook.
HEART = {"word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX}
#: Parts that can run, or bring another file along.
RUNS = ("vbaproject.bin", "vbadata.xml", "/activex/", "/embeddings/", "/externallinks/", ".bin", ".exe", ".js")
#: The same in a PDF, as its names are written.
PDF_RUNS = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA", b"/Encrypt")
#: A letter of a name as a PDF may write it: /J#53 is /JS.
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
MIME = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.TXT: "text/plain; charset=utf-8",
}

EMPTY = N_("Dit bestand is leeg.")
TOO_LARGE = N_("Dit bestand is te groot. Het mag hoogstens 5 MB zijn.")
UNKNOWN = N_("Alleen pdf, docx, xlsx en txt mogen, en de inhoud moet bij de naam passen. Foto's mogen niet.")
BROKEN = N_("Dit bestand is kapot of op een vreemde manier ingepakt.")
ACTIVE = N_(
    "In dit bestand zit iets dat kan draaien of een wachtwoord. Sla het op als gewone pdf en probeer het opnieuw."
)


@dataclass(frozen=True)
class Checked:
    """A file that may be kept."""

    name: str
    kind: FileKind
    content: bytes


def check(name: str, content: bytes) -> Checked:
    """Let a file in, or raise Invalid on the field `file` with what is wrong with it."""
    if not content:
        raise Invalid(file=EMPTY)
    if len(content) > LARGEST:
        raise Invalid(file=TOO_LARGE)
    kind = _kind(content)
    if kind is None or kind != _ending(name):
        raise Invalid(file=UNKNOWN)
    return Checked(cleaned(name, kind), kind, content)


def cleaned(name: str, kind: FileKind) -> str:
    """A name that is safe to show, to store and to give back: no path, no control or direction marks, one ending."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    plain = "".join(c if c.isalnum() or c in " -_().,&'" else " " for c in stem)
    return f"{' '.join(plain.split()).strip('. ')[:NAME_LENGTH].strip('. ') or 'bijlage'}.{kind}"


def _ending(name: str) -> str:
    return name.rpartition(".")[2].strip().lower()


def _kind(content: bytes) -> FileKind | None:
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _document(content)
    return FileKind.TXT if _is_text(content) else None


def _pdf(content: bytes) -> FileKind:
    plain = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if any(_names(plain, word) for word in PDF_RUNS):
        raise Invalid(file=ACTIVE)
    return FileKind.PDF


def _names(content: bytes, word: bytes) -> bool:
    """Whether the name stands in it as a whole: /JS, and not the start of /JSomething."""
    at = content.find(word)
    while at >= 0:
        if not content[at + len(word) : at + len(word) + 1].isalnum():
            return True
        at = content.find(word, at + 1)
    return False


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return all(c in "\n\r\t\f" or unicodedata.category(c) not in ("Cc", "Cs") for c in text)


def _document(content: bytes) -> FileKind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _ensure_small(parts)
            _ensure_calm(parts)
            kinds = {HEART[part.filename] for part in parts if part.filename in HEART}
            if archive.testzip() is not None:  # reads no further than was declared, and then compares
                raise Invalid(file=BROKEN)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        raise Invalid(file=BROKEN) from None
    return kinds.pop() if len(kinds) == 1 else None


def _ensure_small(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Invalid(file=BROKEN)


def _ensure_calm(parts: list[zipfile.ZipInfo]) -> None:
    for part in parts:
        name = part.filename.lower()
        if part.flag_bits & 1 or any(word in f"/{name}" for word in RUNS):
            raise Invalid(file=ACTIVE)
        if name.startswith("/") or ".." in name.split("/") or "\\" in name:
            raise Invalid(file=BROKEN)
