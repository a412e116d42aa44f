"""CSV files: the header record, what must be known before reading, and what is wrong with one."""

from __future__ import annotations

import csv
import hashlib
import itertools
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from runner.faults import DataFault
from runner.messages import _

CHUNK = 1 << 22
_BLANK_LINE = re.compile(rb"\n[ \t]*\r?(?=\n)")


@dataclass(frozen=True)
class Outline:
    """What one pass over the bytes tells: their hash, and whether records are blank between."""

    sha256: str
    has_blank_records: bool


def outline(path: Path) -> Outline:
    """Hash a file and look for blank records that other records follow."""
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
                # A blank line may lie across two chunks.
                start = max(text.rfind(b"\n"), len(text) - 64)
                tail = b"" if found else text[start:]
    return Outline(digest.hexdigest(), filled_after)


def records(path: Path, name: str = "") -> Iterator[list[str]]:
    """Give the records of a CSV file, called `name` in messages.

    Raises `DataFault` naming the row that breaks the rules.
    """
    csv.field_size_limit(sys.maxsize)
    row, name = 0, name or path.name
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for record in csv.reader(file, strict=True):
                row += 1
                yield record
    except UnicodeDecodeError as error:
        raise DataFault(
            _("the text is not UTF-8"),
            file=name,
            row=_row_of_bad_byte(path),
            expected=_("a CSV file in UTF-8"),
            remedy=_("save it as “CSV UTF-8” in Excel, or convert it to UTF-8."),
        ) from error
    except csv.Error as error:
        raise DataFault(
            _("a quoted cell is not closed as it should be"),
            file=name,
            row=row + 1,
            expected=_("a quote inside a quoted cell is doubled, and the cell ends at a comma"),
            remedy=_("correct the quotes of that row."),
        ) from error


def _row_of_bad_byte(path: Path) -> int:
    """Count the records up to the first byte that is not UTF-8."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        for row, record in enumerate(csv.reader(file), start=1):
            if any("\udc80" <= sign <= "\udcff" for cell in record for sign in cell):
                return row
    return 1


def is_blank(record: Iterable[str]) -> bool:
    """Say whether a record holds nothing."""
    return not any(cell.strip() for cell in record)


def header(path: Path) -> list[str]:
    """Give the first record that is not blank; raise `DataFault` when there is none."""
    for record in records(path):
        if not is_blank(record):
            return record
    raise DataFault(
        _("the file is empty"),
        file=path.name,
        expected=_("a header row and at least one row below it"),
        remedy=_("export it again, with its header row."),
    )


def write(rows: Iterable[Iterable[str]], path: Path) -> None:
    """Write rows as plain CSV: UTF-8, every cell quoted, one line end."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)


def regular(path: Path, width: int, name: str = "") -> Iterator[list[str]]:
    """Give the records from the header on, blank ones as empty cells.

    This is the slow way, for files that DuckDB cannot number or read; it raises `DataFault` for a
    record of another width than the header.
    """
    started = itertools.dropwhile(is_blank, records(path, name))
    for row, record in enumerate(started, start=1):
        if is_blank(record):
            yield [""] * width
        elif len(record) == width:
            yield record
        else:
            raise DataFault(
                _("the row has {count} cells", count=len(record)),
                file=name or path.name,
                row=row,
                value=",".join(record)[:80],
                expected=_("{count} cells, as in the header", count=width),
                remedy=_("put cells that contain a comma in quotes, or add the missing ones."),
            )
