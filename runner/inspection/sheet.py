"""A landed sheet under inspection, the input of the detectors.

Problems are counted in SQL: a file with a million bad cells has one diagnostic.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from runner import vocabulary
from runner.columns.options import Options
from runner.engines.warehouse import Warehouse, sql_literal
from runner.inspection.diagnostics import EXAMPLES, Diagnostic, Place
from runner.landing.store import Landed
from runner.messages import language
from runner.values import times

# Maximum number of marked places; the others are only counted.
PLACES = 10_000
NO_EXAMPLE = f"faults is distinct from '{times.EXAMPLE}'"


@dataclass(frozen=True)
class Sheet:
    """A landed sheet under inspection; `rows` is the SQL relation of its landing rows.

    `marks_cells`: every place is needed, for a marked workbook, not only examples.
    """

    entry: Landed
    warehouse: Warehouse
    rows: str
    options: Options
    zone_is_missing: bool = False
    marks_cells: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """The header of each template column, or of the dates of each activity."""
        return {became: header for header, became in self.entry.matched}

    def header(self, column: str) -> tuple[str, ...]:
        """Return the header that fills a template column, or an empty tuple."""
        return (self.headers[column],) if column in self.headers else ()

    def time_header(self) -> str:
        """Return the SQL of the header of each row's time; a deals sheet has one per activity."""
        if "EventTime" in self.headers:
            return sql_literal(self.headers["EventTime"])
        names = [activity.name for activity in vocabulary.activities()]
        found = [(name, header) for name, header in self.headers.items() if name in names]
        cases = " ".join(
            f"when {sql_literal(name)} then {sql_literal(header)}" for name, header in found
        )
        return f"case activity {cases} else 'EventTime' end" if found else "'EventTime'"

    def diagnostic(self, diagnostic: Diagnostic, places: str) -> Iterator[Diagnostic]:
        """Yield the diagnostic with its places, or nothing without places.

        `places` is a query of the columns `row` and `value`; equal places count once.
        """
        distinct = f"(select distinct row, value from ({places}) as places)"
        (count,) = self.warehouse.rows(f"select count(*) from {distinct}")[0]
        if not count:
            return
        # Places without a value differ by their rows.
        examples = self.warehouse.rows(
            f"select min(row) as row, value from {distinct}"
            " group by value, case when value is null then row end"
            f" order by row, value limit {EXAMPLES}"
        )
        cells = (
            self.warehouse.rows(
                f"select row, value from {distinct} order by row, value limit {PLACES}"
            )
            if self.marks_cells
            else []
        )
        yield dataclasses.replace(
            diagnostic,
            sheet=self.entry.sheet,
            count=count,
            examples=tuple(Place(*place) for place in examples),
            cells=tuple(Place(*place) for place in cells),
        )


def expected(column: str) -> str:
    """Return the expected content of a template column."""
    known = vocabulary.column_by_name().get(column)
    return known.expected[language()] if known else ""
