"""The texts that SQL does not read itself: each distinct one is read once, in Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from runner import readings, vocabulary
from runner.landing_sql import KINDS, LandingSql
from runner.tables import Table
from runner.warehouse import Warehouse
from runner.zones import Zones

# So many unknown names are compared and shown; a column of free text has more than anybody reads.
MANY = 20


def read_times(
    warehouse: Warehouse, sql: LandingSql, table: Table, zones: Zones, formats: Sequence[str]
) -> None:
    """Prepare every distinct day and text of a time; ask `zones` when an offset is missing."""
    if sql.reads_iso and not zones.is_declared:
        naive = warehouse.rows(sql.naive_time())[0][0]
        if naive is not None:
            zones.require(table.source_file, table.sheet, naive)
    zone = zones.current
    for days in warehouse.batches(sql.days()) if sql.reads_iso else ():
        offsets = [
            (day, readings.day_offset(date, zone))
            for (day,) in days
            if (date := readings.read_date(day)) is not None
        ]
        warehouse.insert("day_offsets", ["varchar", "bigint"], offsets)
    for texts in warehouse.batches(sql.other_times()):
        rows = [_time(value, formats, zones, table) for (value,) in texts]
        warehouse.insert(
            "read_time", ["varchar", "timestamp", "date", "boolean", "boolean", "varchar"], rows
        )
    if zones.current != zone:
        # Asked meanwhile: what was read before belongs to that zone too.
        warehouse.run("delete from day_offsets")
        warehouse.run("delete from read_time")
        read_times(warehouse, sql, table, zones, formats)


def _time(value: str, formats: Sequence[str], zones: Zones, table: Table) -> tuple[object, ...]:
    written = readings.read_time(value, formats)
    if isinstance(written, str):
        return (value, None, None, None, None, written)
    if written.offset is None and not written.is_date_only:
        zones.require(table.source_file, table.sheet, value)
    moment = readings.instant(written, zones.current)
    if isinstance(moment, str):
        return (value, None, None, None, None, moment)
    has_offset = written.offset is not None
    return (value, moment, written.local.date(), written.is_date_only, has_offset, None)


def read_activities(warehouse: Warehouse, sql: LandingSql) -> dict[str, str | None]:
    """Fill `read_activity` with every distinct name; give the unknown ones and what is nearest."""
    known = vocabulary.activity_by_name()
    unknown: dict[str, str | None] = {}
    for names in warehouse.batches(sql.activity_texts()):
        rows = []
        for (name,) in names:
            activity = known.get(vocabulary.activity_key(name))
            if activity is None:
                similar = vocabulary.nearest(name, known) if len(unknown) < MANY else None
                unknown[name] = known.get(similar or "")
            rows.append((name, activity or name))
        warehouse.insert("read_activity", ["varchar", "varchar"], rows)
    return unknown


def read_cells(warehouse: Warehouse, sql: LandingSql, formats: Sequence[str]) -> set[str]:
    """Fill a `read_…` table per kind with the texts that SQL does not cast; give their columns."""
    readers: dict[str, Callable[[str], object]] = {
        "amount": readings.read_amount,
        "rate": readings.read_rate,
        "date": lambda value: readings.read_date(value, formats),
        "flag": readings.read_flag,
    }
    seen: dict[str, set[str]] = {kind: set() for kind in KINDS}
    columns = set()
    for column in vocabulary.columns():
        filled = sql.filled(column.name)
        if not column.is_read or column.value_type not in readers or filled is None:
            continue
        kind, table = column.value_type, f"read_{column.value_type}"
        for texts in warehouse.batches(sql.other_texts(kind, filled)):
            if not seen[kind]:
                warehouse.run(
                    f"create table {table} (value varchar, result {KINDS[kind].sql_type})"
                )
            rows = [(value, readers[kind](value)) for (value,) in texts if value not in seen[kind]]
            seen[kind] |= {value for (value,) in texts}
            warehouse.insert(table, ["varchar", KINDS[kind].sql_type], rows)
            columns.add(column.name)
    return columns
