"""The landing: what is imported, one file of Parquet per imported file or sheet."""

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
# Holds what an import has read, from the moment it counts until each file lies in its place; an
# empty file there takes away the one of its name.
ARRIVING = ".arriving"
# What a command works in; a killed one leaves it behind.
SCRATCH = ".import-"


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


def prepare(folder: DataFolder) -> None:
    """Make the folders the project needs, and the landing file without a row."""
    for needed in (folder.landing, folder.build):
        needed.mkdir(parents=True, exist_ok=True)
    if not (folder.landing / EMPTY).exists():
        write_empty(folder.landing / EMPTY)


def write_empty(path: Path) -> None:
    """Write the landing file without a row, from the seed that defines the columns."""
    columns = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in landing_columns())
    with Warehouse() as warehouse:
        warehouse.run(
            f"copy (select {columns} limit 0) to {sql_literal(str(path))}"
            " (format parquet, compression zstd)"
        )


@contextmanager
def locked(folder: DataFolder) -> Iterator[None]:
    """Hold the data folder alone, with the landing as its last import meant it."""
    prepare(folder)
    with folder.locked():
        arrive(folder)
        for left_over in folder.path.glob(f"{SCRATCH}*"):
            shutil.rmtree(left_over)
        yield


def arrive(folder: DataFolder) -> None:
    """Put the files of an import in their places; what a killed one began is ended here."""
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
    """Return the landing files that imports wrote, in their order."""
    return files_in(folder.landing)


def files_in(place: Path) -> list[Path]:
    """Return the landing files in a folder, in the order of their imports."""
    return sorted(path for path in place.glob("*.parquet") if path.stem.isdecimal())


def file_of(place: Path, import_id: int) -> Path:
    """Return the landing file of an import in a folder."""
    return place / f"{import_id:06}.parquet"


def imports(folder: DataFolder) -> list[Landed]:
    """Return what is landed, one entry per imported file and sheet."""
    prepare(folder)
    with Warehouse() as warehouse:
        return [landed(warehouse, path) for path in landed_files(folder)]


def landed(warehouse: Warehouse, path: Path) -> Landed:
    """Return what a landing file says of itself."""
    noted = facts(warehouse, path)
    source = f"read_parquet({path_literal(path)})"
    events, rejected = warehouse.rows(
        f"select count(*) filter (faults is null), count(faults) from {source}"
    )[0]
    # An import of an earlier version did not note its rows.
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
    """Return what an import wrote about itself into its file."""
    return {
        key.decode(): value.decode()
        for key, value in warehouse.rows(
            f"select key, value from parquet_kv_metadata({path_literal(path)})"
        )
    }


def last_order(warehouse: Warehouse, folder: DataFolder) -> int:
    """Return the last source order of the landing, 0 when nothing is landed."""
    files = [folder.landing / EMPTY, *landed_files(folder)]
    listed = ", ".join(path_literal(path) for path in files)
    (last,) = warehouse.rows(
        f"select coalesce(max(source_order), 0) from read_parquet([{listed}])"
    )[0]
    return int(last)


def inputs(folder: DataFolder) -> list[dict[str, Any]]:
    """Return what is landed: import, file, sheet, hash of the content; else the carried log."""
    files = sql_literal(f"{glob.escape(str(folder.landing))}/*.parquet")
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
