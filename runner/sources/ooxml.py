"""Parts of an xlsx that calamine does not read: error cells, number formats, formulas."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

_TAG = re.compile(
    rb"<(?:\w+:)?(?:(row)\b([^>]*)>|c\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(?:/>|>(.*?)</(?:\w+:)?c>))",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"\b([rst])\s*=\s*[\"']([^\"']*)[\"']")
# Column letters of filled cells, and row numbers of filled cells.
_FILLED = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Z]{1,3})\d+[\"'][^>]*(?<!/)>")
_ROW = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=[\"'][A-Z]{1,3}(\d{5,9})[\"'][^>]*(?<!/)>")
# Sheets of up to this many cells are always read.
_BOX = 20_000_000
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*)<)")
_PLACE = re.compile(rb"([A-Z]+)(\d+)")
_SLOTS = re.compile(r'"([^"]*)"|\\(.)|_.|([-/() ]|[^\x00-\x7f])|(0)', re.DOTALL)
_COLOUR = re.compile(r"\[(?:Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color\s?\d+)\]", re.I)

# A number format in parts: fixed text, or None for a digit.
Form = tuple[str | None, ...]


@dataclass
class Parts:
    """Corrected texts by sheet, row and column (from 0); whether dates use the 1904 system.

    `far` has the last cell of each sheet whose cells are too far apart to read into memory.
    """

    corrections: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)
    far: dict[str, str] = field(default_factory=dict)
    is_1904: bool = False


def read(path: Path) -> Parts:
    """Read the parts of an xlsx; raise the errors of zipfile and ElementTree for other files."""
    parts = Parts()
    with zipfile.ZipFile(path) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        properties = book.find("{*}workbookPr")
        if properties is not None:
            parts.is_1904 = properties.get("date1904", "0") in ("1", "true")
        forms = _shown_forms(archive)
        styles = "|".join(str(style) for style in forms).encode()
        wanted = re.compile(
            rb"\bt=[\"']e[\"']|<(?:\w+:)?f\b"
            + (rb"|\bs=[\"'](?:%b)[\"']" % styles if forms else b"")
        )
        for name, part in _sheet_parts(archive, book):
            content = archive.read(part)
            if far := _far_cell(content):
                parts.far[name] = far
            elif wanted.search(content):
                parts.corrections[name] = dict(_corrections(content, forms))
    return parts


def _far_cell(content: bytes) -> str:
    """Return the last cell of a sheet whose filled cells are few and far apart, else empty."""
    places = set(_FILLED.findall(content))
    last = max((_column(letters) for letters in places), default=0) + 1
    rows = max(map(int, _ROW.findall(content)), default=0)
    if last * rows <= max(_BOX, 20 * content.count(b"</")):
        return ""
    letters = max(places, key=_column).decode()
    return f"{letters}{rows}"


def _sheet_parts(archive: zipfile.ZipFile, book: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Yield each sheet's name with its part of the archive."""
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in book.iterfind(".//{*}sheet"):
        link = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        part = targets.get(link, "")
        part = part.lstrip("/") if part.startswith("/") else f"xl/{part}"
        if part in archive.namelist():
            yield sheet.get("name", ""), part


def _corrections(content: bytes, forms: dict[int, Form]) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield place and text of error cells, formatted whole numbers, formulas without a value."""
    row = column = -1
    for tag in _TAG.finditer(content):
        given = dict(_ATTRIBUTE.findall(tag[2] if tag[1] else tag[3]))
        if tag[1]:
            row, column = int(given.get(b"r", row + 2)) - 1, -1
            continue
        column += 1
        if place := _PLACE.fullmatch(given.get(b"r", b"")):
            row, column = int(place[2]) - 1, _column(place[1])
        inner = tag[4] or b""
        kind, value = given.get(b"t", b"n"), _VALUE.search(inner)
        if kind == b"e":
            yield (row, column), value[1].decode() if value else "#N/A"
        elif value is None and (formula := _FORMULA.search(inner)):
            yield (row, column), "=" + unescape((formula[1] or b"").decode())
        elif value and kind == b"n" and (form := forms.get(int(given.get(b"s", 0)))):
            number = float(value[1])
            if number >= 0 and number.is_integer():
                yield (row, column), shown(int(number), form)


def _column(letters: bytes) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1


def _shown_forms(archive: zipfile.ZipFile) -> dict[int, Form]:
    """Return the form of each cell style whose number format adds zeros or text to a number."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    codes = {
        entry.get("numFmtId"): entry.get("formatCode", "")
        for entry in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    return {
        style: form
        for style, entry in enumerate(styles.iterfind("{*}cellXfs/{*}xf"))
        if (form := form_of(codes.get(entry.get("numFmtId"), "")))
    }


def form_of(code: str) -> Form:
    """Parse a number format of zeros and fixed text (00000, "OP-"0000); empty for other formats."""
    code = _COLOUR.sub("", code.partition(";")[0])
    slots: list[str | None] = []
    place = 0
    while place < len(code):
        match = _SLOTS.match(code, place)
        if match is None:
            return ()
        slots.append(None if match[4] else "".join(filter(None, match.groups()[:3])))
        place = match.end()
    return tuple(slots) if slots.count(None) and slots != [None] else ()


def shown(number: int, form: Form) -> str:
    """Return a whole number as its form displays it: digits fill the zeros from the right."""
    places = form.count(None)
    digits = str(number).rjust(places, "0")
    heads = [digits[: len(digits) - places + 1], *digits[len(digits) - places + 1 :]]
    return "".join(heads.pop(0) if slot is None else slot for slot in form)
