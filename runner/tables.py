"""Source files as tables of text: what tables a file holds, and how they enter DuckDB."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runner import deals, delimited, layout, sheets
from runner.faults import DataFault
from runner.mapping import Mapping
from runner.messages import _
from runner.warehouse import Warehouse, WarehouseError, identifier, text

FORMATS = (".csv", ".parquet", ".xlsx")
# Bytes of one record when DuckDB's usual 2 MB are not enough; it sets aside a multiple of it.
LONGEST_RECORD = 32_000_000


@dataclass(frozen=True)
class Table:
    """One table of text to land: where it came from and the file DuckDB reads."""

    source_file: str
    sheet: str
    sha256: str
    path: Path
    layout: layout.Layout
    folder: Path
    # Sheets beside it that hold no events, with the reason.
    skipped: tuple[tuple[str, str], ...] = ()


def find(
    file: Path, folder: Path, mapping: Mapping | None, formats: Sequence[str]
) -> list[Table]:
    """Find the tables of one file; raise `DataFault` when it has none that can be read."""
    folder.mkdir()
    if not file.is_file():
        raise DataFault(
            _("this is a folder") if file.is_dir() else _("there is no such file"),
            file=str(file),
            expected=_("a file that can be read"),
            remedy=_("check the path."),
        )
    # DuckDB would take brackets and stars in a name for a pattern.
    source = folder / f"source{file.suffix.lower()}"
    source.symlink_to(file.resolve())
    match source.suffix:
        case ".csv":
            return [_csv_table(file, source, mapping, formats)]
        case ".parquet":
            return [_parquet_table(file, source, mapping, formats)]
        case ".xlsx":
            return _sheet_tables(file, folder, mapping, formats)
    raise DataFault(
        _("files of this kind cannot be read"),
        file=file.name,
        expected=", ".join(FORMATS),
        remedy=_("save it in one of these formats."),
    )


def _csv_table(
    file: Path, source: Path, mapping: Mapping | None, formats: Sequence[str]
) -> Table:
    outline = delimited.outline(file)
    header = delimited.header(file)
    rows = itertools.dropwhile(delimited.is_blank, delimited.records(file))
    arranged = layout.arrange(
        list(itertools.islice(rows, deals.SAMPLE)), mapping, file.name, formats=formats
    )
    if outline.has_blank_records:
        # DuckDB leaves out blank lines, and every row after them would be misnumbered.
        source = source.with_name("regular.csv")
        delimited.write(delimited.regular(file, len(header)), source)
    return Table(file.name, "", outline.sha256, source, arranged, file.parent)


def _parquet_table(
    file: Path, source: Path, mapping: Mapping | None, formats: Sequence[str]
) -> Table:
    with Warehouse() as warehouse:
        try:
            types = warehouse.rows(f"describe from read_parquet({text(str(source))})")
            cells = ", ".join(_parquet_text(name, kind) for name, kind, *_rest in types)
            sample = warehouse.rows(
                f"select {cells} from read_parquet({text(str(source))}) limit {deals.SAMPLE}"
            )
        except WarehouseError as error:
            raise DataFault(
                _("the file is not readable Parquet"),
                file=file.name,
                expected=_("a Parquet file"),
                remedy=_("export it again."),
            ) from error
    rows = [[name for name, *_rest in types], *([cell or "" for cell in row] for row in sample)]
    arranged = layout.arrange(rows, mapping, file.name, formats=formats)
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Table(file.name, "", digest, source, arranged, file.parent)


def _sheet_tables(
    file: Path, folder: Path, mapping: Mapping | None, formats: Sequence[str]
) -> list[Table]:
    """Give the sheets that hold events; when none does, raise what is wrong with them."""
    tables, faults = [], []
    for number, sheet in enumerate(sheets.read(file)):
        try:
            arranged = layout.arrange(sheet.rows, mapping, file.name, sheet.name, formats)
            if all(map(delimited.is_blank, sheet.rows[1:])):
                raise without_rows(file.name, sheet.name)
        except layout.Unneeded as fault:
            faults.append((sheet, fault))
            continue
        path = folder / f"{number}.csv"
        delimited.write(sheet.rows, path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        tables.append(Table(file.name, sheet.name, digest, path, arranged, file.parent))
    if tables:
        skipped = tuple((sheet.name, fault.problem) for sheet, fault in faults)
        return [dataclasses.replace(tables[0], skipped=skipped), *tables[1:]]
    if len(faults) == 1:
        raise faults[0][1]
    if not faults:
        raise DataFault(
            _("the file is empty"),
            file=file.name,
            expected=_("a header row and at least one row below it"),
            remedy=_("export it again, with its header row."),
        )
    raise DataFault(
        _("no sheet has the columns that are needed"),
        file=file.name,
        expected=_("a sheet with {columns}", columns="SalesOpportunity, ActivityName, EventTime"),
        remedy=_(
            "name the columns as in the template, or say with --map which ones they are."
            " Headers found: {headers}",
            headers="; ".join(
                f"{sheet.name}: {', '.join(filter(None, sheet.rows[0]))}"
                for sheet, _fault in faults
            ),
        ),
    )


def without_rows(file: str, sheet: str) -> layout.Unneeded:
    """Say that a table has no row."""
    return layout.Unneeded(
        _("there is no row below the header"),
        file=file,
        sheet=sheet,
        expected=_("a header row and at least one row below it"),
        remedy=_("export it again, with its rows."),
    )


def load(warehouse: Warehouse, table: Table) -> None:
    """Load the table's text as `raw`; rowid counts its records from 0."""
    width = len(table.layout.headers)
    if table.path.suffix.lower() == ".parquet":
        source = f"read_parquet({text(str(table.path))})"
        types = warehouse.rows(f"describe from {source}")
        cells = ", ".join(
            f"{_parquet_text(name, kind)} as {cell}"
            for cell, (name, kind, *_rest) in zip(table.layout.headers, types, strict=True)
        )
        warehouse.run(f"create table raw as select {cells} from {source}")
        return
    try:
        warehouse.run(f"create table raw as from {_csv_source(table.path, width)}")
    except WarehouseError as error:
        # What DuckDB refuses is either wrong, which the slow way tells exactly, or merely unusual.
        path = table.path.with_name("again.csv")
        records = delimited.regular(table.path, width, table.source_file)
        delimited.write(records, path)
        try:
            source = _csv_source(path, width, LONGEST_RECORD)
            warehouse.run(f"create table raw as from {source}")
        except WarehouseError:
            raise DataFault(
                _("the file cannot be read: {error}", error=str(error)),
                file=table.source_file,
                sheet=table.sheet,
                expected=_("a CSV file in UTF-8"),
                remedy=_("export it again."),
            ) from error


