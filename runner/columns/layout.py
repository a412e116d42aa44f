"""The layout of one table: columns mapped to template columns and events, by headers or a mapping.

Cells are SQL names: `c0`, `c1` … are the table's columns, `j0_0` … those of joined files.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from runner import vocabulary
from runner.columns import wide
from runner.columns.mapping import Mapping, Parts
from runner.columns.options import Options
from runner.faults import DataFault
from runner.messages import _
from runner.sources.tables import Unneeded

# The header is searched in this number of first rows.
HEADER_ROWS = 20


@dataclass(frozen=True)
class CellCondition:
    """A condition on a cell: its text is one of `values`, or none of them if `negated`."""

    cell: str
    values: tuple[str, ...]
    negated: bool


@dataclass(frozen=True)
class CellEvent:
    """An event that a row may contain: its activity, the cell of its time and its conditions.

    `amount` is the cell of its document's amount; empty: the amount shared by the row's events.
    """

    activity: str
    time: str
    checks: tuple[CellCondition, ...]
    amount: str = ""


@dataclass(frozen=True)
class Joined:
    """A joined file: its path in the mapping, keys (cell here to header there), headers to read."""

    file: str
    keys: dict[str, str]
    headers: tuple[str, ...]


@dataclass
class Layout:
    """The meaning of each cell of a table; `is_deals`: its events were found by their headers.

    `pairs` are combined cells: the name of each, with the cells of its day and of its clock.
    `headers` has a unique name for every cell, `titles` the header as written, which may be empty.
    """

    headers: dict[str, str]
    titles: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    events: list[CellEvent] = field(default_factory=list)
    joins: list[Joined] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)
    pairs: dict[str, tuple[str, str]] = field(default_factory=dict)
    is_deals: bool = False

    def without(self, cells: set[str]) -> Layout:
        """Return the layout without these carried cells."""
        return dataclasses.replace(
            self,
            headers={cell: name for cell, name in self.headers.items() if cell not in cells},
            carried=[cell for cell in self.carried if cell not in cells],
        )

    def unnamed(self) -> set[str]:
        """Return the carried cells without a header."""
        return {cell for cell in self.carried if not self.titles.get(cell, cell).strip()}

    def narrow(self) -> Layout:
        """Return the layout with only the cells that have a meaning."""
        cells = {*self.columns.values(), *(event.time for event in self.events)}
        cells |= {check.cell for event in self.events for check in event.checks}
        cells |= {cell for join in self.joins for cell in join.keys}
        cells |= {cell for pair in self.pairs.values() for cell in pair}
        cells |= {event.amount for event in self.events if event.amount}
        return self.without(set(self.headers) - cells)

    def header(self, column: str) -> str:
        """Return the header that fills a template column, else the column's name."""
        cell = self.columns.get(column, "")
        for number, join in enumerate(self.joins):
            if cell.startswith(f"j{number}_"):
                return join.headers[int(cell.partition("_")[2])]
        return self.named(cell) or column

    def named(self, cell: str) -> str:
        """Return the header of a cell, both headers of a combined cell, or an empty text."""
        return ", ".join(self.headers.get(part, "") for part in self.pairs.get(cell, (cell,)))

    def matches(self) -> list[tuple[str, str]]:
        """Return each mapped header with its template column or activity."""
        columns = [(self.header(column), column) for column in self.columns]
        amounts = [(self.headers[event.amount], "Amount") for event in self.events if event.amount]
        events = [(self.named(event.time), event.activity) for event in self.events]
        return columns + amounts + events


@dataclass(frozen=True)
class EventFinder:
    """Finds the header of a table of events and maps its columns, according to `options`."""

    options: Options
    reads_all: bool = True

    def locate(self, rows: Sequence[Sequence[str]], file: str, sheet: str) -> tuple[int, Layout]:
        """Return how many rows precede the header, and the layout.

        The header is the first row that qualifies; without one, raise the fault of the likeliest.
        """
        faults: list[tuple[int, Unneeded]] = []
        for before, row in enumerate(rows[:HEADER_ROWS]):
            if not any(cell.strip() for cell in row):
                continue
            try:
                return before, arrange(rows[before:], file, sheet, self.options, before + 1)
            except Unneeded as fault:
                faults.append((sum(map(_is_known, row)), fault))
        raise max(faults, key=lambda found: found[0])[1]

    def arrange(self, rows: Sequence[Sequence[str]], file: str, sheet: str) -> Layout:
        """Return the layout of a table whose first row is its header."""
        return arrange(rows, file, sheet, self.options)


