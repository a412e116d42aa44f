"""The marked workbook of an inspection: wrong cells are coloured, with the reason as comment."""

from __future__ import annotations

import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner import messages, vocabulary, workbooks
from runner.columns.layout import EventFinder
from runner.columns.options import Options
from runner.engines.warehouse import Warehouse
from runner.faults import DataFault
from runner.inspection import diagnostics
from runner.inspection.diagnostics import Diagnostic, Place
from runner.inspection.dry_run import Inspected
from runner.landing import raw
from runner.messages import _, counted
from runner.severity import CRITICAL, INFO, SEVERITIES, WARNING
from runner.sources import tables
from runner.workbooks import LONGEST_TEXT

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

COLOURS = {CRITICAL: "FFC7CE", WARNING: "FFEB9C", INFO: "E7E6E6"}
AUTHOR = "l2c inspect"
# Between the user's comment and ours, so that the next inspection removes only ours.
SEPARATOR = f"\n── {AUTHOR} ──\n"
# Always true, and recognisable. A conditional format does not change the cell's own format.
RULE = f'LEN("{AUTHOR}")>0'
# Excel accepts somewhat longer lists of cells in one rule.
CELLS_OF_A_RULE = 200
# The workbook is marked in memory: 100,000 rows of eight columns need half a gigabyte.
MOST_ROWS = 200_000


def write(path: Path, inspected: Inspected, options: Options) -> None:
    """Write the inspected file as a workbook with its diagnostics.

    Raise `DataFault` when the workbook exists or the file has too many rows.
    """
    workbooks.refuse_existing(path)
    rows = sum(entry.rows for entry in inspected.landed)
    if rows > MOST_ROWS:
        raise DataFault(
            _("the file has too many rows to be returned as a workbook: {rows}", rows=f"{rows:,}"),
            file=inspected.file.name,
            expected=_("at most {rows} rows", rows=f"{MOST_ROWS:,}"),
            remedy=_("correct it where it was exported, or inspect it in parts."),
        )
    with tempfile.TemporaryDirectory(prefix="l2c-inspect-") as folder:
        book = _own(inspected) or _rebuilt(inspected, options, Path(folder))
        _unmark(book)
        _mark(book, inspected)
        _list(book, inspected)
        book.save(path)


