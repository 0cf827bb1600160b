"""Reads the text back out of a PDF made by `portal.core.pdf`: enough of the format for that, and no more."""

import re
import zlib

OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.S)
TOKEN = re.compile(rb"/(f\d+) [\d.]+ Tf|/ActualText ?\(.*?>>|\(|<[0-9A-Fa-f]+>")
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def says(pdf: bytes, text: str) -> bool:
    """Whether these words are printed in this PDF, white space and line ends aside."""
    return "".join(text.split()) in printed(pdf)


def printed(pdf: bytes) -> str:
    """Everything printed, in the order of the pages, without white space (a PDF has places, no spaces)."""
    objects = dict(OBJECT.findall(pdf))
    return "".join(_page(body, objects) for body in objects.values() if b"/Type/Page/" in body)


def _page(page: bytes, objects: dict[bytes, bytes]) -> str:
    resources = _reference(page, b"Resources", objects)
    fonts = {
        name: _glyphs(_stream(_reference(objects[number], b"ToUnicode", objects)))
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
    }
    content = _stream(_reference(page, b"Contents", objects))
    pieces, font, at = [], b"", 0
    while start := TOKEN.search(content, at):
        font, at = start[1] or font, start.end()
        if not start[1] and not start[0].startswith(b"/"):
            codes, at = _codes(content, start.start())
            pieces += [fonts[font].get(codes[i : i + 2], "\ufffd") for i in range(0, len(codes), 2)]
    return "".join("".join(pieces).split())


def _reference(body: bytes, key: bytes, objects: dict[bytes, bytes]) -> bytes:
    found = re.search(rb"/" + key + rb"[ \[]*(\d+) 0 R", body)
    assert found, key
    return objects[found[1]]


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream\n")
    data = rest[: int(re.search(rb"/Length (\d+)", head)[1])]  # type: ignore[index]
    return zlib.decompress(data) if b"FlateDecode" in head else data


def _glyphs(cmap: bytes) -> dict[bytes, str]:
    pairs = re.findall(rb"<(\w{4})> <(\w+)>", cmap)
    return {bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _codes(content: bytes, start: int) -> tuple[bytes, int]:
    """The bytes of the string that starts here, and where it ends; brackets that match stand in it as they are."""
    if content[start : start + 1] == b"<":
        end = content.index(b">", start)
        return bytes.fromhex(content[start + 1 : end].decode()), end
    depth, codes = 1, b""
    for part in re.compile(rb"\\(?:\d{1,3}|.)|.", re.S).finditer(content, start + 1):
        depth += {b"(": 1, b")": -1}.get(part[0], 0)
        if not depth:
            return codes, part.end()
        codes += _plain(part[0])
    raise AssertionError("a string without an end")


def _plain(part: bytes) -> bytes:
    if not part.startswith(b"\\"):
        return part
    return bytes([int(part[1:], 8)]) if part[1:].isdigit() else ESCAPES.get(part[1:], part[1:])