@dataclass(frozen=True)
class FullestRow:
    """Takes as header the first row with nearly the most filled cells; only names the cells.

    A table can thus be read with any headers.
    """

    reads_all: bool = False

    def locate(self, rows: Sequence[Sequence[str]], file: str, sheet: str) -> tuple[int, Layout]:
        """Return how many rows precede the header, and the layout."""
        filled = [sum(1 for cell in row if cell.strip()) for row in rows[:HEADER_ROWS]]
        most = max(filled, default=0)
        if most < 2:
            raise Unneeded(
                _("no row looks like a header"),
                file=file,
                sheet=sheet,
                expected=_("a row with the names of two columns or more, among the first rows"),
                remedy=_("check --sheet, --encoding and --delimiter, or export the file again."),
            )
        before = next(place for place, count in enumerate(filled) if 5 * count >= 4 * most)
        return before, _named(rows[before])

    def arrange(self, rows: Sequence[Sequence[str]], _file: str, _sheet: str, /) -> Layout:
        """Return the layout of a table whose first row is its header."""
        return _named(rows[0])


def _is_known(header: str) -> bool:
    key = vocabulary.header_key(header)
    return key in vocabulary.column_by_header() or wide.activity_of(header) is not None


def arrange(
    rows: Sequence[Sequence[str]], file: str, sheet: str, options: Options, row: int = 1
) -> Layout:
    """Return the layout from the header, which is row `row`, and the rows after it.

    Raise `Unneeded` when the columns of an event are missing, `DataFault` when columns are
    ambiguous.
    """
    layout = _named(rows[0])
    used: set[str] = set()
    if options.mapping:
        used = _follow(layout, options.mapping, file, sheet)
    _match(layout, used, file, sheet, row)
    _find_events(layout, used, rows, options.formats)
    _require(layout, file, sheet, row)
    taken = used | set(layout.columns.values())
    if layout.is_deals:
        taken |= {event.time for event in layout.events}
        taken |= {event.amount for event in layout.events}
    layout.carried = [cell for cell in layout.headers if cell not in taken]
    if options.source_system and "SourceSystem" not in layout.columns:
        layout.constants.setdefault("SourceSystem", options.source_system)
    return layout


def _named(header: Sequence[str]) -> Layout:
    """Return a layout that only names the cells."""
    titles = {f"c{number}": title for number, title in enumerate(header)}
    return Layout(headers=_distinct(titles), titles=titles)


def _distinct(titles: dict[str, str]) -> dict[str, str]:
    """Return a unique name for each cell; empty and repeated headers are renamed."""
    named: dict[str, str] = {}
    taken: set[str] = set()
    for number, (cell, title) in enumerate(titles.items(), start=1):
        name = vocabulary.visible(title).strip() or f"column {number}"
        while name in taken:
            name = f"{name} ({number})"
        taken.add(name)
        named[cell] = name
    return named


def _follow(layout: Layout, mapping: Mapping, file: str, sheet: str) -> set[str]:
    """Apply the mapping; return the cells that become template columns or times."""
    named = _NamedCells(layout, mapping, file, sheet)
    layout.columns = {column: named.cell(header) for column, header in mapping.columns.items()}
    layout.constants = dict(mapping.constants)
    layout.events = [
        CellEvent(
            event.activity,
            named.cell(event.time),
            tuple(
                CellCondition(named.cell_of(rule.header), rule.values, rule.negated)
                for rule in event.when
            ),
            named.cell_of(event.amount) if event.amount else "",
        )
        for event in mapping.events
    ]
    used = set(layout.columns.values()) | {event.time for event in layout.events}
    used |= {event.amount for event in layout.events if event.amount}
    used |= {part for pair in layout.pairs.values() for part in pair}
    for number, join in enumerate(mapping.joins):
        keys = {named.cell_of(here): there for here, there in join.on.items()}
        layout.joins.append(Joined(join.file, keys, tuple(join.columns.values())))
        for place, column in enumerate(join.columns):
            layout.columns[column] = f"j{number}_{place}"
    return used


class _NamedCells:
    """The cells of a table by the headers in a mapping."""

    def __init__(self, layout: Layout, mapping: Mapping, file: str, sheet: str) -> None:
        self.layout, self.mapping, self.file, self.sheet = layout, mapping, file, sheet
        self.cells = {header: cell for cell, header in layout.headers.items()}
        self.by_key = {vocabulary.header_key(header): cell for header, cell in self.cells.items()}

    def cell_of(self, header: str) -> str:
        """Return the cell under a header; raise `Unneeded` when there is none."""
        cell = self.cells.get(header.strip()) or self.by_key.get(vocabulary.header_key(header))
        if cell is None:
            raise Unneeded(
                _(
                    "the mapping {mapping} names a column that is not there",
                    mapping=self.mapping.path.name,
                ),
                file=self.file,
                sheet=self.sheet,
                column=header,
                expected=_one_of(header, list(self.cells)),
                remedy=_("correct the header in the mapping file or in the data."),
            )
        return cell

    def cell(self, given: str | Parts) -> str:
        """Return the cell under a header, or the combined cell of a day and a clock."""
        if isinstance(given, str):
            return self.cell_of(given)
        pair = (self.cell_of(given.date), self.cell_of(given.time))
        name = f"{pair[0]}_{pair[1]}"
        self.layout.pairs[name] = pair
        return name


