"""Lookups of texts that SQL does not read: each distinct text is read once, in Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from runner import vocabulary
from runner.columns.layout import Layout
from runner.columns.options import Options
from runner.engines.warehouse import Warehouse, sql_literals
from runner.landing import record_sql, time_sql, value_sql
from runner.landing.cells import Cells
from runner.landing.contract import KINDS
from runner.landing.sql_parts import count_of_texts
from runner.sources.tables import Table
from runner.values import no_values, numbers, times
from runner.values.zones import Zones, project_var

# Maximum number of unknown names that are compared and shown; free text has too many to read.
MANY = 20
# The fault of a time with an implausible year: 9999-12-31, 1900-01-00.
IMPLAUSIBLE = "time_implausible"


def read_times(
    warehouse: Warehouse, cells: Cells, table: Table[Layout], zones: Zones, options: Options
) -> None:
    """Read every distinct day and text of a time; require a zone when an offset is missing."""
    zone = zones.current
    for days in warehouse.batches(time_sql.days()):
        days_read = [(day, *_day(day, options, zones)) for (day,) in days]
        warehouse.insert("read_day", ["varchar", "date", "bigint", "varchar"], days_read)
    if not (zones.is_declared or options.dates_only):
        naive = warehouse.rows(time_sql.naive_time())[0][0]
        if naive is not None:
            zones.require(table.source_file, table.sheet, naive)
    for texts in warehouse.batches(time_sql.other_times(cells)) if zones.current == zone else ():
        rows = [_time(value, options, zones, table) for (value,) in texts]
        warehouse.insert(
            "read_time", ["varchar", "timestamp", "date", "boolean", "boolean", "varchar"], rows
        )
    if zones.current != zone:
        # A zone was entered meanwhile: read everything again in that zone.
        warehouse.run("delete from read_day")
        warehouse.run("delete from read_time")
        read_times(warehouse, cells, table, zones, options)


def _day(text: str, options: Options, zones: Zones) -> tuple[date | None, int | None, str | None]:
    """Return a day and its offset in the zone, or a fault that is the same with any clock."""
    day = times.read_day(text, options.formats)
    if isinstance(day, date) and not zones.is_plausible(day):
        day = IMPLAUSIBLE
    if isinstance(day, date):
        return day, times.day_offset(day, zones.current), None
    # A declared format may still read the whole text, and an unreadable day may be a serial.
    is_final = (not options.formats and day != times.UNREADABLE) or day == times.MISSING
    return None, None, day if is_final else None


def _time(value: str, options: Options, zones: Zones, table: Table[Layout]) -> tuple[object, ...]:
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


def read_no_times(
    warehouse: Warehouse, cells: Cells, table: Table[Layout], options: Options
) -> None:
    """Record the times of a wide row or of an extract that mean no time: 9999-12-31, NULL.

    In the required time of an event, such a text is a fault instead.
    """
    extract = cells.filled("LastDataUpdate")
    if not (cells.layout.events or extract):
        return
    days, faults = sorted(no_values.no_days()), [times.MISSING, times.FAILED, IMPLAUSIBLE]
    suspects = warehouse.rows(time_sql.suspects(), [faults, days])[0][0]
    if not suspects:
        return
    cells.found.no_times = [
        value
        for (value,) in warehouse.rows(time_sql.no_times(days, faults))
        if times.read_date(value, options.formats, table.is_1904) == times.MISSING
    ]
    if not cells.found.no_times:
        return
    names = {event.time: event.activity for event in cells.layout.events}
    if extract:
        cells.found.empty["LastDataUpdate"] = cells.found.no_times
        names[extract] = "LastDataUpdate"
    for cell, name in names.items():
        _count(warehouse, cells, name, _occurrences(cell, cells.found.no_times))


def read_no_values(warehouse: Warehouse, cells: Cells) -> None:
    """Record the texts of text columns that mean no value: NULL, #N/A, #REF!."""
    for column in vocabulary.columns():
        cell = cells.layout.columns.get(column.name)
        if cell is None or column.value_type != "text" or column.name == "ActivityName":
            continue
        found: dict[str, dict[str, int]] = {}
        for value, count in warehouse.rows(record_sql.no_value_texts(cells, cell)):
            kind = no_values.kind(value) if value.strip() else None
            if kind not in (None, no_values.NO_DATE):
                found.setdefault(str(kind), {})[value] = count
        if errors := found.get(no_values.ERROR):
            cells.found.errors[column.name] = list(errors)
        if absent := found.get(no_values.NOT_FOUND):
            cells.found.not_found[column.name] = list(absent)
        empty = found.get(no_values.EMPTY, {}) | found.get(no_values.NOT_FOUND, {})
        if empty:
            cells.found.empty[column.name] = list(empty)
            if column.name != "SalesOpportunity":
                cells.found.counts[column.name] = empty


def _count(warehouse: Warehouse, cells: Cells, name: str, query: str) -> None:
    counts = {value: count for value, count in warehouse.rows(query) if count}
    if counts:
        cells.found.counts[name] = cells.found.counts.get(name, {}) | counts


