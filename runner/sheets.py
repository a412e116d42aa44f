"""Excel workbooks: the visible sheets as rows of text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from runner.faults import DataFault
from runner.messages import _


@dataclass(frozen=True)
class Sheet:
    """A visible sheet: its name and its rows from the first filled one on."""

    name: str
    rows: list[list[str]]


def read(path: Path) -> list[Sheet]:
    """Read the visible sheets that hold something; raise `DataFault` when the file is none."""
    from python_calamine import (
        CalamineError,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
        load_workbook,
    )

    try:
        workbook = load_workbook(str(path))
        errors = _error_cells(path)
        return [
            Sheet(entry.name, rows)
            for entry in workbook.sheets_metadata
            if entry.visible == SheetVisibleEnum.Visible and entry.typ == SheetTypeEnum.WorkSheet
            if (rows := _rows(workbook.get_sheet_by_name(entry.name), errors.get(entry.name, {})))
        ]
    except PasswordError as error:
        raise DataFault(
            _("the workbook is protected by a password"),
            file=path.name,
            expected=_("a workbook that opens without one"),
            remedy=_("remove the password in Excel and save it again."),
        ) from error
    except (CalamineError, zipfile.BadZipFile, ElementTree.ParseError, KeyError) as error:
        raise DataFault(
            _("the file is not a readable Excel workbook"),
            file=path.name,
            expected=_("a workbook saved by Excel as .xlsx"),
            remedy=_("open it in Excel and save it again as .xlsx, or as CSV UTF-8."),
        ) from error


def _rows(sheet: Any, errors: dict[tuple[int, int], str]) -> list[list[str]]:
    rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), text in errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    first = next((number for number, row in enumerate(rows) if any(map(str.strip, row))), None)
    return [] if first is None else rows[first:]


def _text(cell: Any) -> str:
    """Write a cell as Excel shows it plainly: 12 not 12.0, a day without a time of day."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() else f"{Decimal(format(cell, '.15g')):f}"
        case datetime():
            return cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            minutes, seconds = divmod(int(cell.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(cell)


_CELL = re.compile(r"([A-Z]+)(\d+)")


def _error_cells(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    """Give the error cells (#N/A …) by sheet and place, which calamine reads as empty ones."""
    errors: dict[str, dict[tuple[int, int], str]] = {}
    with zipfile.ZipFile(path) as archive:
        for name, part in _sheet_parts(archive):
            content = archive.read(part)
            if b't="e"' not in content:
                continue
            errors[name] = {}
            for cell in ElementTree.fromstring(content).iterfind(".//{*}c[@t='e']"):
                if place := _CELL.fullmatch(cell.get("r", "")):
                    column = 0
                    for letter in place[1]:
                        column = column * 26 + ord(letter) - 64
                    errors[name][int(place[2]) - 1, column - 1] = cell.findtext("{*}v") or ""
    return errors


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Give each sheet's name and the part of the archive that holds it."""
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    parts = {link.get("Id"): link.get("Target", "") for link in links}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    for sheet in book.iterfind(".//{*}sheet"):
        link = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        part = parts.get(link, "")
        part = part.lstrip("/") if part.startswith("/") else f"xl/{part}"
        if part in archive.namelist():
            yield sheet.get("name", ""), part
