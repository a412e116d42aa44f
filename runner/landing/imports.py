"""The import: all files become landing files, or none."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from runner import checkpoints
from runner.columns.layout import EventFinder, Layout
from runner.columns.options import Options
from runner.data_folder import DataFolder
from runner.engines.warehouse import Warehouse
from runner.faults import DataFault
from runner.landing import store
from runner.landing.land_table import land
from runner.landing.store import Landed
from runner.messages import _
from runner.sources import archives, tables
from runner.sources.tables import Table
from runner.values.zones import Zones


def import_files(
    files: Sequence[Path],
    folder: DataFolder,
    options: Options,
    *,
    replace: bool = False,
    fresh: bool = False,
) -> list[Landed]:
    """Land files; return a record for each file and sheet.

    `replace` forgets earlier imports of the same file names and sheets, `fresh` all of them, both
    only when everything was read. Raise `DataFault` or `WrongUsage` without changing anything.
    """
    zones = Zones(options.zone_name, options.ask_zone)
    options.check()
    with (
        store.locked(folder),
        tempfile.TemporaryDirectory(prefix=store.SCRATCH, dir=folder.path) as name,
    ):
        scratch = Path(name)
        found = _tables(files, scratch, options)
        with Warehouse() as warehouse:
            facts = {path: store.facts(warehouse, path) for path in store.landed_files(folder)}
            order = 0 if fresh else store.last_order(warehouse, folder)
        leaving = [path for path in facts if fresh or (replace and _is_of(facts[path], found))]
        _refuse_known(found, {path: fact for path, fact in facts.items() if path not in leaving})
        last = 0 if fresh else max((int(path.stem) for path in facts), default=0)
        arriving = scratch / store.ARRIVING
        arriving.mkdir()
        for path in leaving:
            (arriving / path.name).touch()
        landed = []
        for number, table in enumerate(found, start=last + 1):
            target = store.file_of(arriving, number)
            landed.append(land(table, target, order, options, zones, scratch))
            order += landed[-1].events + landed[-1].rejected
            checkpoints.reach(f"table {len(landed)} read")
        checkpoints.reach("all tables read")
        arriving.replace(folder.landing / store.ARRIVING)
        checkpoints.reach("import counts")
        store.arrive(folder)
    return landed


def _tables(files: Sequence[Path], scratch: Path, options: Options) -> list[Table[Layout]]:
    """Return the tables of all files, in order."""
    finder = EventFinder(options)
    return [
        table
        for number, file in enumerate(archives.expand(files))
        for table in tables.find(file, scratch / str(number), options, finder)
    ]


def _is_of(facts: dict[str, str], found: Sequence[Table[Layout]]) -> bool:
    """Return whether an earlier import has the same file and sheet as one of these tables."""
    return (facts["source_file"], facts["sheet"]) in {
        (table.source_file, table.sheet) for table in found
    }


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
