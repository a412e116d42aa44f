"""Source files as tables of text: the tables of a file and their headers."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from runner import vocabulary
from runner.faults import DataFault
from runner.messages import _
from runner.sources import archives, delimited, encodings, kinds, parquet, sheets
from runner.sources.delimited import Text

TEXTS = (".csv", ".tsv", ".txt", ".tab", ".dat")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
ENDINGS = (*TEXTS, ".csv.gz", ".zip", ".parquet", *WORKBOOKS)
# Number of first rows used to classify the columns of a file.
SAMPLE = 1_000

Layout = TypeVar("Layout")
LayoutFound = TypeVar("LayoutFound", covariant=True)


@dataclass(frozen=True)
class SourceOptions:
    """Which tables of a file are read, and how; empty options are detected.

    `sheets` are the sheets of workbooks and the members of archives to read; `delimiter` is one
    character.
    """

    sheets: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None


class Unneeded(DataFault):
    """A sheet without events, with its `headers`; other sheets of its workbook may have events."""

    headers = ""


class HeaderFinder(Protocol[LayoutFound]):
    """Finds the header of a table and maps its columns.

    Both methods raise `Unneeded` for a table without events. `reads_all` is false if only the
    header and the first rows are wanted.
    """

    @property
    def reads_all(self) -> bool:
        """Whether all rows are read, not only the first ones."""

    def locate(
        self, rows: Sequence[Sequence[str]], file: str, sheet: str
    ) -> tuple[int, LayoutFound]:
        """Return how many rows precede the header, and the layout."""

    def arrange(self, rows: Sequence[Sequence[str]], file: str, sheet: str, /) -> LayoutFound:
        """Return the layout of a table whose first row is its header."""


@dataclass(frozen=True)
class Table(Generic[Layout]):
    """One table of text to land: its origin and the file that DuckDB reads.

    `header_row` is the row of the header in the source, from 1, counting records. `understood` has
    the detected properties of the file (encoding, delimiter, header_row, dates, merged), `skipped`
    the other sheets without events, each with the reason.
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


def find(
    file: Path, folder: Path, options: SourceOptions, finder: HeaderFinder[Layout]
) -> list[Table[Layout]]:
    """Return the tables of one file; raise `DataFault` when it has no readable table.

    `folder` is created for unpacked and converted files.
    """
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
    return _File(file, folder, options, finder).tables()


