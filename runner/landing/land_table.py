"""Landing of one table of text as one landing file."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

from runner.columns import exchanged
from runner.columns.layout import Layout
from runner.columns.options import Options
from runner.engines.warehouse import Warehouse, path_literal, sql_literal
from runner.landing import event_sql, lookups, raw, record_sql, row_sql, store, time_sql
from runner.landing.cells import Cells, Reading
from runner.landing.store import Landed
from runner.sources import tables
from runner.sources.tables import Table
from runner.values import date_orders, times
from runner.values.zones import Zones

# Memory limit for files of any size, unless L2C_MEMORY_LIMIT is set. Half of it is too little
# for the columns of two row groups and costs half as much again.
MEMORY = "1GB"


def land(
    table: Table[Layout], target: Path, after: int, options: Options, zones: Zones, folder: Path
) -> Landed:
    """Write the landing file of a table, with source_order after `after`; return its record.

    The file is named after the number of the import; `folder` is for intermediate files.
    """
    database, scratch = folder / f"{target.stem}.duckdb", folder / f"land-{target.stem}"
    scratch.mkdir()
    with Warehouse(database, spill=folder, memory=MEMORY) as warehouse:
        landing = _TableLanding(warehouse, table, options, zones)
        landing.load(scratch)
        landing.read()
        landing.write(target, after)
        landed = landing.landed(target)
    database.unlink()
    shutil.rmtree(scratch)
    return landed


class _TableLanding:
    """The steps of landing one table, in execution order."""

    def __init__(
        self, warehouse: Warehouse, table: Table[Layout], options: Options, zones: Zones
    ) -> None:
        self.warehouse = warehouse
        self.table = table
        self.options = options
        self.zones = zones
        # The layout without empty columns.
        self.layout = table.layout
        self.unknown_activities: dict[str, str | None] = {}
        # Template columns with texts read in Python.
        self.read_columns: set[str] = set()
        self.rows_read = 0
        self.has_blank_records = False

    def load(self, scratch: Path) -> None:
        """Load the text as views of records, and the joined files."""
        mapping, warehouse = self.options.mapping, self.warehouse
        loaded = raw.load(warehouse, self.table, scratch)
        self.cells = Cells(
            self.layout.narrow() if loaded.is_narrow else self.layout,
            Reading(
                self.options.decimal, mapping.units if mapping else {}, self.options.dates_only
            ),
            self.table.header_row,
            is_narrow=loaded.is_narrow,
        )
        raw.load_joins(warehouse, self.table, mapping, scratch)
        for statement in time_sql.PREPARATION:
            warehouse.run(statement)
        seen = warehouse.rows(record_sql.first_pass(self.cells))[0]
        record_sql.take(self.cells, seen, loaded.is_marked)
        self.layout = self.layout.without(self.cells.empty | (loaded.empty & self.layout.unnamed()))
        lookups.read_no_values(warehouse, self.cells)
        warehouse.run(record_sql.filled_view(self.cells))
        warehouse.run(record_sql.cells_view(self.cells))
        records, self.rows_read = warehouse.rows(record_sql.counts(self.cells))[0]
        if not self.rows_read:
            raise tables.without_rows(self.table.source_file, self.table.sheet)
        self.has_blank_records = records > self.rows_read

    def read(self) -> None:
        """Read the distinct texts that SQL does not read, once each, in Python."""
        warehouse, cells, table, options = self.warehouse, self.cells, self.table, self.options
        warehouse.run(time_sql.time_texts(cells))
        lookups.read_times(warehouse, cells, table, self.zones, options)
        lookups.read_no_times(warehouse, cells, table, options)
        self.unknown_activities = lookups.read_activities(warehouse, cells)
        exchanged.refuse(warehouse, table)
        self.read_columns = lookups.read_cells(warehouse, cells, table, options, self.zones)

    def write(self, target: Path, after: int) -> None:
        """Write the landing rows in order, with facts about the import as file metadata."""
        self.warehouse.run(event_sql.numbered_view(self.cells, after, self.has_blank_records))
        origin = {
            "source_file": sql_literal(self.table.source_file),
            "sheet": sql_literal(self.table.sheet),
        }
        constants = {"import_id": str(int(target.stem)), **origin}
        zone = self.zones.current.key
        rows = row_sql.landing_rows(self.cells, constants, zone, self.read_columns)
        facts = {
            **origin,
            "sha256": sql_literal(self.table.sha256),
            "rows": sql_literal(str(self.rows_read)),
        }
        metadata = ", ".join(f"{key}: {value}" for key, value in facts.items())
        self.warehouse.run(
            f"copy ({rows}) to {sql_literal(str(target))}"
            " (format parquet, compression zstd, write_bloom_filter false,"
            f" kv_metadata {{{metadata}}})"
        )

    def landed(self, target: Path) -> Landed:
        """Return the record of the landed table, with the findings of the import."""
        landed = store.landed(self.warehouse, target)
        layout, table = self.layout, self.table
        header_row = {"header_row": str(table.header_row)} if table.header_row > 1 else {}
        return dataclasses.replace(
            landed,
            unknown_activities=self.unknown_activities,
            matched=tuple(layout.matches()),
            carried=tuple(layout.headers[cell] for cell in layout.carried),
            event_columns=tuple(
                (layout.named(event.time), event.activity)
                for event in layout.events
                if layout.is_deals
            ),
            orders=self._orders(target) if times.AMBIGUOUS in landed.reasons else None,
            understood=table.understood | header_row,
            empty=self.cells.found.counts,
            skipped=table.skipped,
            headers=tuple(layout.headers.values()),
        )

    def _orders(self, target: Path) -> date_orders.Orders:
        """Return the possible orders of dates that were rejected without a declared format."""
        return date_orders.find(
            self.warehouse,
            f"select * from read_parquet({path_literal(target)})"
            f" where contains(faults, '{times.AMBIGUOUS}')",
        )