def _match(layout: Layout, used: set[str], file: str, sheet: str, row: int) -> None:
    """Match unused cells to template columns by their headers."""
    given = {*layout.columns, *layout.constants}
    if layout.events:
        given |= {"ActivityName", "EventTime"}
    for cell, header in layout.headers.items():
        column = vocabulary.column_by_header().get(vocabulary.header_key(header))
        if column is None or cell in used or column.name in given:
            continue
        if column.name in layout.columns:
            first = layout.headers[layout.columns[column.name]]
            raise DataFault(
                _(
                    "{first} and {second} are both {column}",
                    first=first,
                    second=header,
                    column=column.shown,
                ),
                file=file,
                sheet=sheet,
                row=row,
                remedy=_("rename or remove one of them, or choose one with --map."),
            )
        layout.columns[column.name] = cell


def _find_events(
    layout: Layout, used: set[str], rows: Sequence[Sequence[str]], formats: Sequence[str]
) -> None:
    """Read a table without ActivityName or EventTime as deals, if headers name activities.

    A row per deal has its stage at the time of the extract, not of each event, so SalesStage is
    carried; so is an ActivityName or EventTime without the other.
    """
    long = {"ActivityName", "EventTime"}
    if (
        layout.events
        or long <= {*layout.columns, *layout.constants}
        or long & set(layout.constants)
    ):
        return
    named = [
        (CellEvent(activity, cell, ()), wide.holds_dates(_column(rows, place), formats))
        for place, cell in enumerate(layout.headers)
        if cell not in used and cell not in layout.columns.values()
        if (activity := wide.activity_of(rows[0][place]))
    ]
    events = [event for event, has_dates in named if has_dates is not False]
    # Empty columns make a deals sheet only when no column contradicts it.
    if events and (len(events) == len(named) or any(has_dates for _event, has_dates in named)):
        free = [cell for cell in layout.headers if cell not in {*used, *layout.columns.values()}]
        layout.events, layout.is_deals = _with_amounts(events, free, layout, rows[0]), True
        for column in (*long, "SalesStage"):
            if layout.columns.get(column) not in used:
                layout.columns.pop(column, None)


def _with_amounts(
    events: Sequence[CellEvent], free: Sequence[str], layout: Layout, header: Sequence[str]
) -> list[CellEvent]:
    """Return the events with the cells of their amounts (請求金額), paired in order."""
    cells: dict[str, list[str]] = {}
    for cell in free:
        activity = wide.amount_of(header[list(layout.headers).index(cell)])
        if activity:
            cells.setdefault(activity, []).append(cell)
    return [
        dataclasses.replace(event, amount=cells[event.activity].pop(0))
        if cells.get(event.activity)
        else event
        for event in events
    ]


def _column(rows: Sequence[Sequence[str]], place: int) -> Iterator[str]:
    return (row[place] for row in rows[1:] if place < len(row))


def _require(layout: Layout, file: str, sheet: str, row: int) -> None:
    """Raise `DataFault` unless case, activity and time have a column."""
    found = {*layout.columns, *layout.constants}
    if layout.events:
        found |= {"ActivityName", "EventTime"}
    if "LeadNumber" in found:
        found.add("SalesOpportunity")
    missing = [
        column
        for column in vocabulary.columns()
        if column.need == "required" and column.name not in found
    ]
    if missing:
        fault = Unneeded(
            _("no column is {columns}", columns=", ".join(column.shown for column in missing)),
            file=file,
            sheet=sheet,
            row=row,
            expected="; ".join(
                f"{column.shown}: {_nearest_header(column, layout)}" for column in missing
            ),
            remedy=_(
                "name the columns as in the template, or have a mapping drafted: l2c map {file}."
                " Headers found: {headers}",
                file=file,
                headers=", ".join(layout.headers.values()),
            ),
        )
        fault.headers = ", ".join(layout.headers.values())
        raise fault


def _nearest_header(column: vocabulary.Column, layout: Layout) -> str:
    """Return the accepted names of the column and the most similar header."""
    names = " / ".join(column.names)
    for name in column.names:
        similar = vocabulary.nearest(name, layout.headers.values())
        if similar:
            return _("{names} (nearest header: {header})", names=names, header=similar)
    return names


def _one_of(header: str, headers: list[str]) -> str:
    similar = vocabulary.nearest(header, headers)
    found = _("one of {headers}", headers=", ".join(headers))
    return f"{found} (" + _("nearest: {name}", name=similar) + ")" if similar else found
