"""The dry run of an import into a temporary folder, with its diagnostics."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from runner.columns.options import Options
from runner.data_folder import DataFolder
from runner.engines.warehouse import Warehouse, path_literal
from runner.faults import DataFault
from runner.inspection.detectors import DETECTORS
from runner.inspection.diagnostics import Diagnostic, of_fault, rendered
from runner.inspection.sheet import Sheet
from runner.landing import import_report, imports, store
from runner.landing.store import Landed
from runner.messages import _
from runner.severity import CRITICAL, WARNING
from runner.values import zones


@dataclass
class Inspected:
    """One inspected file: the sheets that would be landed, and the diagnostics."""

    file: Path
    landed: list[Landed] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    # By sheet: formats of times with counts, and the zone of times without an offset.
    times: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        """Whether the import would reject any part of the file."""
        return any(diagnostic.severity == CRITICAL for diagnostic in self.diagnostics)

    def count(self, severity: str) -> int:
        """Count the places of diagnostics of a severity."""
        return sum(
            diagnostic.count for diagnostic in self.diagnostics if diagnostic.severity == severity
        )

    def understood(self, entry: Landed) -> list[str]:
        """Return lines about a sheet that are not in the report of the import."""
        examples = self.times.get(entry.sheet, [])
        found = {
            _("times as written"): [f"{example} ({count:,})" for example, count in examples],
            _("zone of times without offset"): [self.zones.get(entry.sheet, "")],
        }
        return [f"  {label}: {', '.join(texts)}" for label, texts in found.items() if any(texts)]

    def lines(self) -> Iterator[str]:
        """Yield all lines of the inspection."""
        for entry in self.landed:
            yield from import_report.report(entry, with_faults=False)
            yield from self.understood(entry)
        yield ""
        yield from rendered(self.diagnostics)
        yield self.verdict()

    def verdict(self) -> str:
        """Return a line with the number of critical places and warnings."""
        return _(
            "{file}: critical {critical}, warning {warning}",
            file=self.file.name,
            critical=f"{self.count(CRITICAL):,}",
            warning=f"{self.count(WARNING):,}",
        )


def inspect(file: Path, options: Options, *, marks_cells: bool = False) -> Inspected:
    """Inspect a file; raise `WrongUsage` for a wrong option.

    `marks_cells` keeps every place of a diagnostic, up to a limit, for the marked workbook.
    """
    inspected = Inspected(file)
    asked: list[str] = []

    def assume(problem: str) -> str:
        """Continue in the reporting zone; the missing zone becomes a diagnostic."""
        asked.append(problem)
        return zones.project_var("reporting_time_zone", "Asia/Tokyo")

    with tempfile.TemporaryDirectory(prefix="l2c-inspect-") as name:
        folder = DataFolder(Path(name))
        try:
            inspected.landed = imports.import_files(
                [file], folder, dataclasses.replace(options, ask_zone=assume)
            )
        except DataFault as fault:
            inspected.diagnostics.append(of_fault(fault))
        with Warehouse() as warehouse:
            for entry in inspected.landed:
                rows = f"read_parquet({path_literal(store.path_of(folder, entry))})"
                _look(inspected, Sheet(entry, warehouse, rows, options, bool(asked), marks_cells))
    return inspected


def _look(inspected: Inspected, sheet: Sheet) -> None:
    """Add the diagnostics of one landed sheet."""
    for detect in DETECTORS:
        inspected.diagnostics += detect(sheet)
    inspected.times[sheet.entry.sheet] = [
        (example, count)
        for example, count in sheet.warehouse.rows(
            f"select min(EventTime), count(*) from {sheet.rows} where event_at is not null"
            " group by regexp_replace(EventTime, '[0-9]+', '9', 'g') order by 2 desc, 1 limit 5"
        )
    ]
    (zone,) = sheet.warehouse.rows(
        f"select min(time_zone) from {sheet.rows} where not is_date_only"
    )[0]
    inspected.zones[sheet.entry.sheet] = "" if sheet.zone_is_missing else zone or ""