def _occurrences(cell: str, texts: Sequence[str]) -> str:
    """Return the query of the count of each given text in a cell."""
    return count_of_texts(cell, "cells", f"{cell} in ({sql_literals(texts)})")


def read_activities(warehouse: Warehouse, cells: Cells) -> dict[str, str | None]:
    """Fill `read_activity` with every distinct name; return unknown names with the nearest one."""
    known = vocabulary.activity_by_name()
    faults = {
        no_values.EMPTY: "activity_missing",
        no_values.NOT_FOUND: times.FAILED,
        no_values.ERROR: times.FAILED,
    }
    unknown: dict[str, str | None] = {}
    for names in warehouse.batches(value_sql.activity_texts(cells)):
        rows: list[tuple[str, str | None, str | None]] = []
        for (name,) in names:
            activity = known.get(vocabulary.activity_key(name))
            fault = None if activity else faults.get(no_values.kind(name) or "")
            if fault:
                rows.append((name, None, fault))
                cells.found.has_activity_faults = True
                continue
            if activity is None:
                similar = vocabulary.nearest(name, known) if len(unknown) < MANY else None
                unknown[name] = known.get(similar or "")
            rows.append((name, activity or name, None))
        warehouse.insert("read_activity", ["varchar", "varchar", "varchar"], rows)
    return unknown


def read_cells(
    warehouse: Warehouse, cells: Cells, table: Table[Layout], options: Options, zones: Zones
) -> set[str]:
    """Fill a `read_…` table per column with the texts that SQL does not cast.

    Return the names of these columns.
    """
    columns = set()
    for column in vocabulary.columns():
        if column.is_read and column.value_type in KINDS and cells.texts(column.name):
            reader = _reader(column, cells, table, options, zones)
            if _read_column(warehouse, cells, column, reader):
                columns.add(column.name)
    _read_currencies(warehouse, cells)
    return columns


def _read_column(
    warehouse: Warehouse,
    cells: Cells,
    column: vocabulary.Column,
    reader: Callable[[str], object],
) -> bool:
    """Read the texts of a column that SQL does not cast; return whether there are any."""
    target, kind = f"read_{column.key}", KINDS[column.value_type]
    empty: list[str] = []
    has_texts = False
    for texts in warehouse.batches(value_sql.other_texts(cells, column)):
        if not has_texts:
            has_texts = True
            warehouse.run(
                f"create table {target} (value varchar, result {kind}, code varchar, codes varchar)"
            )
        rows = []
        for (value,) in texts:
            read = reader(value)
            if read is NOTHING:
                empty.append(value)
                continue
            codes = read.currencies if isinstance(read, numbers.Money) else ()
            if codes and column.name not in cells.found.currencies:
                cells.found.currencies.append(column.name)
            result = read.amount if isinstance(read, numbers.Money) else read
            rows.append((value, result, _code(codes), " ".join(codes) or None))
        warehouse.insert(target, ["varchar", kind, "varchar", "varchar"], rows)
    if empty:
        cells.found.empty[column.name] = empty
        for text in cells.texts(column.name):
            _count(warehouse, cells, column.name, _occurrences(text, empty))
    return has_texts


# The result of a reader for a text that means no value.
NOTHING = object()


def _reader(
    column: vocabulary.Column, cells: Cells, table: Table[Layout], options: Options, zones: Zones
) -> Callable[[str], object]:
    decimal = options.decimal

    def date_of(value: str) -> object:
        read = times.read_date(value, options.formats, table.is_1904, zones.current)
        return NOTHING if read == times.MISSING else None if isinstance(read, str) else read

    if column.value_type == "date":
        return date_of
    read: Callable[[str], object] = numbers.read_flag
    if column.value_type == "amount":
        unit = cells.reading.units.get(column.name, numbers.UNITS["円"])
        read = lambda value: numbers.read_money(value, decimal, unit)  # noqa: E731
    elif column.value_type == "rate":
        read = lambda value: numbers.read_rate(value, decimal)  # noqa: E731

    def value_of(value: str) -> object:
        result = read(value)
        if result is None and no_values.kind(value) in (no_values.EMPTY, no_values.NOT_FOUND):
            return NOTHING
        return result

    return value_of


def _code(codes: Sequence[str]) -> str | None:
    """Return the currency of an ambiguous symbol: the reporting currency, else the first."""
    reporting = project_var("reporting_currency", "JPY")
    return reporting if reporting in codes else codes[0] if codes else None


def _read_currencies(warehouse: Warehouse, cells: Cells) -> None:
    """Fill `read_currency` with the codes of names and symbols in the currency column."""
    own = cells.value("Currency")
    if own is None:
        return
    named = [value for (value,) in warehouse.rows(f"select distinct {own} from cells") if value]
    rows = [(value, numbers.currency_of(value)) for value in sorted(named)]
    rows = [(value, code) for value, code in rows if value != code]
    warehouse.insert("read_currency", ["varchar", "varchar"], rows)
    cells.found.has_currency_names = bool(rows)
