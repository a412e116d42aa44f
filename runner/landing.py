"""The import: files become landing files, whole or not at all."""

from __future__ import annotations

import dataclasses
import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from runner import dictionaries, readings, tables
from runner.faults import DataFault, WrongUsage
from runner.landing_sql import PREPARATION, LandingSql, landing_columns
from runner.mapping import Mapping
from runner.messages import _
from runner.tables import Table
from runner.warehouse import Warehouse, text
from runner.zones import Zones

EMPTY = "empty.parquet"


@dataclass(frozen=True)
class Options:
    """How files are to be read. `ask_zone` is called when a zone is needed and none declared."""

    mapping: Mapping | None = None
    time_zone: str | None = None
    date_formats: tuple[str, ...] = ()
    source_system: str | None = None
    ask_zone: Callable[[str], str] | None = None

    @property
    def formats(self) -> tuple[str, ...]:
        """Give the declared date formats, the mapping's when none is given here."""
        return self.date_formats or (self.mapping.date_formats if self.mapping else ())

    @property
    def zone_name(self) -> str | None:
        """Give the declared zone, the mapping's when none is given here."""
        return self.time_zone or (self.mapping.time_zone if self.mapping else None)


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
        yield landing


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
    source = f"read_parquet({text(str(path))})"
    rows, events, rejected = warehouse.rows(
        "select count(distinct source_row), count(*) filter (faults is null), count(faults)"
        f" from {source}"
    )[0]
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
            f"select key, value from parquet_kv_metadata({text(str(path))})"
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
    for form in options.formats:
        if not readings.is_format(form):
            raise WrongUsage(
                _("{form} is not a date format; write it like %d/%m/%Y %H:%M.", form=form)
            )
    with (
        locked(data_dir) as landing,
        tempfile.TemporaryDirectory(prefix=".import-", dir=data_dir) as name,
    ):
        folder = Path(name)
        for left_over in set(data_dir.glob(".import-*")) - {folder}:
            shutil.rmtree(left_over)
        found = [
            table
            for number, file in enumerate(files)
            for table in tables.find(file, folder / str(number), options.mapping, options.formats)
        ]
        there = landed_files(landing)
        with Warehouse() as warehouse:
            facts = {path: _facts(warehouse, path) for path in there}
            last = max((int(path.stem) for path in there), default=0)
            files_there = ", ".join(text(str(path)) for path in [landing / EMPTY, *there])
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
        for number, table in enumerate(found, start=last + 1):
            landed.append(_land(table, number, order, options, zones, folder))
            order += landed[-1].events + landed[-1].rejected
        # Only renames and removals from here on.
        for entry in landed:
            _path(folder, entry.import_id).replace(_path(landing, entry.import_id))
        for path in set(leaving) - {_path(landing, entry.import_id) for entry in landed}:
            path.unlink()
    return landed


def _refuse_known(found: Sequence[Table], facts: dict[Path, dict[str, str]]) -> None:
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
    table: Table, import_id: int, after: int, options: Options, zones: Zones, folder: Path
) -> Landed:
    """Write the landing file of one table into `folder`, its source order past `after`."""
    arranged = table.layout
    if options.source_system and "SourceSystem" not in arranged.columns:
        arranged.constants.setdefault("SourceSystem", options.source_system)
    reads_iso = not any(form.startswith("%Y") for form in options.formats)
    database, target = folder / f"{import_id}.duckdb", _path(folder, import_id)
    with Warehouse(database, spill=folder) as warehouse:
        tables.load(warehouse, table)
        tables.load_joins(warehouse, table, options.mapping)
        sql = LandingSql(arranged, reads_iso)
        for statement in PREPARATION:
            warehouse.run(statement)
        flags = warehouse.rows(sql.padded())[0]
        warehouse.run(
            sql.cells({cell for cell, flag in zip(arranged.headers, flags, strict=True) if flag})
        )
        dictionaries.read_times(warehouse, sql, table, zones, options.formats)
        unknown = dictionaries.read_activities(warehouse, sql)
        read = dictionaries.read_cells(warehouse, sql, options.formats)
        warehouse.run(sql.slots(after))
        origin = {"source_file": text(table.source_file), "sheet": text(table.sheet)}
        rows = sql.rows({"import_id": str(import_id), **origin}, zones.current.key, read)
        facts = {**origin, "sha256": text(table.sha256)}
        metadata = ", ".join(f"{key}: {value}" for key, value in facts.items())
        warehouse.run(
            f"copy ({rows}) to {text(str(target))}"
            f" (format parquet, compression zstd, kv_metadata {{{metadata}}})"
        )
        landed = _landed(warehouse, target)
    database.unlink()
    if not landed.rows:
        raise tables.without_rows(table.source_file, table.sheet)
    return dataclasses.replace(
        landed,
        unknown_activities=unknown,
        matched=tuple(arranged.matches()),
        carried=tuple(arranged.headers[cell] for cell in arranged.carried),
        event_columns=tuple(
            (arranged.headers[event.time], event.activity)
            for event in arranged.events
            if arranged.is_deals
        ),
        skipped=table.skipped,
        headers=tuple(arranged.headers.values()),
    )
