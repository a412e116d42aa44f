"""The landing: one Parquet file per imported file or sheet."""

from __future__ import annotations

import glob
import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runner import checkpoints
from runner.data_folder import DataFolder
from runner.engines.warehouse import Warehouse, path_literal, sql_literal
from runner.faults import DataFault
from runner.landing.contract import landing_columns
from runner.messages import _
from runner.project import TEMPLATE
from runner.values import date_orders

EMPTY = "empty.parquet"
# Folder of the files of a finished import until each is moved to its place; an empty file there
# deletes the landing file of its name.
ARRIVING = ".arriving"
# Prefix of scratch folders; a killed command leaves its folder behind.
SCRATCH = ".import-"


@dataclass(frozen=True)
class Landed:
    """The record of one landed file or sheet."""

    import_id: int
    source_file: str
    sheet: str
    sha256: str
    rows: int
    events: int
    rejected: int
    reasons: dict[str, int]
    bad_cells: dict[str, int] = field(default_factory=dict)
    # Known only during an import: unknown names with the nearest known one, headers with their
    # template column, carried headers.
    unknown_activities: dict[str, str | None] = field(default_factory=dict)
    matched: tuple[tuple[str, str], ...] = ()
    carried: tuple[str, ...] = ()
    # Of a deals sheet: headers that became events, with their activity.
    event_columns: tuple[tuple[str, str], ...] = ()
    # Possible orders of the dates that were rejected without a declared format.
    orders: date_orders.Orders | None = None
    # Detected properties of the file: encoding, delimiter, header_row, dates, merged.
    understood: dict[str, str] = field(default_factory=dict)
    # Texts taken as no value, with counts: by template column, or activity of a date.
    empty: dict[str, dict[str, int]] = field(default_factory=dict)
    # Skipped sheets of the same workbook, with the reason; on its first landed sheet.
    skipped: tuple[tuple[str, str], ...] = ()
    headers: tuple[str, ...] = ()


def prepare(folder: DataFolder) -> None:
    """Create the folders of the data folder, and the landing file without rows."""
    for needed in (folder.landing, folder.build):
        needed.mkdir(parents=True, exist_ok=True)
    if not (folder.landing / EMPTY).exists():
        write_empty(folder.landing / EMPTY)


def write_empty(path: Path) -> None:
    """Write the landing file without rows, from the seed that defines the columns."""
    columns = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in landing_columns())
    with Warehouse() as warehouse:
        warehouse.run(
            f"copy (select {columns} limit 0) to {sql_literal(str(path))}"
            " (format parquet, compression zstd)"
        )


@contextmanager
def locked(folder: DataFolder) -> Iterator[None]:
    """Lock the data folder, finish an interrupted import and remove scratch folders."""
    prepare(folder)
    with folder.locked():
        arrive(folder)
        for left_over in folder.path.glob(f"{SCRATCH}*"):
            shutil.rmtree(left_over)
        yield


def arrive(folder: DataFolder) -> None:
    """Move the files of an import to their places; also finish the moves of a killed import."""
    arriving = folder.landing / ARRIVING
    if not arriving.exists():
        return
    for path in files_in(arriving):
        if path.stat().st_size:
            path.replace(folder.landing / path.name)
        else:
            (folder.landing / path.name).unlink(missing_ok=True)
        checkpoints.reach("file arrived")
    shutil.rmtree(arriving)


def landed_files(folder: DataFolder) -> list[Path]:
    """Return the landing files written by imports, in order."""
    return files_in(folder.landing)


def files_in(place: Path) -> list[Path]:
    """Return the landing files in a folder, in import order."""
    return sorted(path for path in place.glob("*.parquet") if path.stem.isdecimal())


def file_of(place: Path, import_id: int) -> Path:
    """Return the landing file of an import in a folder."""
    return place / f"{import_id:06}.parquet"


def imports(folder: DataFolder) -> list[Landed]:
    """Return the record of each imported file and sheet."""
    prepare(folder)
    with Warehouse() as warehouse:
        return [landed(warehouse, path) for path in landed_files(folder)]


def landed(warehouse: Warehouse, path: Path) -> Landed:
    """Return the record of a landing file, from its metadata and rows."""
    noted = facts(warehouse, path)
    source = f"read_parquet({path_literal(path)})"
    events, rejected = warehouse.rows(
        f"select count(*) filter (faults is null), count(faults) from {source}"
    )[0]
    # Imports of earlier versions did not store the number of rows.
    rows = (
        int(noted.get("rows", 0))
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
        source_file=noted["source_file"],
        sheet=noted["sheet"],
        sha256=noted["sha256"],
        rows=rows,
        events=events,
        rejected=rejected,
        reasons=dict(reasons),
        bad_cells=dict(bad_cells),
    )


def facts(warehouse: Warehouse, path: Path) -> dict[str, str]:
    """Return the metadata that an import wrote into its file."""
    return {
        key.decode(): value.decode()
        for key, value in warehouse.rows(
            f"select key, value from parquet_kv_metadata({path_literal(path)})"
        )
    }


def last_order(warehouse: Warehouse, folder: DataFolder) -> int:
    """Return the last source_order of the landing, 0 when it is empty."""
    files = [folder.landing / EMPTY, *landed_files(folder)]
    listed = ", ".join(path_literal(path) for path in files)
    (last,) = warehouse.rows(
        f"select coalesce(max(source_order), 0) from read_parquet([{listed}])"
    )[0]
    return int(last)


def pattern(folder: DataFolder) -> str:
    """Return all landing files as SQL for DuckDB's readers, pattern characters escaped."""
    return sql_literal(f"{glob.escape(str(folder.landing))}/*.parquet")


def inputs(folder: DataFolder) -> list[dict[str, Any]]:
    """Return import, file, sheet and content hash of each landing file, else of the demo log."""
    files = pattern(folder)
    with Warehouse() as warehouse:
        written = warehouse.rows(
            "select file_name, decode(key), decode(value)"
            f" from parquet_kv_metadata({files}) order by file_name"
        )
    found: dict[str, dict[str, Any]] = {}
    for file, key, value in written:
        if Path(file).stem.isdecimal():
            found.setdefault(file, {"import_id": int(Path(file).stem)})[key] = value
    if found:
        return [
            {key: each.get(key, "") for key in ("import_id", "source_file", "sheet", "sha256")}
            for each in found.values()
        ]
    seed = TEMPLATE / "event_log.csv"
    digest = hashlib.sha256(seed.read_bytes()).hexdigest()
    return [{"import_id": 1, "source_file": seed.name, "sheet": "", "sha256": digest}]


def forget(folder: DataFolder, names: Sequence[str]) -> list[Landed]:
    """Remove imports by id or file name; raise `DataFault`, removing none, when one is unknown."""
    with locked(folder):
        there = imports(folder)
        chosen: list[Landed] = []
        for name in names:
            found = [
                entry
                for entry in there
                if entry.source_file == name or (name.isdecimal() and int(name) == entry.import_id)
            ]
            if not found:
                raise _unknown(name, there)
            chosen += [entry for entry in found if entry not in chosen]
        for entry in chosen:
            path_of(folder, entry).unlink()
    return chosen


def _unknown(name: str, there: Sequence[Landed]) -> DataFault:
    names = ", ".join(f"{entry.import_id} ({entry.source_file})" for entry in there)
    return DataFault(
        _("nothing is landed under {name}", name=name),
        expected=_("one of {names}", names=names or "–"),
    )


def path_of(folder: DataFolder, entry: Landed) -> Path:
    """Return the landing file of an import."""
    return file_of(folder.landing, entry.import_id)
