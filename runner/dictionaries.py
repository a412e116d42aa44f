"""The texts that SQL does not read itself: each distinct one is read once, in Python."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from runner import numbers, times, vocabulary
from runner.landing_sql import KINDS, LandingSql
from runner.options import Options
from runner.tables import Table
from runner.warehouse import Warehouse
from runner.zones import Zones

# So many unknown names are compared and shown; a column of free text has more than anybody reads.
MANY = 20
# The fault of a time whose year no event can have: 9999-12-31, 1900-01-00.
IMPLAUSIBLE = "time_implausible"


def read_times(
    warehouse: Warehouse, sql: LandingSql, table: Table, zones: Zones, options: Options
) -> None:
    """Prepare every distinct day and text of a time; ask `zones` when an offset is missing."""
    zone = zones.current
    for days in warehouse.batches(sql.days()):
        days_read = [(day, *_day(day, options, zones)) for (day,) in days]
        warehouse.insert("read_day", ["varchar", "date", "bigint", "varchar"], days_read)
    if not (zones.is_declared or options.dates_only):
        naive = warehouse.rows(sql.naive_time())[0][0]
        if naive is not None:
            zones.require(table.source_file, table.sheet, naive)
    for texts in warehouse.batches(sql.other_times()) if zones.current == zone else ():
        rows = [_time(value, options, zones, table) for (value,) in texts]
        warehouse.insert(
            "read_time", ["varchar", "timestamp", "date", "boolean", "boolean", "varchar"], rows
        )
    if zones.current != zone:
        # Asked meanwhile: what was read before belongs to that zone too.
        warehouse.run("delete from read_day")
        warehouse.run("delete from read_time")
        read_times(warehouse, sql, table, zones, options)


def _day(text: str, options: Options, zones: Zones) -> tuple[date | None, int | None, str | None]:
    """Read a day, its offset in the zone, or a fault that holds whatever clock follows."""
    day = times.read_day(text, options.formats)
    if isinstance(day, date) and not zones.is_plausible(day):
        day = IMPLAUSIBLE
    if isinstance(day, date):
        return day, times.day_offset(day, zones.current), None
    # A declared format may still read the whole text, and an unreadable day may be a serial.
    is_final = not options.formats and day != times.UNREADABLE
    return None, None, day if is_final else None


def _time(value: str, options: Options, zones: Zones, table: Table) -> tuple[object, ...]:
    written = times.read_time(value, options.formats, table.is_1904)
    if isinstance(written, str):
        return (value, None, None, None, None, written)
    if not zones.is_plausible(written.local.date()):
        return (value, None, None, None, None, IMPLAUSIBLE)
    if options.dates_only:
        written = written.day_only()
    if written.offset is None and not written.is_date_only:
        zones.require(table.source_file, table.sheet, value)
    moment = times.instant(written, zones.current)
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


def read_cells(warehouse: Warehouse, sql: LandingSql, table: Table, options: Options) -> set[str]:
    """Fill a `read_…` table per column with the texts that SQL does not cast; give the columns."""
    columns = set()
    for column in vocabulary.columns():
        filled = sql.filled(column.name)
        if not column.is_read or column.value_type not in KINDS or filled is None:
            continue
        reader, target = _reader(column, sql, table, options), f"read_{column.key}"
        types = ["varchar", KINDS[column.value_type]]
        for texts in warehouse.batches(sql.other_texts(column, filled)):
            if column.name not in columns:
                warehouse.run(f"create table {target} (value varchar, result {types[1]})")
                columns.add(column.name)
            warehouse.insert(target, types, [(value, reader(value)) for (value,) in texts])
    return columns


def _reader(
    column: vocabulary.Column, sql: LandingSql, table: Table, options: Options
) -> Callable[[str], object]:
    decimal = options.decimal
    if column.value_type == "amount":
        unit = sql.reading.units.get(column.name, numbers.UNITS["円"])
        return lambda value: numbers.read_amount(value, decimal, unit)
    if column.value_type == "rate":
        return lambda value: numbers.read_rate(value, decimal)
    if column.value_type == "date":
        return lambda value: times.read_date(value, options.formats, table.is_1904)
    return numbers.read_flag