def _csv_source(path: Path, width: int, longest: int = 2_000_000) -> str:
    columns = ", ".join(f"c{number}: 'varchar'" for number in range(width))
    return (
        f"read_csv({text(str(path))}, columns = {{{columns}}}, header = true, auto_detect = false,"
        " delim = ',', quote = '\"', escape = '\"', strict_mode = true,"
        f" max_line_size = {longest})"
    )


def _parquet_text(name: str, kind: str) -> str:
    column = identifier(name)
    if kind in ("DOUBLE", "FLOAT"):
        return (
            f"case when {column} = trunc({column}) and abs({column}) < 1e15"
            f" then cast(cast({column} as bigint) as varchar) else cast({column} as varchar) end"
        )
    return f"cast({column} as varchar)"


def load_joins(warehouse: Warehouse, table: Table, mapping: Mapping | None) -> None:
    """Load the joined files as `j0`, `j1` …; raise `DataFault` for a key that repeats."""
    for number, join in enumerate(table.layout.joins):
        beside = [table.folder, mapping.path.parent] if mapping else [table.folder]
        file = next(
            (folder / join.file for folder in beside if (folder / join.file).is_file()), None
        )
        if file is None:
            raise DataFault(
                _("the file that the mapping joins is not there"),
                file=join.file,
                expected=_("a file beside the data or beside the mapping"),
                remedy=_("put it there, or correct the mapping."),
            )
        headers = [name.strip() for name in delimited.header(file)]
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
        places = [headers.index(header) for header in wanted]
        rows: dict[tuple[str, ...], list[str]] = {}
        for row, record in enumerate(delimited.regular(file, len(headers)), start=1):
            cells = [record[place].strip() for place in places]
            key = tuple(cells[: len(join.keys)])
            if row > 1 and any(key):
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
                rows[key] = cells
        names = [f"key_{place}" for place in range(len(join.keys))]
        names += [f"j{number}_{place}" for place in range(len(join.headers))]
        warehouse.run(f"create table j{number} ({', '.join(f'{name} varchar' for name in names)})")
        warehouse.insert(
            f"j{number}",
            ["varchar"] * len(names),
            [[cell or None for cell in row] for row in rows.values()],
        )
