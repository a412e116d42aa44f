"""The import: files become landing files, whole or not at all."""

from __future__ import annotations

import dataclasses
import fcntl
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from runner.columns import exchanged
from runner.columns.layout import EventFinder, Layout
from runner.columns.options import Options
from runner.engines.warehouse import Warehouse, path_text, text
from runner.faults import DataFault
from runner.landing import lookups, raw
from runner.landing.landing_sql import PREPARATION, LandingSql, Reading, landing_columns
from runner.messages import _
from runner.sources import archives, tables
from runner.sources.tables import Table
from runner.values import date_orders, times
from runner.values.zones import Zones

EMPTY = "empty.parquet"
# Holds what an import has read, from the moment it counts until each file lies in its place; an
# empty file there takes away the one of its name.
ARRIVING = ".arriving"
# So much of a file is in memory, whatever its size, unless L2C_MEMORY_LIMIT says otherwise. Half of
# it is too little for the columns of two row groups and costs half as much again.
MEMORY = "1GB"


@dataclass(frozen=True)
class Landed:
    """What became of one file or sheet."""

    import_id: int
    source_file: str
    sheet: str
    sha256: str
    rows: int
    events: int
    rejected: int
    reasons: dict[str, int]
    bad_cells: dict[str, int] = field(default_factory=dict)
    # Only an import knows these: unknown names with the nearest known one, headers with what they
    # became, headers carried as they are.
    unknown_activities: dict[str, str | None] = field(default_factory=dict)
    matched: tuple[tuple[str, str], ...] = ()
    carried: tuple[str, ...] = ()
    # Of a deals sheet: headers that became events, with their activity.
    event_columns: tuple[tuple[str, str], ...] = ()
    # What the dates prove that were refused for want of a declared format.
    orders: date_orders.Orders | None = None
    # What was found out about the file: encoding, delimiter, header_row, dates, merged.
    understood: dict[str, str] = field(default_factory=dict)
    # Texts that stand for no value, and how often: by template column, or activity of a date.
    empty: dict[str, dict[str, int]] = field(default_factory=dict)
    # Sheets of the same workbook that hold no events, with the reason; on its first sheet landed.
    skipped: tuple[tuple[str, str], ...] = ()
    headers: tuple[str, ...] = ()


def prepare(data_dir: Path) -> Path:
    """Make the folders the project needs in `data_dir`; give the landing folder."""
    landing = data_dir / "landing"
    for folder in (landing, data_dir / "build"):
        folder.mkdir(parents=True, exist_ok=True)
    if not (landing / EMPTY).exists():
        write_empty(landing / EMPTY)
    return landing


def write_empty(path: Path) -> None:
    """Write the landing file without a row, from the seed that defines the columns."""
    columns = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in landing_columns())
    with Warehouse() as warehouse:
        warehouse.run(
            f"copy (select {columns} limit 0) to {text(str(path))}"
            " (format parquet, compression zstd)"
        )


