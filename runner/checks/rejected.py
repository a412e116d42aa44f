"""The workbook of rejected rows and cells, each with its reason and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runner import messages, vocabulary, workbooks
from runner.engines.warehouse import Warehouse
from runner.messages import _
from runner.workbooks import Column, Table

# Enough for corrections by hand; a sheet ends at 1,048,576 rows.
MOST_ROWS = 100_000
# Rejected rows without the examples of the template, and rejected cells; both by place.
ROWS = """
    select source_file, sheet, source_row, "column", value, reasons, remedy_{language}, raw,
        count(*) over () as row_count
    from rejected_rows where reasons not like '%time_example%' order by source_order
"""
CELLS = """
    select source_file, sheet, source_row, "column", value, expected{language},
        count(*) over () as row_count
    from rejected_cells order by source_order, "column"
"""


def write(place: Path, candidate: Path) -> Path | None:
    """Write the workbook in the current language; return its path, None without rejections."""
    place.unlink(missing_ok=True)
    with Warehouse() as warehouse:
        warehouse.attach(candidate, "candidate")
        warehouse.run("use candidate.marts")
        found = tables(warehouse)
    if not found:
        return None
    with workbooks.create(place, _("Rejected rows")) as book:
        sheets = workbooks.Tables(book)
        for table in found:
            sheets.add(table)
    return place


def tables(warehouse: Warehouse) -> list[Table]:
    """Return the rejected rows and the rejected cells of the current schema, each if any."""
    language = messages.language()
    rows = warehouse.rows(f"{ROWS.format(language=language)} limit {MOST_ROWS}")
    expected = "" if language == "en" else f"_{language}"
    cells = warehouse.rows(f"{CELLS.format(language=expected)} limit {MOST_ROWS}")
    where = [
        Column(_("file"), "wrapped", 24),
        Column(_("sheet"), "wrapped", 14),
        Column(_("row"), "count", 8),
        Column(_("column"), "wrapped", 20),
        Column(_("value"), "wrapped", 24),
    ]
    of_rows = Table(
        _("Rejected rows"),
        [
            *where,
            Column(_("reason"), "wrapped", 44),
            Column(_("remedy"), "wrapped"),
            Column(_("the row as it was read"), "wrapped"),
        ],
        [
            [*origin, _shown(columns), value, _reasons(reasons), remedy, raw]
            for *origin, columns, value, reasons, remedy, raw, _count in rows
        ],
        _cut(rows),
    )
    of_cells = Table(
        _("Rejected cells"),
        [*where, Column(_("expected"), "wrapped", 44)],
        [
            [*origin, _shown(columns), value, expected]
            for *origin, columns, value, expected, _count in cells
        ],
        _cut(cells),
    )
    return [table for table in (of_rows, of_cells) if table.rows]


def _cut(rows: list[tuple[Any, ...]]) -> str:
    return workbooks.cut(rows[0][-1], MOST_ROWS) if rows else ""


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
