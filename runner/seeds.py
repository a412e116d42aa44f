"""Reading and checking of seeds, with or without a byte order mark; errors include the place.

dbt reads a seed as UTF-8 with commas and lets DuckDB convert its cells. Changes by Excel (another
encoding, semicolons, Jun-24, 80%) would fail there without a place, or not at all.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from runner.faults import DataFault
from runner.messages import _
from runner.project import PROJECT

# Accepted formats of cells by type; other formats that dbt and DuckDB would accept are errors.
WHOLE = re.compile(r"[+-]?[0-9]+")
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
DAY = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Seed:
    """A seed as described in its property file: its file, the types and patterns of its columns.

    A pattern is in the `meta` of a column, with an example. A column that is a key by itself or
    that has a pattern may not be empty.
    """

    path: Path
    types: dict[str, str]
    patterns: dict[str, tuple[str, str]]
    keys: tuple[str, ...]

    @property
    def shown(self) -> str:
        """Return its path relative to the project, for messages."""
        parts = self.path.parts
        return "/".join(parts[len(parts) - 1 - parts[::-1].index("seeds") :])


def check(project: Path = PROJECT, *, reads_slashed_dates: bool = True) -> None:
    """Read every seed as dbt does; raise `DataFault` for the first unreadable cell.

    `reads_slashed_dates`: the engine reads 2026/4/1 as a date.
    """
    for seed in listed(project):
        for _number, _row in records(seed, reads_slashed_dates):
            pass


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of one seed by column; raise `DataFault` where it cannot be read."""
    seed = next(seed for seed in listed(PROJECT) if seed.path == path)
    return [row for _number, row in records(seed)]


@cache
def listed(project: Path) -> tuple[Seed, ...]:
    """Return the seeds that are described in a property file and have a file."""
    import yaml

    folder = project / "seeds"
    files = {path.stem: path for path in folder.rglob("*.csv")}
    described: list[dict[str, Any]] = []
    for path in sorted(folder.rglob("*.yml")):
        written = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        described += written["seeds"]
    return tuple(
        Seed(
            path=files[each["name"]],
            types=each["config"]["column_types"],
            patterns={
                column["name"]: (meta["pattern"], str(meta["example"]))
                for column in each.get("columns", [])
                if "pattern" in (meta := column.get("config", {}).get("meta", {}))
            },
            keys=tuple(
                columns[0]
                for test in each.get("data_tests", [])
                if "unique_key" in test
                and len(columns := test["unique_key"]["arguments"]["columns"]) == 1
            ),
        )
        for each in described
        if each["name"] in files
    )


