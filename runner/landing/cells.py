"""The cells of one table: findings about them, and the SQL of each template column."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from runner import vocabulary
from runner.columns.layout import Layout
from runner.engines.warehouse import sql_literal
from runner.landing.sql_parts import braced, json_object, without


@dataclass(frozen=True)
class Reading:
    """How to read cells: decimal separator, units by template column, times only as days."""

    decimal: str
    units: dict[str, Decimal]
    dates_only: bool


@dataclass
class Found:
    """Texts with a special meaning that Python found in the cells, by template column.

    `empty` mean no value; `not_found` are those of them that an id may not have; `errors` are
    spreadsheet errors in columns of text. `no_times` mean no time; `currencies` are the amount
    columns whose cells name a currency. `counts`: occurrences of texts that mean no value, by
    template column, or by activity for date columns.
    """

    empty: dict[str, list[str]] = field(default_factory=dict)
    not_found: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    no_times: list[str] = field(default_factory=list)
    currencies: list[str] = field(default_factory=list)
    has_currency_names: bool = False
    has_activity_faults: bool = False
    counts: dict[str, dict[str, int]] = field(default_factory=dict)


class Cells:
    """The cells of one table, with their layout and the options for reading them.

    `header_row` is the row of the header in the source; `is_narrow`: columns without a meaning are
    in `others` and all columns in `whole`, as JSON members. The first pass over the records sets
    the rest: `padded` columns with blank cells, `empty` ones without header and content, whether
    records are marked, or need marks.
    """

    def __init__(
        self, layout: Layout, reading: Reading, header_row: int, *, is_narrow: bool = False
    ) -> None:
        self.layout = layout
        self.reading = reading
        self.header_row = header_row
        self.is_narrow = is_narrow
        self.found = Found()
        self.padded: set[str] = set()
        self.empty: set[str] = set()
        self.is_marked = self.has_marks = False

    def filled(self, column: str) -> str | None:
        """Return the text of a template column as SQL; None when no cell fills it."""
        if self.layout.events and column == "ActivityName":
            return self.by_event([sql_literal(event.activity) for event in self.layout.events])
        if self.layout.events and column == "EventTime":
            return self.by_event([event.time for event in self.layout.events])
        shared = self.layout.columns.get(column, "null")
        if column == "Amount" and any(event.amount for event in self.layout.events):
            return self.by_event([event.amount or shared for event in self.layout.events])
        if column in self.layout.constants:
            return sql_literal(self.layout.constants[column])
        return self.layout.columns.get(column)

    def value(self, column: str) -> str | None:
        """Return the text of a template column as SQL, null where it means no value."""
        filled = self.filled(column)
        return without(
            filled, [*self.found.empty.get(column, ()), *self.found.errors.get(column, ())]
        )

    def texts(self, column: str) -> list[str]:
        """Return the SQL of every text of a template column, for all events."""
        amounts = [event.amount for event in self.layout.events if event.amount]
        if column == "Amount" and amounts:
            shared = [self.layout.columns[column]] if column in self.layout.columns else []
            return list(dict.fromkeys([*amounts, *shared]))
        filled = self.filled(column)
        return [filled] if filled else []

    def times(self) -> list[str]:
        """Return the SQL of every text that is a time."""
        return [event.time for event in self.layout.events] + [
            filled
            for column in vocabulary.columns()
            if column.value_type == "time" and not (self.layout.events and not column.is_read)
            if (filled := self.filled(column.name))
        ]

    def event_time(self, time: str) -> str:
        """Return the SQL of the time of an event, null where its text means no time."""
        return str(without(time, self.found.no_times))

    @staticmethod
    def by_event(choices: list[str]) -> str:
        """Return the SQL that selects the choice of the row's event."""
        cases = " ".join(f"when {n} then {choice}" for n, choice in enumerate(choices, start=1))
        return f"case event_number {cases} end"

    def nameless(self) -> list[str]:
        """Return the carried cells without a header."""
        return sorted(self.layout.unnamed() & set(self.layout.headers))

    def of_events(self) -> list[str]:
        """Return the table's own cells that fill the activity and time of an event."""
        if self.layout.events:
            cells = [event.time for event in self.layout.events]
        else:
            cells = [self.layout.columns.get(name, "") for name in ("EventTime", "ActivityName")]
        parts = [part for cell in cells for part in self.layout.pairs.get(cell, (cell,))]
        return [cell for cell in dict.fromkeys(parts) if cell in self.layout.headers]

    def any_filled(self) -> str:
        """Return the SQL of the first filled cell of a record, null when the record is blank."""
        marks = ["row_fault"] if self.has_marks else []
        cells = [*marks, *self.layout.headers, *(["whole"] if self.is_narrow else [])]
        return f"coalesce({', '.join(cells)})"

    def others(self) -> str:
        """Return the JSON of the carried cells."""
        if self.is_narrow:
            return braced("others")
        return json_object(self.layout.headers, self.layout.carried)

    def record(self, more: str = "") -> str:
        """Return the JSON of a whole record; `more` is the SQL of members that may follow."""
        if self.is_narrow:
            return braced(f"whole, {more or 'null'}")
        return json_object(self.layout.headers, list(self.layout.headers), more)