@dataclass(frozen=True)
class _File(Generic[Layout]):
    """One file whose tables are searched; `folder` is for intermediate files."""

    file: Path
    folder: Path
    options: SourceOptions
    finder: HeaderFinder[Layout]

    def tables(self) -> list[Table[Layout]]:
        """Return the tables, read according to the file extension."""
        name = self.file.name.lower()
        # DuckDB would read brackets and stars in a name as a pattern.
        source = self.folder / "source"
        if name.endswith(TEXTS):
            source.symlink_to(self.file.resolve())
            return [self._text_table(Text(source, self.file.name))]
        if name.endswith(tuple(f"{ending}.gz" for ending in TEXTS)):
            self._expect("gzip")
            archives.unpack_gzip(self.file, source)
            return [self._text_table(Text(source, self.file.name))]
        if name.endswith(".zip"):
            self._expect("zip")
            return self._kept(list(self._members()))
        if name.endswith(".parquet"):
            self._expect("Parquet")
            source.symlink_to(self.file.resolve())
            return [self._parquet_table(source)]
        if name.endswith(WORKBOOKS):
            self._expect(*kinds.WORKBOOKS)
            archives.refuse_bomb(self.file)
            return self._kept(list(self._sheets()))
        self._expect()
        raise DataFault(
            _("files of this kind cannot be read"),
            file=self.file.name,
            expected=", ".join(ENDINGS),
            remedy=_(
                "save it in one of these formats, or end its name in .csv if it is a table of text."
            ),
        )

    def _expect(self, *allowed: str) -> None:
        """Raise `DataFault` when the content of the file is of another known kind."""
        kind = kinds.of(self.file) or (kinds.TEXT if allowed and kinds.is_text(self.file) else "")
        if kind and kind not in allowed:
            raise kinds.fault(self.file.name, kind, ", ".join(ENDINGS))

    def _text_table(self, given: Text, sheet: str = "") -> Table[Layout]:
        """Detect encoding, delimiter and header of a text; cut off the rows before the header."""
        if kind := kinds.of(given.path):
            raise kinds.fault(given.name, kind, ", ".join(ENDINGS), sheet)
        understood = {}
        if padded := encodings.padding(given.path):
            whole = self.folder / f"{given.path.stem}.unpadded"
            encodings.without_padding(given.path, padded, whole)
            given = dataclasses.replace(given, path=whole)
            understood = {"padding": f"{padded:,}"}
        text, codec = self._utf8(given)
        text, head, layout = self._arranged(text, sheet)
        before = head.before
        understood |= {
            "encoding": encodings.shown(codec),
            "delimiter": delimited.DELIMITERS.get(text.delimiter, text.delimiter),
        }
        if before:
            text = delimited.from_record(text, before, self.folder / f"{given.path.stem}.cut")
        outline = delimited.outline(text.path)
        digest = outline.sha256
        if text.path != given.path:
            digest = delimited.outline(given.path).sha256
        if outline.has_blank_records and self.finder.reads_all:
            # DuckDB skips blank lines, so every row after them would get a wrong number.
            regular = self.folder / f"{given.path.stem}.regular"
            text = delimited.write_marked(text, head.titles, regular)
        return Table(
            self.file.name,
            sheet,
            digest,
            text,
            layout,
            self.file.parent,
            text.row,
            understood=understood,
        )

    def _utf8(self, given: Text) -> tuple[Text, str]:
        """Return the text in UTF-8 and its original encoding."""
        declared = self.options.encoding
        codec = encodings.named(declared) if declared else encodings.detect(given.path, given.name)
        if codec not in ("utf-8", "utf-8-sig"):
            text = dataclasses.replace(given, path=self.folder / f"{given.path.stem}.utf8")
            encodings.to_utf8(given.path, codec, text.path, given.name)
            return text, codec
        if declared and (place := encodings.first_misfit(given.path, codec)) is not None:
            raise encodings.misfit(given.path, codec, given.name, place)
        return given, codec

    def _arranged(self, text: Text, sheet: str) -> tuple[Text, _Head, Layout]:
        """Return the text with its delimiter, its header and its layout."""
        faults = []
        declared = self.options.delimiter
        named = [delimited.delimiter_named(declared)] if declared else None
        for delimiter in named or delimited.likely_delimiters(text):
            candidate = dataclasses.replace(text, delimiter=delimiter)
            try:
                sample = list(itertools.islice(delimited.records(candidate), SAMPLE))
                if all(map(delimited.is_blank, sample)):
                    raise empty(text.name, sheet)
                before, layout = self.finder.locate(sample, text.name, sheet)
                return candidate, _Head(before, sample[before]), layout
            except DataFault as fault:
                faults.append(fault)
        raise faults[0]

    def _members(self) -> Iterator[tuple[str, Table[Layout] | Unneeded]]:
        """Yield the files of an archive as sheets, or the reason why one is skipped."""
        for name, path in archives.unpack_zip(self.file, self.folder):
            if self.options.sheets and name not in self.options.sheets:
                yield name, Unneeded(_("not among those asked for"))
            elif path.suffix not in TEXTS:
                yield name, Unneeded(_("files of this kind cannot be read"))
            else:
                try:
                    yield name, self._text_table(Text(path, self.file.name), name)
                except Unneeded as fault:
                    yield name, fault

    def _sheets(self) -> Iterator[tuple[str, Table[Layout] | Unneeded]]:
        """Yield the sheets of a workbook, or the reason why one is skipped."""
        for number, sheet in enumerate(sheets.read(self.file)):
            if self.options.sheets and sheet.name not in self.options.sheets:
                yield sheet.name, Unneeded(_("not among those asked for"))
            elif sheet.is_hidden and not self.options.sheets:
                yield sheet.name, Unneeded(_("hidden"))
            else:
                try:
                    yield sheet.name, self._sheet_table(sheet, self.folder / f"{number}.csv")
                except Unneeded as fault:
                    yield sheet.name, fault

    def _sheet_table(self, sheet: sheets.Sheet, path: Path) -> Table[Layout]:
        """Find the layout of one sheet and write its rows from the header on as CSV."""
        rows = sheet.rows()
        if all(map(delimited.is_blank, rows)):
            raise empty(self.file.name, sheet.name)
        before, layout = self.finder.locate(rows, self.file.name, sheet.name)
        if all(map(delimited.is_blank, rows[before + 1 :])):
            raise without_rows(self.file.name, sheet.name)
        merged = sheet.fill_merged(rows, before)
        delimited.write(rows[before:], path)
        understood = {"dates": "1904"} if sheet.is_1904 else {}
        if merged:
            understood["merged"] = str(merged)
        if self.file.suffix.lower() not in sheets.WITH_PARTS:
            understood["untold"] = self.file.suffix
        return Table(
            self.file.name,
            sheet.name,
            hashlib.sha256(path.read_bytes()).hexdigest(),
            Text(path, self.file.name, row=before + 1),
            layout,
            self.file.parent,
            before + 1,
            sheet.is_1904,
            understood,
        )

    def _parquet_table(self, source: Path) -> Table[Layout]:
        rows = parquet.first_rows(source, self.file.name, SAMPLE)
        layout = self.finder.arrange(rows, self.file.name, "")
        with self.file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return Table(self.file.name, "", digest, source, layout, self.file.parent)

    def _kept(self, found: Sequence[tuple[str, Table[Layout] | Unneeded]]) -> list[Table[Layout]]:
        """Return the tables of the file; the first one lists the skipped sheets.

        Raise `DataFault` when there is no table.
        """
        absent = set(self.options.sheets) - {name for name, _table in found}
        if absent:
            raise DataFault(
                _("there is no sheet {names}", names=", ".join(sorted(absent))),
                file=self.file.name,
                expected=_("one of {headers}", headers=", ".join(name for name, _table in found)),
                remedy=_("correct the name given to --sheet."),
            )
        tables = [table for _name, table in found if isinstance(table, Table)]
        faults = [(name, fault) for name, fault in found if isinstance(fault, Unneeded)]
        if tables:
            skipped = tuple((name, fault.problem) for name, fault in faults)
            return [dataclasses.replace(tables[0], skipped=skipped), *tables[1:]]
        if len(faults) == 1 and faults[0][1].file:
            raise faults[0][1]
        if not faults:
            raise empty(self.file.name)
        raise DataFault(
            _("no sheet has the columns that are needed"),
            file=self.file.name,
            expected=_("a sheet with {columns}", columns=vocabulary.required_names()),
            remedy=_(
                "name the columns as in the template, or have a mapping drafted: l2c map {file}."
                " Found: {sheets}",
                file=self.file.name,
                sheets="; ".join(
                    f"{name}: {fault.headers or fault.problem}" for name, fault in faults
                ),
            ),
        )


@dataclass(frozen=True)
class _Head:
    """The header of a text: the number of records before it, and its cells as written."""

    before: int
    titles: Sequence[str]


def empty(file: str, sheet: str = "") -> Unneeded:
    """Return the fault of an empty table."""
    return Unneeded(
        _("the file is empty") if not sheet else _("the sheet is empty"),
        file=file,
        sheet=sheet,
        expected=_("a header row and at least one row below it"),
        remedy=_("export it again, with its header row."),
    )


def without_rows(file: str, sheet: str) -> Unneeded:
    """Return the fault of a table with a header and no rows."""
    return Unneeded(
        _("there is no row below the header"),
        file=file,
        sheet=sheet,
        expected=_("a header row and at least one row below it"),
        remedy=_("export it again, with its rows."),
    )