def records(seed: Seed, reads_slashed_dates: bool = True) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row with its number (the header is row 1); raise `DataFault` on an error."""
    reader = csv.reader(io.StringIO(_text(seed), newline=""), strict=True)
    headers: list[str] = []
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1:
                headers = cells
                _check_header(seed, headers)
            else:
                _check_row(seed, headers, number, cells)
                row = dict(zip(headers, cells, strict=True))
                for name, value in row.items():
                    _check_cell(seed, number, name, value, reads_slashed_dates)
                yield number, row
    except csv.Error as error:
        raise DataFault(
            _("a quotation mark is not closed, or is inside a cell without quotes"),
            file=seed.shown,
            row=number + 1,
            remedy=_("correct the quotation marks of this row."),
        ) from error
    if not headers:
        raise DataFault(
            _("the file is empty"),
            file=seed.shown,
            remedy=_("undo the change, such as with git checkout."),
        )


def _text(seed: Seed) -> str:
    content = seed.path.read_bytes()
    remedy = _(
        "in Excel, save it as CSV UTF-8 (comma delimited); a text editor can save UTF-8 too."
    )
    if content.startswith(UTF_16):
        raise DataFault(
            _("the file is UTF-16 text, not UTF-8 (Excel: Unicode text)"),
            file=seed.shown,
            remedy=remedy,
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        row = before.count(b"\n") + 1
        line = content.splitlines()[row - 1]
        raise DataFault(
            _("the file is not UTF-8 text (Excel's plain CSV is not)"),
            file=seed.shown,
            row=row,
            column=_column_of(content, before, line),
            value=line.decode("cp932", errors="replace")[:80],
            remedy=remedy,
        ) from error


def _column_of(content: bytes, before: bytes, line: bytes) -> str:
    """Return the column of the first byte that is not UTF-8."""
    start = before.rfind(b"\n") + 1
    place = len(next(csv.reader([before[start:].decode("utf-8", errors="replace")]), [""]))
    headers = next(csv.reader([content.splitlines()[0].decode("utf-8-sig", errors="replace")]))
    return headers[place - 1] if line and 0 < place <= len(headers) else ""


def _check_header(seed: Seed, headers: list[str]) -> None:
    for delimiter, name in ((";", _("semicolons")), ("\t", _("tabs"))):
        if len(headers) == 1 and delimiter in headers[0]:
            raise DataFault(
                _("the cells are separated by {signs}, not by commas", signs=name),
                file=seed.shown,
                row=1,
                remedy=_("save it as a CSV file with commas."),
            )
    for place, name in enumerate(headers, start=1):
        if name not in seed.types or name in headers[: place - 1]:
            raise DataFault(
                _("column {place} has no header", place=place)
                if not name
                else _("this column does not belong to the seed, or appears twice"),
                file=seed.shown,
                row=1,
                column=name or str(place),
                expected=", ".join(seed.types),
                remedy=_("delete the column, or correct its header."),
            )
    missing = [name for name in seed.types if name not in headers]
    if missing:
        raise DataFault(
            _("a column is missing"),
            file=seed.shown,
            row=1,
            column=missing[0],
            expected=", ".join(seed.types),
            remedy=_("put the column back."),
        )


def _check_row(seed: Seed, headers: list[str], number: int, cells: list[str]) -> None:
    if not any(cells):
        raise DataFault(
            _("the row is empty"),
            file=seed.shown,
            row=number,
            remedy=_("delete the row."),
        )
    if len(cells) != len(headers):
        raise DataFault(
            _(
                "the row has {found} cells, the header {expected}",
                found=len(cells),
                expected=len(headers),
            ),
            file=seed.shown,
            row=number,
            column=headers[min(len(cells), len(headers)) - 1],
            remedy=_("put text with a comma in quotation marks; fill up or delete cells."),
        )


def _check_cell(seed: Seed, number: int, name: str, value: str, reads_slashed_dates: bool) -> None:
    pattern, example = seed.patterns.get(name, ("", ""))
    if not value.strip() and (name in seed.keys or pattern):
        raise DataFault(
            _("the cell is empty"),
            file=seed.shown,
            row=number,
            column=name,
            expected=_("as in {example}", example=example) if pattern else "",
            remedy=_("fill in the cell, or delete the row."),
        )
    kind = seed.types[name].partition("(")[0].strip()
    expected = _expected(kind, value, reads_slashed_dates) if value else ""
    if pattern and value and not expected:
        expected = "" if re.fullmatch(pattern, value) else _("as in {example}", example=example)
    if name == "time_zone" and value and not _is_zone(value):
        expected = _("a time zone, as in Asia/Tokyo")
    if expected:
        raise DataFault(
            _("the cell cannot be read"),
            file=seed.shown,
            row=number,
            column=name,
            value=value,
            expected=expected,
            remedy=_(
                "write the cell as expected; where Excel changes it, format the column as text"
                " before typing, or use a text editor."
            ),
        )


def _expected(kind: str, value: str, reads_slashed_dates: bool) -> str:
    """Return the expected format of a type, or an empty text when the value follows it."""
    if kind in ("integer", "bigint") and not WHOLE.fullmatch(value):
        return _("a whole number in plain digits, as in 1000")
    if kind in ("double", "decimal") and not DECIMAL.fullmatch(value):
        return _("a number in plain digits, as in 0.8 or 1000 (no %, no thousands separator)")
    if kind == "boolean" and value.lower() not in ("true", "false"):
        return _("true or false")
    if kind == "date" and not _is_day(value, reads_slashed_dates):
        return _("a date as in 2026-04-01")
    return ""


def _is_zone(value: str) -> bool:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _is_day(value: str, reads_slashed_dates: bool) -> bool:
    """Return whether it is a date with the year first: 2026-04-01, for some engines 2026/4/1."""
    found = DAY.fullmatch(value)
    if not found or (found[2] == "/" and not reads_slashed_dates):
        return False
    try:
        date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return False
    return True
