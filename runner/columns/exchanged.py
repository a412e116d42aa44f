"""Detection of exchanged case and activity columns."""

from __future__ import annotations

from dataclasses import dataclass

from runner import vocabulary
from runner.columns.layout import Layout
from runner.engines.warehouse import Warehouse, sql_literals
from runner.faults import DataFault
from runner.messages import _
from runner.sources.tables import Table

# Number of distinct texts of a case column that are examined, the first ones.
SAMPLE = 1_000


@dataclass(frozen=True)
class Texts:
    """The number of distinct texts of a column, and of catalogued activities among them."""

    distinct: int
    known: int

    @property
    def are_mostly_known(self) -> bool:
        """Return whether at least half of them are activities."""
        return self.known > 0 and 2 * self.known >= self.distinct


def are_exchanged(cases: Texts, activities: Texts) -> bool:
    """Return whether the case column contains the activities.

    That is so if most of its texts are activities and most texts of the activity column are not. In
    a log with few known names, the evidence is two known activities among the cases, none among the
    activities, and fewer cases than activities.
    """
    if cases.are_mostly_known:
        return not activities.are_mostly_known
    return cases.known >= 2 and not activities.known and cases.distinct < activities.distinct


def refuse(warehouse: Warehouse, table: Table[Layout]) -> None:
    """Raise `DataFault` when a table's case and activity columns look exchanged.

    `read_activity` has every distinct activity text. The check applies with a mapping too.
    """
    layout = table.layout
    if layout.events or "ActivityName" not in layout.columns:
        return
    catalogued = sql_literals(activity.name for activity in vocabulary.activities())
    activities = Texts(
        *warehouse.rows(
            f"select count(*), count(*) filter (activity in ({catalogued})) from read_activity"
        )[0]
    )
    known = vocabulary.activity_by_name()
    for column in ("SalesOpportunity", "LeadNumber"):
        if column in layout.columns:
            values = _first_values(warehouse, layout.columns[column])
            found = [value for value in values if vocabulary.activity_key(value) in known]
            if are_exchanged(Texts(len(values), len(found)), activities):
                raise _fault(table, column, found[0])


def _first_values(warehouse: Warehouse, cell: str) -> list[str]:
    """Return the first distinct texts of a column."""
    rows = warehouse.rows(
        f"select {cell} as value from cells where {cell} is not null"
        f" group by {cell} order by min(record) limit {SAMPLE}"
    )
    return [value for (value,) in rows]


def _fault(table: Table[Layout], column: str, value: str) -> DataFault:
    case, activity = table.layout.header(column), table.layout.header("ActivityName")
    return DataFault(
        _(
            "the columns look exchanged: {case} holds activities, {activity} does not",
            case=case,
            activity=activity,
        ),
        file=table.source_file,
        sheet=table.sheet,
        column=_(", ").join((case, activity)),
        value=value,
        expected=_(
            "numbers of cases under {case}, activities under {activity}",
            case=case,
            activity=activity,
        ),
        remedy=_("Exchange the two headers, or the two columns in the mapping file."),
    )
