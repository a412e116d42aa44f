"""The workbook of rejected rows and cells, each with its reason and remedy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from runner import messages, vocabulary
from runner.engines.warehouse import Warehouse
from runner.messages import _

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

# Enough for corrections by hand; a sheet ends at 1,048,576 rows.
MOST_ROWS = 100_000
# The longest text in an Excel cell.
LONGEST_TEXT = 32_767
# Rejected rows without the examples of the template, and rejected cells; both by place.
ROWS = """
    select source_file, sheet, source_row, "column", value, reasons, remedy_{language}, raw
    from rejected_rows where reasons not like '%time_example%' order by source_order
"""
CELLS = """
    select source_file, sheet, source_row, "column", value, expected{language}
    from rejected_cells order by source_order, "column"
"""


def write(place: Path, candidate: Path) -> Path | None:
    """Write the workbook in the current language; return its path, None without rejections."""
    place.unlink(missing_ok=True)
    language = messages.language()
    with Warehouse() as warehouse:
        warehouse.attach(candidate, "candidate")
        warehouse.run("use candidate.marts")
        rows = warehouse.rows(f"{ROWS.format(language=language)} limit {MOST_ROWS}")
        expected = "" if language == "en" else f"_{language}"
        cells = warehouse.rows(f"{CELLS.format(language=expected)} limit {MOST_ROWS}")
    if not rows and not cells:
        return None
    from xlsxwriter import Workbook

    fresh = place.with_name(f".{place.name}")
    with Workbook(str(fresh), {"constant_memory": True}) as book:
        # With the current time, two equal workbooks would differ.
        book.set_properties({"title": _("Rejected rows"), "created": datetime(2026, 1, 1)})
        where = [_("file"), _("sheet"), _("row"), _("column"), _("value")]
        if rows:
            _sheet(
                book,
                _("Rejected rows"),
                [*where, _("reason"), _("remedy"), _("the row as it was read")],
                (
                    [*origin, _shown(columns), value, _reasons(reasons), remedy, raw]
                    for *origin, columns, value, reasons, remedy, raw in rows
                ),
            )
        if cells:
            _sheet(
                book,
                _("Rejected cells"),
                [*where, _("expected")],
                (
                    [*origin, _shown(columns), value, expected]
                    for *origin, columns, value, expected in cells
                ),
            )
    fresh.replace(place)
    return place


def _sheet(
    book: Workbook, name: str, headers: Sequence[str], rows: Iterable[Sequence[str | int | None]]
) -> None:
    """Write a sheet of texts, none of which becomes a formula or a link."""
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bottom": 1, "font_name": "Meiryo UI"})
    body = book.add_format({"text_wrap": True, "valign": "top", "font_name": "Meiryo UI"})
    for place, width in enumerate((24, 14, 8, 20, 24, 44, 60, 60)[: len(headers)]):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    for place, header in enumerate(headers):
        sheet.write_string(0, place, header, head)
    last = 0
    for last, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(last, place, value, body)
            elif value:
                sheet.write_string(last, place, value[:LONGEST_TEXT], body)
    sheet.autofilter(0, 0, last, len(headers) - 1)


def _shown(columns: str | None) -> str:
    """Return the names of columns in the current language."""
    return ", ".join(map(vocabulary.shown, (columns or "").split(", ")))


def _reasons(codes: str) -> str:
    """Return the reasons in words, each with its code."""
    known = vocabulary.reasons()
    return " ".join(
        f"{known[code].text[messages.language()]} ({code})" if code in known else code
        for code in codes.split(" ")
    )
