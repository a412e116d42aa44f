"""Source files as tables of text: what tables a file holds, and what each column is for."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from runner.columns import layout, wide
from runner.columns.layout import Layout
from runner.columns.options import Options
from runner.faults import DataFault
from runner.landing import raw
from runner.messages import _
from runner.sources import archives, delimited, encodings, kinds, sheets
from runner.sources.delimited import Text

TEXTS = (".csv", ".tsv", ".txt", ".tab", ".dat")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
FORMATS = (*TEXTS, ".csv.gz", ".zip", ".parquet", *WORKBOOKS)


@dataclass(frozen=True)
class Table:
    """One table of text to land: where it came from and the file DuckDB reads.

    `header_row` is the row of the header in the source, from 1, counting records. `understood` says
    what was found out about the file (encoding, delimiter, header_row, dates, merged), `skipped`
    which sheets beside it hold no events and why.
    """

    source_file: str
    sheet: str
    sha256: str
    data: Text | Path
    layout: Layout
    folder: Path
    header_row: int = 1
    is_1904: bool = False
    understood: dict[str, str] = field(default_factory=dict)
    skipped: tuple[tuple[str, str], ...] = ()


def find(file: Path, folder: Path, options: Options) -> list[Table]:
    """Find the tables of one file; raise `DataFault` when it has none that can be read."""
    folder.mkdir()
    if not file.is_file():
        raise DataFault(
            _("this is a folder") if file.is_dir() else _("there is no such file"),
            file=str(file),
            expected=_("a file that can be read"),
            remedy=_("check the path."),
        )
    if not file.stat().st_size:
        raise empty(file.name)
    name = file.name.lower()
    # DuckDB would take brackets and stars in a name for a pattern.
    source = folder / "source"
    if name.endswith(TEXTS):
        source.symlink_to(file.resolve())
        return [_text_table(file, Text(source, file.name), folder, options)]
    if name.endswith(tuple(f"{ending}.gz" for ending in TEXTS)):
        _expect(file, "gzip")
        archives.unpack_gzip(file, source)
        return [_text_table(file, Text(source, file.name), folder, options)]
    if name.endswith(".zip"):
        _expect(file, "zip")
        return _members(file, folder, options)
    if name.endswith(".parquet"):
        _expect(file, "Parquet")
        source.symlink_to(file.resolve())
        return [_parquet_table(file, source, options)]
    if name.endswith(WORKBOOKS):
        _expect(file, *kinds.WORKBOOKS)
        archives.refuse_bomb(file)
        return _sheet_tables(file, folder, options)
    _expect(file)
    raise DataFault(
        _("files of this kind cannot be read"),
        file=file.name,
        expected=", ".join(FORMATS),
        remedy=_(
            "save it in one of these formats, or end its name in .csv if it is a table of text."
        ),
    )


def _expect(file: Path, *allowed: str, sheet: str = "") -> None:
    """Raise `DataFault` when the content of a file is known to be of another kind."""
    kind = kinds.of(file) or (kinds.TEXT if allowed and kinds.is_text(file) else "")
    if kind and kind not in allowed:
        raise kinds.fault(file.name, kind, ", ".join(FORMATS), sheet)


def _text_table(file: Path, given: Text, folder: Path, options: Options, sheet: str = "") -> Table:
    """Find encoding, delimiter and header of a text; cut off what stands before the header."""
    text = given
    if kind := kinds.of(given.path):
        raise kinds.fault(given.name, kind, ", ".join(FORMATS), sheet)
    understood = {}
    if padded := encodings.padding(given.path):
        text = dataclasses.replace(given, path=folder / f"{given.path.stem}.unpadded")
        encodings.without_padding(given.path, padded, text.path)
        given, understood = text, {"padding": f"{padded:,}"}
    codec = (
        encodings.named(options.encoding)
        if options.encoding
        else encodings.detect(given.path, given.name)
    )
    if codec not in ("utf-8", "utf-8-sig"):
        text = dataclasses.replace(given, path=folder / f"{given.path.stem}.utf8")
        encodings.to_utf8(given.path, codec, text.path, given.name)
    elif options.encoding and (place := encodings.first_misfit(given.path, codec)) is not None:
        raise encodings.misfit(given.path, codec, given.name, place)
    text, before, arranged = _arranged(text, options, sheet)
    understood |= {
        "encoding": encodings.shown(codec),
        "delimiter": delimited.DELIMITERS.get(text.delimiter, text.delimiter),
    }
    if before:
        text = delimited.from_record(text, before, folder / f"{given.path.stem}.cut")
    outline = delimited.outline(text.path)
    digest = outline.sha256
    if text.path != given.path:
        digest = delimited.outline(given.path).sha256
    if outline.has_blank_records and not options.is_draft:
        # DuckDB leaves out blank lines, and every row after them would be misnumbered.
        text = raw.marked(text, arranged, folder / f"{given.path.stem}.regular")
    return Table(
        file.name, sheet, digest, text, arranged, file.parent, text.row, understood=understood
    )


def _arranged(text: Text, options: Options, sheet: str) -> tuple[Text, int, Layout]:
    """Give the text with its delimiter, the number of records before the header, the layout."""
    faults = []
    signs = [delimited.delimiter_named(options.delimiter)] if options.delimiter else None
    for sign in signs or delimited.likely_delimiters(text):
        candidate = dataclasses.replace(text, delimiter=sign)
        try:
            sample = list(itertools.islice(delimited.records(candidate), wide.SAMPLE))
            if all(map(delimited.is_blank, sample)):
                raise empty(text.name, sheet)
            return candidate, *layout.locate(sample, text.name, sheet, options)
        except DataFault as fault:
            faults.append(fault)
    raise faults[0]


def _members(file: Path, folder: Path, options: Options) -> list[Table]:
    """Give the CSV files of an archive that hold events, as if they were its sheets."""

    def texts() -> Iterator[tuple[str, Table | layout.Unneeded]]:
        for name, path in archives.unpack_zip(file, folder):
            if options.sheets and name not in options.sheets:
                yield name, layout.Unneeded(_("not among those asked for"))
            elif path.suffix not in TEXTS:
                yield name, layout.Unneeded(_("files of this kind cannot be read"))
            else:
                try:
                    yield name, _text_table(file, Text(path, file.name), folder, options, name)
                except layout.Unneeded as fault:
                    yield name, fault

    return _kept(file, list(texts()), options)


def _sheet_tables(file: Path, folder: Path, options: Options) -> list[Table]:
    """Give the sheets of a workbook that hold events."""

    def tables() -> Iterator[tuple[str, Table | layout.Unneeded]]:
        for number, sheet in enumerate(sheets.read(file)):
            if options.sheets and sheet.name not in options.sheets:
                yield sheet.name, layout.Unneeded(_("not among those asked for"))
            elif sheet.is_hidden and not options.sheets:
                yield sheet.name, layout.Unneeded(_("hidden"))
            else:
                try:
                    yield sheet.name, _sheet_table(file, sheet, folder / f"{number}.csv", options)
                except layout.Unneeded as fault:
                    yield sheet.name, fault

    return _kept(file, list(tables()), options)


def _sheet_table(file: Path, sheet: sheets.Sheet, path: Path, options: Options) -> Table:
    """Lay out one sheet and write its rows from the header on as CSV."""
    rows = sheet.rows()
    if all(map(delimited.is_blank, rows)):
        raise empty(file.name, sheet.name)
    before, arranged = layout.locate(rows, file.name, sheet.name, options)
    if all(map(delimited.is_blank, rows[before + 1 :])):
        raise without_rows(file.name, sheet.name)
    merged = sheet.fill_merged(rows, before)
    delimited.write(rows[before:], path)
    understood = {"dates": "1904"} if sheet.is_1904 else {}
    if merged:
        understood["merged"] = str(merged)
    if file.suffix.lower() not in sheets.TOLD:
        understood["untold"] = file.suffix
    return Table(
        file.name,
        sheet.name,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        Text(path, file.name, row=before + 1),
        arranged,
        file.parent,
        before + 1,
        sheet.is_1904,
        understood,
    )


def _kept(
    file: Path, found: Sequence[tuple[str, Table | layout.Unneeded]], options: Options
) -> list[Table]:
    """Give the tables of a file, the first one saying what was skipped.

    When there is none, raise what is wrong with them.
    """
    absent = set(options.sheets) - {name for name, _table in found}
    if absent:
        raise DataFault(
            _("there is no sheet {names}", names=", ".join(sorted(absent))),
            file=file.name,
            expected=_("one of {headers}", headers=", ".join(name for name, _table in found)),
            remedy=_("correct the name given to --sheet."),
        )
    tables = [table for _name, table in found if isinstance(table, Table)]
    faults = [(name, fault) for name, fault in found if isinstance(fault, layout.Unneeded)]
    if tables:
        skipped = tuple((name, fault.problem) for name, fault in faults)
        return [dataclasses.replace(tables[0], skipped=skipped), *tables[1:]]
    if len(faults) == 1 and faults[0][1].file:
        raise faults[0][1]
    if not faults:
        raise empty(file.name)
    raise DataFault(
        _("no sheet has the columns that are needed"),
        file=file.name,
        expected=_("a sheet with {columns}", columns=layout.required_names()),
        remedy=_(
            "name the columns as in the template, or have a mapping drafted: l2c map {file}."
            " Found: {sheets}",
            file=file.name,
            sheets="; ".join(f"{name}: {fault.headers or fault.problem}" for name, fault in faults),
        ),
    )


def _parquet_table(file: Path, source: Path, options: Options) -> Table:
    rows = raw.parquet_rows(source, file.name, wide.SAMPLE)
    arranged = layout.arrange(rows, file.name, "", options)
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Table(file.name, "", digest, source, arranged, file.parent)


def empty(file: str, sheet: str = "") -> layout.Unneeded:
    """Say that a table holds nothing at all."""
    return layout.Unneeded(
        _("the file is empty") if not sheet else _("the sheet is empty"),
        file=file,
        sheet=sheet,
        expected=_("a header row and at least one row below it"),
        remedy=_("export it again, with its header row."),
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
