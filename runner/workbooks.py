"""Excel workbooks that the runner writes: their files, and sheets that are tables.

A text stays a text: nothing that a cell holds becomes a formula or a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner import messages, vocabulary
from runner.faults import DataFault
from runner.messages import _

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

LAST_ROW = 1_048_576
# The longest text in an Excel cell.
LONGEST_TEXT = 32_767
# Excel has no earlier day.
FIRST_YEAR = 1900
# With the current time, two equal workbooks would differ.
CREATED = datetime(2026, 1, 1)
NAVY, GREY, BAR = "#1F3A5F", "#7D8797", "#B8C7DA"
# By kind of column: number format, in which {day} is that of the language, and width.
KINDS = {
    "text": ("@", 18),
    "wrapped": ("@", 60),
    "count": ("#,##0", 11),
    "days": ("#,##0.0", 11),
    "share": ("0.0%", 11),
    "amount": ("#,##0", 15),
    "date": ("{day}", 12),
    "time": ("{day} hh:mm", 17),
    "flag": ("@", 9),
}


@dataclass(frozen=True)
class Column:
    """A column of a table: header, kind, width in characters (0: of its kind).

    The kind `figure` is that of the row: the kind in the cell after the last column.
    """

    header: str
    kind: str = "text"
    width: int = 0
    has_bars: bool = False


@dataclass(frozen=True)
class Table:
    """A sheet that is a table: its name, a line above the headers, columns, rows."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    note: str = ""


def font() -> str:
    """Return a font that the user's Excel has."""
    return "Yu Gothic" if messages.language() == "ja" else "Calibri"


def day_format() -> str:
    """Return the number format of days in the current language."""
    return "yyyy/mm/dd" if messages.language() == "ja" else "yyyy-mm-dd"


def refuse_existing(path: Path) -> None:
    """Raise `DataFault` when a file of this name exists."""
    if path.exists():
        raise DataFault(
            _("there is a file of this name already"),
            file=str(path),
            remedy=_("choose another name with -o: somebody's rows may be in it."),
        )


def capitalised(header: str) -> str:
    """Return a header with a capital first letter, as the labels of the template have it."""
    return header[:1].upper() + header[1:]


def cut(rows: int, most: int) -> str:
    """Return a sentence for a table that has more rows than its sheet, else nothing."""
    if rows <= most:
        return ""
    return _(
        "Only the first {most} of {rows} rows are here: the published file has all.",
        most=f"{most:,}",
        rows=f"{rows:,}",
    )


@contextmanager
def create(
    path: Path, title: str, created: datetime = CREATED, *, in_order: bool = True
) -> Iterator[Workbook]:
    """Write a workbook beside `path`, then rename it to `path`.

    `in_order`: the rows of each sheet are written from top to bottom and not kept in memory.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    fresh = path.with_name(f".{path.name}")
    try:
        with Workbook(str(fresh), {"constant_memory": in_order}) as book:
            book.set_properties({"title": title, "created": created})
            yield book
        fresh.replace(path)
    except FileCreateError as error:
        # The error wraps that of the operating system.
        raise error.args[0] from error
    finally:
        fresh.unlink(missing_ok=True)


class Tables:
    """The sheets of a workbook that are tables, in one look."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.font = font()
        self.head = self.style(
            bold=True, font_color="white", bg_color=NAVY, text_wrap=True, valign="vcenter"
        )
        self.note = self.style(font_color=GREY)
        self.looks = {
            kind: self.style(num_format=form.format(day=day_format()), text_wrap=kind == "wrapped")
            for kind, (form, _width) in KINDS.items()
        }

    def style(self, **properties: Any) -> Format:
        """Return a cell format in the font of the workbook."""
        look = {"font_name": self.font, "font_size": 10, "valign": "top", **properties}
        return self.book.add_format(look)

    def add(self, table: Table, sheet: Worksheet | None = None) -> int:
        """Write a table to a sheet, by default a new one; return the number of its rows."""
        sheet = sheet or self.book.add_worksheet(table.name)
        columns, top = table.columns, 1 if table.note else 0
        self._prepare(sheet, columns, top)
        if table.note:
            sheet.write_string(0, 0, table.note, self.note)
        for place, column in enumerate(columns):
            sheet.write_string(top, place, capitalised(column.header), self.head)
        last = top
        for last, row in enumerate(table.rows, start=top + 1):
            for place, column in enumerate(columns):
                kind = row[len(columns)] if column.kind == "figure" else column.kind
                self.write(sheet, last, place, row[place], kind)
        sheet.autofilter(top, 0, last, len(columns) - 1)
        for place, column in enumerate(columns):
            if column.has_bars and last > top:
                bars = {"type": "data_bar", "bar_color": BAR, "bar_solid": True}
                sheet.conditional_format(top + 1, place, last, place, bars)
        return last - top

    def _prepare(self, sheet: Worksheet, columns: Sequence[Column], top: int) -> None:
        """Set widths, the frozen headers and the printed page."""
        for place, column in enumerate(columns):
            width = column.width or KINDS.get(column.kind, KINDS["days"])[1]
            sheet.set_column(place, place, max(width, min(vocabulary.breadth(column.header), 24)))
        # Ids are text on purpose: Excel would change 00012 to 12.
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{LAST_ROW}"})
        sheet.freeze_panes(top + 1, 1)
        sheet.repeat_rows(top)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def write(self, sheet: Worksheet, row: int, place: int, value: Any, kind: str) -> None:
        """Write a cell as its kind: figures and days as such, anything else as text."""
        look = self.looks[kind]
        if value is None or value == "":
            return
        if isinstance(value, bool):
            sheet.write_string(row, place, _("yes") if value else _("no"), look)
        elif isinstance(value, date) and value.year >= FIRST_YEAR:
            sheet.write_datetime(row, place, value, look)
        elif isinstance(value, str | date):
            sheet.write_string(row, place, _fitting(str(value)), look)
        else:
            sheet.write_number(row, place, value, look)


def _fitting(text: str) -> str:
    """Return a text that is not too long for a cell."""
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