@contextmanager
def locked(data_dir: Path) -> Iterator[Path]:
    """Hold the landing alone; the lock ends with the process, so none is ever stale."""
    landing = prepare(data_dir)
    with (data_dir / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _arrive(landing)
        for left_over in data_dir.glob(".import-*"):
            shutil.rmtree(left_over)
        yield landing


def _arrive(landing: Path) -> None:
    """Put the files of an import in their places; what a killed one began is ended here."""
    arriving = landing / ARRIVING
    if not arriving.exists():
        return
    for path in landed_files(arriving):
        if path.stat().st_size:
            path.replace(landing / path.name)
        else:
            (landing / path.name).unlink(missing_ok=True)
    shutil.rmtree(arriving)


def landed_files(landing: Path) -> list[Path]:
    """Give the landing files that imports wrote, in their order."""
    return sorted(path for path in landing.glob("*.parquet") if path.stem.isdecimal())


def imports(data_dir: Path) -> list[Landed]:
    """Say what is landed, one entry per imported file and sheet."""
    landing = prepare(data_dir)
    with Warehouse() as warehouse:
        return [_landed(warehouse, path) for path in landed_files(landing)]


def _landed(warehouse: Warehouse, path: Path) -> Landed:
    facts = _facts(warehouse, path)
    source = f"read_parquet({path_text(path)})"
    events, rejected = warehouse.rows(
        f"select count(*) filter (faults is null), count(faults) from {source}"
    )[0]
    # An import of an earlier version did not note its rows.
    rows = (
        int(facts.get("rows", 0))
        or warehouse.rows(f"select count(distinct source_row) from {source}")[0][0]
    )
    reasons = warehouse.rows(
        f"select reason, count(*) from (select unnest(string_split(faults, ' ')) as reason"
        f" from {source}) group by reason order by count(*) desc, reason"
    )
    bad_cells = warehouse.rows(
        f"select name, count(*) from (select unnest(json_keys(bad_cells)) as name"
        f" from {source}) group by name order by name"
    )
    return Landed(
        import_id=int(path.stem),
        source_file=facts["source_file"],
        sheet=facts["sheet"],
        sha256=facts["sha256"],
        rows=rows,
        events=events,
        rejected=rejected,
        reasons=dict(reasons),
        bad_cells=dict(bad_cells),
    )


def _facts(warehouse: Warehouse, path: Path) -> dict[str, str]:
    """Give what an import wrote about itself into its file."""
    return {
        key.decode(): value.decode()
        for key, value in warehouse.rows(
            f"select key, value from parquet_kv_metadata({path_text(path)})"
        )
    }


def forget(data_dir: Path, names: Sequence[str]) -> list[Landed]:
    """Remove imports by id or file name; raise `DataFault`, removing none, when one is unknown."""
    with locked(data_dir) as landing:
        there = imports(data_dir)
        chosen: list[Landed] = []
        for name in names:
            found = [
                entry
                for entry in there
                if entry.source_file == name or (name.isdecimal() and int(name) == entry.import_id)
            ]
            if not found:
                raise DataFault(
                    _("nothing is landed under {name}", name=name),
                    expected=_(
                        "one of {names}",
                        names=", ".join(
                            f"{entry.import_id} ({entry.source_file})" for entry in there
                        )
                        or "–",
                    ),
                )
            chosen += [entry for entry in found if entry not in chosen]
        for entry in chosen:
            _path(landing, entry.import_id).unlink()
    return chosen


def path_of(data_dir: Path, entry: Landed) -> Path:
    """Give the landing file of an import."""
    return _path(data_dir / "landing", entry.import_id)


def _path(landing: Path, import_id: int) -> Path:
    return landing / f"{import_id:06}.parquet"


def import_files(
    files: Sequence[Path],
    data_dir: Path,
    options: Options,
    *,
    replace: bool = False,
    fresh: bool = False,
) -> list[Landed]:
    """Land files and give what became of each file and sheet.

    `replace` forgets earlier imports of the same file names and sheets, `fresh` all of them, both
    only when everything was read. Raises `DataFault` or `WrongUsage`; nothing is changed then.
    """
    zones = Zones(options.zone_name, options.ask_zone)
    options.check()
    with (
        locked(data_dir) as landing,
        tempfile.TemporaryDirectory(prefix=".import-", dir=data_dir) as name,
    ):
        folder, finder = Path(name), EventFinder(options)
        found = [
            table
            for number, file in enumerate(archives.expand(files))
            for table in tables.find(file, folder / str(number), options, finder)
        ]
        there = landed_files(landing)
        with Warehouse() as warehouse:
            facts = {path: _facts(warehouse, path) for path in there}
            last = max((int(path.stem) for path in there), default=0)
            files_there = ", ".join(path_text(path) for path in [landing / EMPTY, *there])
            order = warehouse.rows(
                f"select coalesce(max(source_order), 0) from read_parquet([{files_there}])"
            )[0][0]
        names = {(table.source_file, table.sheet) for table in found}
        leaving = [
            path
            for path, fact in facts.items()
            if fresh or (replace and (fact["source_file"], fact["sheet"]) in names)
        ]
        if fresh:
            last = order = 0
        _refuse_known(found, {path: fact for path, fact in facts.items() if path not in leaving})
        landed = []
        arriving = folder / ARRIVING
        arriving.mkdir()
        for path in leaving:
            (arriving / path.name).touch()
        for number, table in enumerate(found, start=last + 1):
            landed.append(_land(table, number, order, options, zones, folder))
            order += landed[-1].events + landed[-1].rejected
        arriving.replace(landing / ARRIVING)
        _arrive(landing)
    return landed


def _refuse_known(found: Sequence[Table[Layout]], facts: dict[Path, dict[str, str]]) -> None:
    """Raise `DataFault` when the content of a table is landed already."""
    known = {
        fact["sha256"]: _(
            "import {number} ({file})", number=int(path.stem), file=fact["source_file"]
        )
        for path, fact in facts.items()
    }
    for table in found:
        if table.sha256 in known:
            raise DataFault(
                _("the same content is landed already, as {name}", name=known[table.sha256]),
                file=table.source_file,
                sheet=table.sheet,
                remedy=_("nothing, or pass --replace to read it again."),
            )
        known[table.sha256] = _("another file of this command ({file})", file=table.source_file)


def _land(
    table: Table[Layout], import_id: int, after: int, options: Options, zones: Zones, folder: Path
) -> Landed:
    """Write what is to arrive of one table, its source order past `after`."""
    arranged, mapping = table.layout, options.mapping
    reading = Reading(options.decimal, mapping.units if mapping else {}, options.dates_only)
    database, target = folder / f"{import_id}.duckdb", _path(folder / ARRIVING, import_id)
    scratch = folder / f"land-{import_id}"
    scratch.mkdir()
    with Warehouse(database, spill=folder, memory=MEMORY) as warehouse:
        loaded = raw.load(warehouse, table, scratch)
        given = arranged.narrow() if loaded.is_narrow else arranged
        sql = LandingSql(given, reading, table.header_row, is_narrow=loaded.is_narrow)
        raw.load_joins(warehouse, table, mapping, scratch)
        for statement in PREPARATION:
            warehouse.run(statement)
        sql.take(warehouse.rows(sql.seen())[0], loaded.is_marked)
        arranged = arranged.without(sql.empty | (loaded.empty & arranged.unnamed()))
        lookups.read_words(warehouse, sql)
        warehouse.run(sql.filled_cells())
        warehouse.run(sql.cells())
        records, rows_read = warehouse.rows(sql.counts())[0]
        if not rows_read:
            raise tables.without_rows(table.source_file, table.sheet)
        warehouse.run(sql.time_texts())
        lookups.read_times(warehouse, sql, table, zones, options)
        lookups.read_no_times(warehouse, sql, table, options)
        unknown = lookups.read_activities(warehouse, sql)
        exchanged.refuse(warehouse, table)
        read = lookups.read_cells(warehouse, sql, table, options, zones)
        warehouse.run(sql.numbered(after, records > rows_read))
        origin = {"source_file": text(table.source_file), "sheet": text(table.sheet)}
        rows = sql.rows({"import_id": str(import_id), **origin}, zones.current.key, read)
        facts = {**origin, "sha256": text(table.sha256), "rows": text(str(rows_read))}
        metadata = ", ".join(f"{key}: {value}" for key, value in facts.items())
        warehouse.run(
            f"copy ({rows}) to {text(str(target))}"
            " (format parquet, compression zstd, write_bloom_filter false,"
            f" kv_metadata {{{metadata}}})"
        )
        landed = _landed(warehouse, target)
        orders = None
        if times.AMBIGUOUS in landed.reasons:
            orders = date_orders.find(
                warehouse,
                f"select * from read_parquet({path_text(target)})"
                f" where contains(faults, '{times.AMBIGUOUS}')",
            )
    database.unlink()
    shutil.rmtree(scratch)
    return dataclasses.replace(
        landed,
        unknown_activities=unknown,
        matched=tuple(arranged.matches()),
        carried=tuple(arranged.headers[cell] for cell in arranged.carried),
        event_columns=tuple(
            (arranged.named(event.time), event.activity)
            for event in arranged.events
            if arranged.is_deals
        ),
        orders=orders,
        understood=table.understood
        | ({"header_row": str(table.header_row)} if table.header_row > 1 else {}),
        empty=sql.found.told,
        skipped=table.skipped,
        headers=tuple(arranged.headers.values()),
    )
