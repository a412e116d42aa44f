"""The published tables as an Excel workbook: a sheet about the result, then one per table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner import messages, vocabulary, workbooks
from runner.checks.headline import headline
from runner.engines.warehouse import Warehouse
from runner.messages import _
from runner.publish import export_sql, published
from runner.publish.export_tables import Export
from runner.values import zones
from runner.workbooks import GREY, NAVY, Tables

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

# The columns of the first sheet after its first one, and their width.
LAST_PLACE, WIDTH = 8, 13


def default_path(form: str) -> Path:
    """Return the default file name of an export."""
    return Path(f"lead_to_cash_{messages.language()}.{form}")


def write(path: Path, place: Path) -> None:
    """Write the published file at `place` as a workbook in the current language.

    Raise `DataFault` when the workbook exists.
    """
    workbooks.refuse_existing(path)
    with published.marts(place) as warehouse:
        names, rows = warehouse.table(export_sql.RUN)
        run = dict(zip(names, rows[0], strict=True))
        export = Export(warehouse, run["reporting_time_zone"], run["reporting_currency"])
        created = run["as_of"] or workbooks.CREATED
        with workbooks.create(path, _("Lead to cash: result"), created) as book:
            sheets = Tables(book)
            about = _About(sheets, book.add_worksheet(_("About")))
            written = [(table.name, sheets.add(table), table.note) for table in export.tables()]
            about.facts(run, headline(place))
            about.listed(
                _("Sheets"), [_("sheet"), _("rows"), ""], ["text", "count", "wide"], written
            )
            _list_sources(about, warehouse)
            _list_kpis(about, warehouse)


def _list_sources(about: _About, warehouse: Warehouse) -> None:
    """List the imported files with their counts."""
    counts = [_("rows"), _("events"), _("rejected"), _("duplicates"), _("cells rejected")]
    about.listed(
        _("Sources"),
        [_("file"), _("sheet"), *counts],
        ["text", "text", *("count" for _count in counts)],
        warehouse.rows(export_sql.SOURCES),
    )


def _list_kpis(about: _About, warehouse: Warehouse) -> None:
    """List the definitions of the KPIs."""
    about.listed(
        _("KPIs"),
        [_("KPI"), _("unit"), _("direction"), _("definition")],
        ["text", "text", "text", "wide"],
        warehouse.rows(export_sql.DEFINITIONS.format(language=messages.language())),
    )


class _About:
    """The first sheet: what was published, the sheets, the sources, what each KPI means."""

    def __init__(self, sheets: Tables, sheet: Worksheet) -> None:
        self.sheets, self.sheet, self.row = sheets, sheet, 0
        self.label = sheets.style(font_color=GREY)
        self.section = sheets.style(bold=True, font_size=12, font_color=NAVY)
        self.wide = sheets.style(text_wrap=True)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, LAST_PLACE, WIDTH)

    def facts(self, run: dict[str, Any], counts: Sequence[str]) -> None:
        """Write the title, and what was published."""
        title = self.sheets.style(bold=True, font_size=18, font_color=NAVY)
        self.sheet.write_string(0, 0, _("Lead to cash: result"), title)
        as_of, zone = run["as_of"], run["reporting_time_zone"]
        facts = [
            (_("as of"), zones.on_the_clock(as_of, zone) if as_of else "–"),
            (_("content hash"), run["content_hash"]),
            (_("version"), json.loads(run["versions"])["lead_to_cash"]),
            (_("published despite failed checks"), run["forced_because"]),
            (_("counts"), counts[0]),
            ("", counts[1]),
            ("", _("The figures describe what the export contains. Association is not cause.")),
        ]
        self.row = 2
        for name, fact in facts:
            if fact:
                self.sheet.write_string(self.row, 0, workbooks.capitalised(name), self.label)
                self.sheet.write_string(self.row, 1, fact, self.sheets.looks["text"])
                self.row += 1

    def listed(
        self, title: str, headers: Sequence[str], kinds: Sequence[str], rows: Iterable[Any]
    ) -> None:
        """Write a list below what is there; a cell of kind `wide` takes the rest of the line."""
        self.row += 2
        self.sheet.write_string(self.row - 1, 0, title, self.section)
        for place, header in enumerate(headers):
            self.sheet.write_string(
                self.row, place, workbooks.capitalised(header), self.sheets.head
            )
        for cells in rows:
            self.row += 1
            if kinds[-1] == "wide":
                lines = 1 + vocabulary.breadth(cells[-1]) // (WIDTH * (LAST_PLACE - len(kinds) + 2))
                self.sheet.set_row(self.row, 15 * lines)
            for place, (kind, cell) in enumerate(zip(kinds, cells, strict=True)):
                if kind == "wide":
                    area = (self.row, place, self.row, LAST_PLACE)
                    self.sheet.merge_range(*area, "", self.wide)
                    self.sheet.write_string(self.row, place, cell, self.wide)
                else:
                    self.sheets.write(self.sheet, self.row, place, cell, kind)
        self.row += 1
