"""Excel and OpenDocument workbooks: their sheets as rows of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.faults import DataFault, is_of_the_machine
from runner.messages import _
from runner.sources import ooxml

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

# Workbooks whose number formats and error cells are read too.
WITH_PARTS = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, whether it is hidden, the date system of its serial dates."""

    path: Path
    name: str
    is_hidden: bool
    is_1904: bool
    open: Callable[[], CalamineSheet]
    corrections: dict[tuple[int, int], str]

    def rows(self) -> list[list[str]]:
        """Return the rows as text, numbered as in Excel, without blank rows at the end."""
        with _refused(self.path):
            rows = [[_text(cell) for cell in row] for row in self.open().to_python(False)]
        for (row, column), text in self.corrections.items():
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text
        while rows and not any(map(str.strip, rows[-1])):
            rows.pop()
        return rows

    def fill_merged(self, rows: list[list[str]], header: int) -> int:
        """Repeat a merged cell's text in the rows it covers below the header; count such cells."""
        filled = 0
        for (top, column), (bottom, _right) in self.open().merged_cell_ranges or ():
            if header < top < bottom and top < len(rows) and column < len(rows[top]):
                filled += 1
                for row in rows[top + 1 : bottom + 1]:
                    row[column] = rows[top][column]
        return filled


def read(path: Path) -> list[Sheet]:
    """Return the sheets of a workbook; raise `DataFault` when it cannot be read."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    with _refused(path):
        workbook = load_workbook(str(path))
        parts = ooxml.read(path) if path.suffix.lower() in WITH_PARTS else ooxml.Parts()

        def opener(name: str) -> Callable[[], CalamineSheet]:
            def opened() -> CalamineSheet:
                if name in parts.far:
                    raise DataFault(
                        _("the cells lie too far apart to be read"),
                        file=path.name,
                        sheet=name,
                        value=parts.far[name],
                        expected=_("rows and columns that follow one another"),
                        remedy=_("delete the cells far from the table, then save it again."),
                    )
                with _refused(path):
                    return workbook.get_sheet_by_name(name)

            return opened

        return [
            Sheet(
                path,
                entry.name,
                entry.visible != SheetVisibleEnum.Visible,
                parts.is_1904,
                opener(entry.name),
                parts.corrections.get(entry.name, {}),
            )
            for entry in workbook.sheets_metadata
            if entry.typ == SheetTypeEnum.WorkSheet
        ]


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    """Turn exceptions of calamine and of reading an xlsx into a fault of the file."""
    from python_calamine import PasswordError

    try:
        yield
    except PasswordError as error:
        raise DataFault(
            _("the workbook is protected by a password"),
            file=path.name,
            expected=_("a workbook that opens without one"),
            remedy=_("remove the password in Excel and save it again."),
        ) from error
    except (DataFault, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # calamine's panics are not an `Exception`
        if is_of_the_machine(error):
            raise
        raise DataFault(
            _("the workbook is damaged, or not a readable workbook"),
            file=path.name,
            expected=_("a workbook saved by Excel or LibreOffice"),
            remedy=_("open it in Excel and save it again as .xlsx, or as CSV UTF-8."),
        ) from error


def _text(cell: Any) -> str:
    """Return a cell as plain text, as Excel shows it: 12 not 12.0, a date without a time of day."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() else f"{Decimal(format(cell, '.15g')):f}"
        case datetime():
            # Excel stores a date and a time as one number; midnight means a date only.
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            minutes, seconds = divmod(int(cell.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case _:
            return str(cell)