def _own(inspected: Inspected) -> Workbook | None:
    """Return the user's workbook, or None when openpyxl cannot read it or its landed sheets."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            # The sheet of diagnostics mentions the parts that openpyxl drops.
            warnings.simplefilter("ignore")
            book = load_workbook(inspected.file, rich_text=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError):
        return None
    return book if {entry.sheet for entry in inspected.landed} <= set(book.sheetnames) else None


def _rebuilt(inspected: Inspected, options: Options, folder: Path) -> Workbook:
    """Return a new workbook with the source tables as sheets of text; empty without tables."""
    from openpyxl import Workbook, load_workbook
    from xlsxwriter import Workbook as Writer

    if not inspected.landed:
        empty = Workbook()
        empty.remove(empty.worksheets[0])
        return empty
    path, names = folder / "rebuilt.xlsx", _sheet_names(inspected)
    with Writer(str(path)) as book:
        words = book.add_format({"num_format": "@"})
        bold = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
        found = tables.find(inspected.file, folder / "source", options, EventFinder(options))
        for number, table in enumerate(found):
            headers = list(table.layout.headers.values())
            sheet = book.add_worksheet(names[table.sheet])
            sheet.freeze_panes(table.header_row, 0)
            sheet.set_column(0, len(headers) - 1, 18, words)
            # Rows keep their numbers; the rows above the header are left blank.
            for place, header in enumerate(headers):
                sheet.write_string(table.header_row - 1, place, header[:LONGEST_TEXT], bold)
            scratch = folder / str(number)
            scratch.mkdir()
            with Warehouse() as warehouse:
                raw.load(warehouse, table, scratch)
                for batch in warehouse.batches("select * from raw order by record"):
                    for *cells, record in batch:
                        for place, value in enumerate(cells):
                            if value is not None:
                                row = table.header_row + record
                                sheet.write_string(row, place, value[:LONGEST_TEXT], words)
    return load_workbook(path)


def _sheet_names(inspected: Inspected) -> dict[str, str]:
    """Return a valid, unique Excel sheet name for each landed sheet."""
    names: dict[str, str] = {}
    for entry in inspected.landed:
        wanted = entry.sheet or inspected.file.stem
        wanted = "".join(" " if char in "[]:*?/\\" else char for char in wanted).strip("' ") or "1"
        taken, name, number = {name.casefold() for name in names.values()}, wanted[:31], 1
        while name.casefold() in taken:
            number += 1
            name = f"{wanted[: 28 - len(str(number))]} ({number})"
        names[entry.sheet] = name
    return names


def _unmark(book: Workbook) -> None:
    """Remove the marks of an earlier inspection."""
    for language in messages.LANGUAGES:
        with messages.in_language(language):
            if _("Inspection") in book.sheetnames:
                del book[_("Inspection")]
    for sheet in book.worksheets:
        for area in [*sheet.conditional_formatting]:
            if any(RULE in rule.formula for rule in area.rules):
                del sheet.conditional_formatting[area.sqref]
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment:
                    own = cell.comment.text.partition(SEPARATOR)[0]
                    if cell.comment.author == AUTHOR:
                        cell.comment = None
                    else:
                        _comment(cell, own, cell.comment.author)


def _mark(book: Workbook, inspected: Inspected) -> None:
    """Colour the cells of each diagnostic and add the reason as comment."""
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import PatternFill

    marks: dict[str, dict[str, list[tuple[Diagnostic, Place]]]] = {}
    for diagnostic in inspected.diagnostics:
        if diagnostic.severity == INFO:
            continue
        for cell in diagnostic.cells:
            for name, address in _addresses(book, inspected, diagnostic, cell):
                marks.setdefault(name, {}).setdefault(address, []).append((diagnostic, cell))
    for name, found in marks.items():
        sheet: Any = book[name]
        cells: dict[str, list[str]] = {severity: [] for severity in SEVERITIES}
        for place, about in found.items():
            cells[
                min((diagnostic.severity for diagnostic, _cell in about), key=SEVERITIES.index)
            ].append(place)
            reason = "\n\n".join(dict.fromkeys(_reason(*mark) for mark in about))
            own = sheet[place].comment
            if own:
                _comment(sheet[place], own.text + SEPARATOR + reason, own.author)
            else:
                _comment(sheet[place], reason, AUTHOR)
        for severity, places in cells.items():
            fill = PatternFill(bgColor=COLOURS[severity], fill_type="solid")
            for start in range(0, len(places), CELLS_OF_A_RULE):
                area = " ".join(places[start : start + CELLS_OF_A_RULE])
                sheet.conditional_formatting.add(area, FormulaRule(formula=[RULE], fill=fill))


def _addresses(
    book: Workbook, inspected: Inspected, diagnostic: Diagnostic, cell: Place
) -> list[tuple[str, str]]:
    """Return sheet and address of the cells at a place; empty without its sheet."""
    from openpyxl.utils import get_column_letter

    name = diagnostic.sheet
    if name not in book.sheetnames:
        name = _sheet_names(inspected).get(diagnostic.sheet, "")
    if name not in book.sheetnames:
        return []
    headers = next(
        (entry.headers for entry in inspected.landed if entry.sheet == diagnostic.sheet), ()
    )
    row = cell.row or 1
    columns = [headers.index(header) + 1 for header in diagnostic.columns if header in headers]
    return [
        (name, _shown(book[name], f"{get_column_letter(column)}{row}")) for column in columns or [1]
    ]


def _shown(sheet: Worksheet, place: str) -> str:
    """Return the cell that displays a place: for merged cells, the first one."""
    merged = next((area for area in sheet.merged_cells.ranges if place in area), None)
    return merged.coord.partition(":")[0] if merged else place


def _reason(diagnostic: Diagnostic, cell: Place) -> str:
    lines = [f"[{diagnostics.names()[diagnostic.severity]}] {diagnostic.problem}"]
    if expected := _expected(diagnostic, cell):
        lines.append(_("expected: {expected}", expected=expected))
    if diagnostic.remedy:
        lines.append(_("what to do: {remedy}", remedy=diagnostic.remedy))
    return "\n".join(lines)


def _expected(diagnostic: Diagnostic, cell: Place) -> str:
    if cell.nearest:
        return _("{name}, the nearest in the list", name=cell.nearest)
    return diagnostic.expected


def _comment(cell: Any, text: str, author: str) -> None:
    from openpyxl.comments import Comment

    lines = sum(1 + len(line) // 30 for line in text.split("\n"))
    cell.comment = Comment(_clean(text), author, height=24 + 18 * lines, width=340)


def _list(book: Workbook, inspected: Inspected) -> None:
    """Write every diagnostic on a separate sheet, each with a link to its cell."""
    sheet = book.create_sheet(_("Inspection"), 0)
    book.active = sheet
    widths = _head(sheet, inspected)
    listed = [
        (diagnostic, place)
        for diagnostic in diagnostics.ordered(inspected.diagnostics)
        for place in diagnostic.cells
    ]
    for row, (diagnostic, place) in enumerate(listed, start=5):
        _list_place(sheet, row, diagnostic, place, widths)
        for address in _addresses(book, inspected, diagnostic, place)[:1]:
            _link(sheet.cell(row, 3 if place.row else 4), address)
    beyond = sum(each.count - len(each.cells) for each in inspected.diagnostics)
    if beyond:
        more = counted("{count} more is not listed.", "{count} more are not listed.", beyond)
        _put(sheet, 5 + len(listed), 1, more)


def _head(sheet: Worksheet, inspected: Inspected) -> list[int]:
    """Write the rows above the list; return the widths of its columns."""
    from openpyxl.styles import Font, PatternFill
    from openpyxl.worksheet.properties import PageSetupProperties

    font = workbooks.font()
    title = _(
        "What the import would reject, or what looks wrong, in {file}", file=inspected.file.name
    )
    _put(sheet, 1, 1, title).font = Font(bold=True, size=14, name=font)
    note = _(
        "Correct the coloured cells on the sheets that follow and import this workbook; this sheet"
        " is not read. Charts, pictures and macros are not in this copy."
    )
    _put(sheet, 2, 1, note).font = Font(color="7D8797", name=font)
    columns = {
        _("Severity"): 13,
        _("Sheet"): 16,
        _("Row"): 8,
        _("Column"): 18,
        _("Value"): 24,
        _("Problem"): 46,
        _("Expected"): 40,
        _("What to do"): 52,
    }
    for place, (header, width) in enumerate(columns.items(), start=1):
        cell = _put(sheet, 4, place, header)
        cell.font = Font(bold=True, color="FFFFFF", name=font)
        cell.fill = PatternFill("solid", fgColor="1F3A5F")
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A5"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return list(columns.values())


def _list_place(
    sheet: Worksheet, row: int, diagnostic: Diagnostic, place: Place, widths: list[int]
) -> None:
    """Write one place of a diagnostic as a row of the list."""
    from openpyxl.styles import Alignment, Font, PatternFill

    texts = [
        diagnostics.names()[diagnostic.severity],
        diagnostic.sheet,
        str(place.row or ""),
        _(", ").join(diagnostic.columns),
        place.value or "",
        diagnostic.problem,
        _expected(diagnostic, place),
        diagnostic.remedy,
    ]
    lines = 1
    for column, (text, width) in enumerate(zip(texts, widths, strict=True), start=1):
        cell = _put(sheet, row, column, text)
        cell.font = Font(size=10, name=workbooks.font())
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        lines = max(lines, 1 + vocabulary.breadth(text) // width)
    sheet.row_dimensions[row].height = 4 + 15 * min(lines, 6)
    colour = COLOURS[diagnostic.severity]
    sheet.cell(row, 1).fill = PatternFill("solid", fgColor=colour)


def _link(cell: Any, address: tuple[str, str]) -> None:
    """Link a cell to a cell of a sheet."""
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    name = address[0].replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!{address[1]}")
    cell.font = Font(size=10, color="0563C1", underline="single", name=workbooks.font())


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    """Write a text as text, whatever its first character."""
    cell: Any = sheet.cell(row, column)
    cell.value = _clean(text)
    cell.data_type = "s"
    return cell


def _clean(text: str) -> str:
    """Replace characters that a workbook cannot store, and cut text too long for a cell."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return ILLEGAL_CHARACTERS_RE.sub("�", text)[:LONGEST_TEXT]
