"""CSV files: delimiters, records, and records with errors."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import os
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner.faults import DataFault, WrongUsage
from runner.messages import _, counted

CHUNK = 1 << 22
_BLANK_LINE = re.compile(rb"\n[ \t]*\r?(?=\n)")
# Reasons for rejecting a row before its cells are read.
LENGTH, CUT, FOOTER_LINE = "row_length", "row_cut", "report_footer"
HEADER = "header_repeated"
# The two columns that `marked` adds.
MARKS = ["row_fault", "beyond"]
# Maximum number of lines of a footer.
FOOTER = 100
DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}


@dataclass(frozen=True)
class Text:
    """A CSV file in UTF-8; `name` is used in messages, `row` is the row number of its first record.

    If `marked`, its records have two more cells than the header: see the function `marked`.
    """

    path: Path
    name: str
    delimiter: str = ","
    row: int = 1
    marked: bool = False


@dataclass(frozen=True)
class Outline:
    """Result of one pass over the bytes: hash, and whether blank records precede other records."""

    sha256: str
    has_blank_records: bool


def outline(path: Path) -> Outline:
    """Hash a file and look for blank records that precede other records."""
    digest = hashlib.sha256()
    found = filled_after = False
    tail = b"\n"
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            if not filled_after:
                text = tail + chunk
                if not found and (match := _BLANK_LINE.search(text)):
                    found, text = True, text[match.end() :]
                filled_after = found and bool(text.strip())
                # A blank line may be split across two chunks.
                start = max(text.rfind(b"\n"), len(text) - 64)
                tail = b"" if found else text[start:]
    return Outline(digest.hexdigest(), filled_after)


def delimiter_named(name: str) -> str:
    """Return the delimiter given as a character or by name; raise `WrongUsage` for others."""
    for character, called in DELIMITERS.items():
        if name.casefold() == called:
            return character
    character = name.replace("\\t", "\t")
    if len(character) != 1 or character in '"\r\n' or not character.isascii():
        raise WrongUsage(
            _(
                "{name} is not a delimiter; use one character, or {names}.",
                name=repr(name),
                names=", ".join(DELIMITERS.values()),
            )
        )
    return character


def likely_delimiters(text: Text, count: int = 20) -> list[str]:
    """Return the usual delimiters; first the one with which most first records have one width."""
    csv.field_size_limit(sys.maxsize)

    def score(character: str) -> tuple[int, int]:
        with text.path.open(encoding="utf-8-sig", newline="") as file:
            records = itertools.islice(csv.reader(file, delimiter=character), count)
            widths = Counter(len(record) for record in records if len(record) > 1)
        return max(((many, width) for width, many in widths.items()), default=(0, 0))

    return sorted(DELIMITERS, key=score, reverse=True)


def records(text: Text) -> Iterator[list[str]]:
    """Yield the records; raise `DataFault` naming the row that is not valid CSV."""
    csv.field_size_limit(sys.maxsize)
    row = text.row - 1
    try:
        with text.path.open(encoding="utf-8-sig", newline="") as file:
            for record in csv.reader(file, strict=True, delimiter=text.delimiter):
                row += 1
                yield record
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise DataFault(
                _("a quoted cell is open at the end of the file, which seems cut short"),
                file=text.name,
                row=row + 1,
                expected=_(
                    "a quote inside a quoted cell is doubled, and the cell ends at a delimiter"
                ),
                remedy=_("export it again, or correct the quotes of that row."),
            ) from error
        raise DataFault(
            _("a quoted cell is not closed as it should be"),
            file=text.name,
            row=row + 1,
            expected=_("a quote inside a quoted cell is doubled, and the cell ends at a delimiter"),
            remedy=_("correct the quotes of that row."),
        ) from error


def is_blank(record: Iterable[str]) -> bool:
    """Return whether a record is empty."""
    return not any(cell.strip() for cell in record)


def from_record(text: Text, skipped: int, target: Path) -> Text:
    """Write a copy of the file without its first records; return it."""
    with text.path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True, delimiter=text.delimiter)
        for _record in itertools.islice(reader, skipped):
            pass
        lines = reader.line_num
    with (
        text.path.open(encoding="utf-8-sig", newline="") as file,
        target.open("w", encoding="utf-8", newline="") as written,
    ):
        for _line in itertools.islice(file, lines):
            pass
        shutil.copyfileobj(file, written)
    return Text(target, text.name, text.delimiter, text.row + skipped)


def write(rows: Iterable[Iterable[str]], path: Path) -> None:
    """Write rows as plain CSV: UTF-8, commas, every cell quoted, one line end."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)


def regular(text: Text, width: int) -> Iterator[list[str]]:
    """Yield the records, blank ones as empty cells; raise `DataFault` for another width."""
    for row, record in enumerate(records(text), start=text.row):
        if is_blank(record):
            yield [""] * width
        elif len(record) == width:
            yield record
        else:
            raise DataFault(
                counted("the row has {count} cell", "the row has {count} cells", len(record)),
                file=text.name,
                row=row,
                value=text.delimiter.join(record)[:80],
                expected=counted(
                    "{count} cell, as in the header", "{count} cells, as in the header", width
                ),
                remedy=_("put cells that contain a delimiter in quotes, or add the missing ones."),
            )


def marked(
    rows: Iterable[Sequence[str]], titles: Sequence[str], is_open: bool = False
) -> Iterator[list[str]]:
    """Yield the rows cut to the header's width, each with its fault and its surplus cells as JSON.

    Empty cells and headers at the end are ignored. Short lines at the end, below a blank one, are
    the footer of a report. This is the slow path, for files that DuckDB cannot number or read.
    `is_open`: no line end follows the last row.
    """
    width = len(titles)
    named = max((n for n, title in enumerate(titles, start=1) if title.strip()), default=0)
    # Rows kept until the rows after them are known, each with whether it is below a blank line.
    held: list[tuple[list[str], bool]] = []
    is_below = False
    for row in rows:
        beyond = {f"column {n}": cell for n, cell in enumerate(row[width:], start=width + 1)}
        surplus = {name: cell for name, cell in beyond.items() if cell.strip()}
        is_empty = is_blank(row)
        is_short = len(row) < named and not is_empty
        is_line = is_below and is_short and is_blank(row[1:])
        if not (is_empty or is_line) or len(held) > FOOTER:
            yield from (cells for cells, _line in held)
            held = []
        is_below = is_empty or is_line
        fault = LENGTH if is_short or surplus else ""
        members = json.dumps(surplus, ensure_ascii=False, separators=(",", ":"))[1:-1]
        held.append(([*row[:width], *[""] * (width - len(row)), fault, members], is_line))
    if is_open and held and not held[-1][1] and held[-1][0][width:] == [LENGTH, ""]:
        held[-1][0][width] = CUT
    for cells, is_line in held:
        if is_line:
            cells[width] = FOOTER_LINE
        yield cells


def write_marked(text: Text, titles: Sequence[str], target: Path) -> Text:
    """Write a text as plain CSV in which each record carries its fault; return it."""
    rows = records(text)
    head = next(rows)
    head += [""] * (len(titles) - len(head)) + MARKS
    write(itertools.chain([head], marked(rows, titles, is_open(text.path))), target)
    return Text(target, text.name, ",", text.row, marked=True)


def is_open(path: Path) -> bool:
    """Return whether a file lacks a line end after its last row."""
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return False
        file.seek(-1, os.SEEK_END)
        return file.read() not in (b"\n", b"\r")
