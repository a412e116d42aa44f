"""Loading of a table's text into DuckDB: view `raw`, one row per record, `record` from 0.

The text is in a Parquet file beside the database, so that every pass streams over it with only one
batch in memory.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from pathlib import Path

from runner.columns.layout import Joined, Layout
from runner.columns.mapping import Mapping
from runner.engines.warehouse import Warehouse, WarehouseError, path_literal, sql_literal
from runner.faults import DataFault
from runner.messages import _
from runner.sources import delimited, encodings, parquet
from runner.sources.delimited import MARKS, Text
from runner.sources.tables import Table

# Maximum bytes of a record if DuckDB's default of 2 MB is too small; it reserves a multiple.
LONGEST_RECORD = 32_000_000
# With more columns than this, columns without a meaning are loaded as JSON.
WIDE = 300


@dataclass(frozen=True)
class Loaded:
    """Properties of the view `raw`.

    `is_marked`: `row_fault` has the reason for rejecting a record, `beyond` its surplus cells.
    `is_narrow`: columns without a meaning are only in the JSON `others`, all columns in the JSON
    `whole`; `empty` has the empty columns among them.
    """

    is_marked: bool = False
    is_narrow: bool = False
    empty: frozenset[str] = frozenset()


def load(warehouse: Warehouse, table: Table[Layout], folder: Path) -> Loaded:
    """Create the view `raw`; raise `DataFault` for invalid text."""
    layout = table.layout
    if len(layout.headers) > WIDE:
        return _load_narrow(warehouse, table, folder)
    loaded = Loaded()
    if isinstance(table.data, Path):
        source, cells = table.data, parquet.text_columns(warehouse, table.data)
        names = [f"{cell} as c{number}" for number, cell in enumerate(cells)]
    else:
        source, names = folder / "raw.parquet", list(layout.headers)
        loaded = Loaded(_write_parquet(warehouse, table.data, layout, table.sheet, source))
    _view(warehouse, names + (MARKS if loaded.is_marked else []), source)
    return loaded


def _view(warehouse: Warehouse, names: list[str], source: Path) -> None:
    warehouse.run(
        f"create view raw as select {', '.join(names)}, file_row_number as record"
        f" from read_parquet({path_literal(source)}, file_row_number = true)"
    )


def _load_narrow(warehouse: Warehouse, table: Table[Layout], folder: Path) -> Loaded:
    """Load a table of very many columns; those without a meaning become one JSON text.

    SQL with thousands of columns has quadratic cost, in time or memory.
    """
    layout, filled = table.layout, set()
    used = layout.narrow().headers
    places = [int(cell[1:]) for cell in used]
    members = [encode_basestring(name) + ":" for name in layout.headers.values()]
    carried = {int(cell[1:]) for cell in layout.carried}

    def narrowed() -> Iterator[list[str]]:
        for *cells, fault, beyond in _records(warehouse, table):
            held = [number for number, cell in enumerate(cells) if cell.strip()]
            filled.update(held)
            texts = [members[n] + encode_basestring(cells[n]) for n in held]
            others = [text for number, text in zip(held, texts, strict=True) if number in carried]
            kept = [cells[place] for place in places]
            yield [*kept, fault, beyond, ",".join(others), ",".join(texts)]

    names = [*used, *MARKS, "others", "whole"]
    data = Text(folder / "narrow", table.source_file, ",", table.header_row, marked=True)
    delimited.write(itertools.chain([names], narrowed()), data.path)
    source = folder / "raw.parquet"
    warehouse.run(
        f"copy (from {_csv(data, names, LONGEST_RECORD)})"
        f" to {sql_literal(str(source))} (format parquet)"
    )
    _view(warehouse, names, source)
    empty = frozenset(cell for cell in layout.headers if int(cell[1:]) not in filled)
    return Loaded(True, True, empty)


def _records(warehouse: Warehouse, table: Table[Layout]) -> Iterator[list[str]]:
    """Yield the records of any table, each with its marks."""
    titles = list(table.layout.titles.values())
    if isinstance(table.data, Path):
        cells = ", ".join(parquet.text_columns(warehouse, table.data))
        query = f"select {cells} from read_parquet({path_literal(table.data)})"
        for batch in warehouse.batches(query, 1_000):
            yield from ([*(cell or "" for cell in row), "", ""] for row in batch)
        return
    rows = delimited.records(table.data)
    next(rows)
    if table.data.marked:
        yield from rows
    else:
        yield from delimited.marked(rows, titles, delimited.is_open(table.data.path))


def _write_parquet(
    warehouse: Warehouse, data: Text, layout: Layout, sheet: str, target: Path
) -> bool:
    """Write the text as Parquet; return whether its records are marked."""
    names = list(layout.headers)
    target_sql = f"to {sql_literal(str(target))} (format parquet, compression snappy)"
    try:
        warehouse.run(
            f"copy (from {_csv(data, names + (MARKS if data.marked else []))}) {target_sql}"
        )
        return data.marked
    except WarehouseError:
        # Text that DuckDB rejects is invalid or only unusual; the slow path finds the exact error.
        again = data
        if not data.marked:
            again = delimited.write_marked(
                data, list(layout.titles.values()), target.with_suffix(".again")
            )
        try:
            warehouse.run("reset memory_limit")
            warehouse.run(f"copy (from {_csv(again, names + MARKS, LONGEST_RECORD)}) {target_sql}")
            return True
        except WarehouseError as error:
            raise DataFault(
                _("the file cannot be read"),
                file=data.name,
                sheet=sheet,
                value=str(error),
                expected=_(
                    "a CSV file whose records are at most {size} MB",
                    size=LONGEST_RECORD // 1_000_000,
                ),
                remedy=_("export it again."),
            ) from error


def _csv(data: Text, names: list[str], longest: int = 2_000_000) -> str:
    columns = ", ".join(f"{name}: 'varchar'" for name in names)
    return (
        f"read_csv({path_literal(data.path)}, columns = {{{columns}}}, header = true,"
        f" auto_detect = false, delim = {sql_literal(data.delimiter)}, quote = '\"', escape = '\"',"
        f" strict_mode = true, max_line_size = {longest})"
    )


def load_joins(
    warehouse: Warehouse, table: Table[Layout], mapping: Mapping | None, scratch: Path
) -> None:
    """Load the joined files as `j0`, `j1` …; raise `DataFault` for a key that repeats."""
    beside = [table.folder, mapping.path.parent] if mapping else [table.folder]
    for number, join in enumerate(table.layout.joins):
        data = _joined_text(_beside(join.file, beside), scratch)
        width = len(next(delimited.records(data), []))
        rows: dict[tuple[str, ...], list[str]] = {}
        places: list[int] = []
        for row, record in enumerate(delimited.regular(data, width), start=1):
            if row == 1:
                places = _places([name.strip() for name in record], join)
                continue
            cells = [record[place].strip() for place in places]
            key = tuple(cells[: len(join.keys)])
            if key in rows:
                raise DataFault(
                    _("the key repeats"),
                    file=join.file,
                    row=row,
                    column=", ".join(join.keys.values()),
                    value=", ".join(key),
                    expected=_("one row per key"),
                    remedy=_("remove one of the rows."),
                )
            if any(key):
                rows[key] = cells
        if not places:
            _places([], join)
        names = [f"key_{place}" for place in range(len(join.keys))]
        names += [f"j{number}_{place}" for place in range(len(join.headers))]
        warehouse.run(f"create table j{number} ({', '.join(f'{name} varchar' for name in names)})")
        warehouse.insert(
            f"j{number}",
            ["varchar"] * len(names),
            [[cell or None for cell in row] for row in rows.values()],
        )


def _beside(name: str, folders: Sequence[Path]) -> Path:
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise DataFault(
        _("the file that the mapping joins is not there"),
        file=name,
        expected=_("a file beside the data or beside the mapping"),
        remedy=_("put it there, or correct the mapping."),
    )


def _joined_text(file: Path, scratch: Path) -> Text:
    target = scratch / f"joined-{file.name}"
    encodings.to_utf8(file, encodings.detect(file, file.name), target, file.name)
    text_of = Text(target, file.name)
    return Text(target, file.name, delimited.likely_delimiters(text_of)[0])


def _places(headers: list[str], join: Joined) -> list[int]:
    """Return the places of the keys and the wanted columns; raise `DataFault` if one is missing."""
    wanted = [*join.keys.values(), *join.headers]
    for header in wanted:
        if header not in headers:
            raise DataFault(
                _("the mapping joins on or takes a column that is not there"),
                file=join.file,
                column=header,
                expected=_("one of {headers}", headers=", ".join(headers)),
                remedy=_("correct the header in the mapping file or in the data."),
            )
    return [headers.index(header) for header in wanted]
