"""What an import would refuse or doubt, found by importing into a folder of its own."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from runner.columns.options import Options
from runner.data_folder import DataFolder
from runner.engines.warehouse import Warehouse, path_literal
from runner.faults import DataFault
from runner.inspection import detectors, diagnostics, doubts
from runner.inspection.detectors import Sheet
from runner.inspection.diagnostics import DOUBT, REFUSED, Remark, of_fault
from runner.landing import import_report, imports, store
from runner.landing.store import Landed
from runner.messages import _
from runner.values import zones

# Each yields remarks about a landed sheet; a new kind of problem is a new function here.
DETECTORS: tuple[Callable[[Sheet], Iterator[Remark]], ...] = (
    detectors.rejected,
    detectors.bad_cells,
    detectors.without_zone,
    detectors.unknown_activities,
    detectors.columns_exchanged,
    detectors.far_times,
    detectors.misspelt_headers,
    doubts.doubtful_ids,
    doubts.deals_told_twice,
    doubts.taken_as_empty,
    detectors.examples_in_use,
    detectors.skipped,
)


@dataclass
class Inspected:
    """One file: what would land of it, and what was found."""

    file: Path
    landed: list[Landed] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    # By sheet: how times are written and how often, and the zone of those without an offset.
    times: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)

    @property
    def is_refused(self) -> bool:
        """Say whether the import would refuse something of it."""
        return any(remark.weight == REFUSED for remark in self.remarks)

    def count(self, weight: str) -> int:
        """Count the places of remarks of a weight."""
        return sum(remark.count for remark in self.remarks if remark.weight == weight)

    def understood(self, entry: Landed) -> list[str]:
        """Return the lines that the import itself does not write about a sheet."""
        examples = self.times.get(entry.sheet, [])
        found = {
            _("times as written"): [f"{example} ({count:,})" for example, count in examples],
            _("zone of times without offset"): [self.zones.get(entry.sheet, "")],
        }
        return [f"  {label}: {', '.join(texts)}" for label, texts in found.items() if any(texts)]

    def lines(self) -> Iterator[str]:
        """Return all that was found, in lines."""
        for entry in self.landed:
            yield from import_report.report(entry, with_faults=False)
            yield from self.understood(entry)
        yield ""
        yield from diagnostics.lines(self.remarks)
        yield self.verdict()

    def verdict(self) -> str:
        """Say in a line whether the import would take the file."""
        return _(
            "{file}: {refused} refused, {doubtful} doubtful",
            file=self.file.name,
            refused=f"{self.count(REFUSED):,}",
            doubtful=f"{self.count(DOUBT):,}",
        )


def inspect(file: Path, options: Options, *, marks_cells: bool = False) -> Inspected:
    """Inspect a file; raise `WrongUsage` for an option that is wrong.

    `marks_cells` keeps every place of a remark, up to a limit, for a workbook to be marked.
    """
    inspected = Inspected(file)
    asked: list[str] = []

    def assume(problem: str) -> str:
        """Go on in the reporting zone: that none is declared becomes a remark."""
        asked.append(problem)
        return zones.project_var("reporting_time_zone", "Asia/Tokyo")

    with tempfile.TemporaryDirectory(prefix="l2c-inspect-") as name:
        folder = DataFolder(Path(name))
        try:
            inspected.landed = imports.import_files(
                [file], folder, dataclasses.replace(options, ask_zone=assume)
            )
        except DataFault as fault:
            inspected.remarks.append(of_fault(fault))
        with Warehouse() as warehouse:
            for entry in inspected.landed:
                rows = f"read_parquet({path_literal(store.path_of(folder, entry))})"
                _look(inspected, Sheet(entry, warehouse, rows, options, bool(asked), marks_cells))
    return inspected


def _look(inspected: Inspected, sheet: Sheet) -> None:
    """Add what was found in one landed sheet."""
    for detect in DETECTORS:
        inspected.remarks += detect(sheet)
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
