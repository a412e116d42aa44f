"""The landing rows of one table: text and typed value of each template column, and faults."""

from __future__ import annotations

from runner import vocabulary
from runner.engines.warehouse import quote_identifier, sql_literal, sql_literals
from runner.landing import event_sql, record_sql, time_sql, value_sql
from runner.landing.cells import Cells
from runner.landing.contract import landing_columns
from runner.landing.sql_parts import braced, key
from runner.values.times import FAILED, MISSING

# Columns that identify the case of a row; the first filled one counts.
CASES = ("SalesOpportunity", "LeadNumber")
# Columns computed from the others, after the casts.
MADE = ("fault_columns", "raw", "bad_cells")


def landing_rows(cells: Cells, constants: dict[str, str], zone: str, read: set[str]) -> str:
    """Return the query of the landing rows.

    `constants` fills import_id, source_file and sheet; `zone` is the zone of times without
    offset; `read` names the template columns whose other texts are in a `read_…` table.
    """
    return _LandingRows(cells, read).query(constants, zone)


class _LandingRows:
    """The parts of the query: the SQL of each column, and the joins it needs."""

    def __init__(self, cells: Cells, read: set[str]) -> None:
        self.cells = cells
        self.read = read
        self.joins = ["left join read_activity on read_activity.value = activity_text"]
        self.time = time_sql.read_columns(cells, "event", "time_text", self.joins)
        self.currency = value_sql.currency_of_row(cells, self.joins)
        # Template columns with a cell: SQL of the texts by name, of the typed values by key.
        self.texts: dict[str, str] = {}
        self.values: dict[str, str] = {}
        for column in vocabulary.columns():
            self._add(column)
        if self.currency:
            self.texts["Currency"] = self.currency
        self.wrong = self._spreadsheet_errors()

    def _add(self, column: vocabulary.Column) -> None:
        filled, value = self.cells.filled(column.name), self.cells.value(column.name)
        if filled is None or value is None:
            return
        self.texts[column.name] = value
        if not column.is_read:
            return
        if column.value_type == "time":
            read = time_sql.read_columns(self.cells, column.key, value, self.joins)
            self.values[column.key] = read["read_at"]
            return
        self.values[column.key] = value_sql.read_value(
            self.cells, column, filled, self.currency, self.read
        )
        if column.name in self.read:
            alias = f"read_{column.key}"
            self.joins.append(f"left join {alias} on {alias}.value = {filled}")

    def query(self, constants: dict[str, str], zone: str) -> str:
        """Return the whole query."""
        cells = self.cells
        columns = dict.fromkeys((name for name, _type in landing_columns()), "null")
        columns |= constants
        columns |= {"source_row": "source_row", "source_order": "source_order"}
        columns |= self.texts | self.values
        columns |= {
            "other_columns": cells.others(),
            "activity": "read_activity.activity",
            "event_at": self.time["read_at"],
            "local_date": self.time["read_date"],
            "is_date_only": self.time["is_date_only"],
            "time_zone": f"case when not {self.time['has_offset']} then {sql_literal(zone)} end",
            "faults": _faults(cells),
        }
        read_columns = ", ".join(
            f"cast({columns[name]} as {kind}) as {quote_identifier(name)}"
            for name, kind in landing_columns()
            if name not in MADE
        )
        helpers = {f"error {name}": sql for name, sql in self.wrong.items()}
        if cells.layout.events:
            helpers |= {name: name for name in ("event_number", "first_number", "first_shared")}
        extra = "".join(f", {sql} as {quote_identifier(name)}" for name, sql in helpers.items())
        without = f"exclude ({', '.join(map(quote_identifier, helpers))})" if helpers else ""
        raw = cells.record()
        if cells.has_marks:
            raw = f"coalesce(kept, {raw})"
        return f"""
            with records as (
                select *, {cells.filled("EventTime")} as time_text,
                    {cells.filled("ActivityName")} as activity_text
                from ({record_sql.joined(cells, "numbered")})
            ),
            read as (
                select {read_columns},
                    {_fault_columns(cells)} as fault_columns,
                    case when faults is not null then {raw} end as raw{extra}
                from records {" ".join(self.joins)}
            )
            select * {without}, {self._bad_cells()} as bad_cells from read
        """

    def _spreadsheet_errors(self) -> dict[str, str]:
        """Return the SQL of each spreadsheet error in an optional text, by column."""
        return {
            name: f"case when {filled} in ({sql_literals(errors)}) then {filled} end"
            for name in self.texts
            if name not in ("SalesOpportunity", "ActivityName")
            if (errors := self.cells.found.errors.get(name))
            if (filled := self.cells.filled(name))
        }

    def _bad_cells(self) -> str:
        """Return the SQL of the JSON of unreadable optional texts, by template column."""
        columns = vocabulary.column_by_name()
        sources = [
            (name, quote_identifier(name), f" and {columns[name].key} is null")
            for name in self.texts
            if columns[name].key in self.values
        ]
        sources += [(name, quote_identifier(f"error {name}"), "") for name in self.wrong]
        return braced(
            ", ".join(
                f"case when {source} is not null{is_unread}"
                f"{event_sql.counts_once(self.cells, name)}"
                f" then {sql_literal(key(name))} || cast(to_json({source}) as varchar) end"
                for name, source, is_unread in sources
            )
        )


def _cases(cells: Cells) -> list[str]:
    """Return the case columns that the table fills."""
    return [name for name in CASES if cells.filled(name)]


def _case_failed(cells: Cells) -> str:
    """Return the condition that a lookup of the case failed: an error, or nothing found."""
    found = cells.found
    none = f"coalesce({', '.join(str(cells.value(name)) for name in _cases(cells))}) is null"
    failed = [
        f"{none} and coalesce({cells.filled(name)} in ({sql_literals(texts)}), false)"
        for name in _cases(cells)
        if (texts := [*found.not_found.get(name, ()), *found.errors.get(name, ())])
    ]
    if errors := found.errors.get("SalesOpportunity"):
        number = cells.filled("SalesOpportunity")
        failed.append(f"coalesce({number} in ({sql_literals(errors)}), false)")
    return " or ".join(failed) or "false"


def _faults(cells: Cells) -> str:
    """Return the SQL of the codes of all faults of a row, null without faults."""
    filled = ", ".join(str(cells.value(name)) for name in _cases(cells))
    failed, activity = _case_failed(cells), "false"
    missing = "activity_text is null"
    if cells.found.has_activity_faults:
        missing = f"({missing} or read_activity.fault = 'activity_missing')"
        activity = f"read_activity.fault = '{FAILED}'"
    marked = "row_fault" if cells.has_marks else "null"
    return f"""coalesce({marked}, nullif(concat_ws(' ',
        case when coalesce({filled}) is null and not ({failed}) then 'case_missing' end,
        case when event_number > 0 and {missing} then 'activity_missing' end,
        case when event_number > 0 and time_text is null then '{MISSING}' end,
        event_day.fault,
        nullif(event_other.fault, '{FAILED}'),
        case when event_number = 0 then 'no_event' end,
        case when {failed} or {activity} or event_other.fault = '{FAILED}' then '{FAILED}' end
    ), ''))"""


def _fault_columns(cells: Cells) -> str:
    """Return the SQL of the headers of the columns with the faults of a row."""
    layout = cells.layout
    cases = [layout.header(name) for name in _cases(cells)]
    time, activity = (
        sql_literal(layout.header("EventTime")),
        sql_literal(layout.header("ActivityName")),
    )
    none = "null"
    if layout.events:
        time = cells.by_event([sql_literal(layout.named(event.time)) for event in layout.events])
        none = _columns_without_event(cells)
    failed = ""
    if cells.found.has_activity_faults:
        failed = f", case when read_activity.fault = '{FAILED}' then {activity} end"
    return f"""nullif(concat_ws(', ',
        case when contains(faults, 'case_missing') then {sql_literal(", ".join(cases))} end,
        case when contains(faults, 'activity_missing') then {activity} end,
        case when contains(faults, 'time_') then {time} end,
        case when contains(faults, 'no_event') then {none} end,
        case when {_case_failed(cells)} then {sql_literal(", ".join(cases[:1]))} end{failed},
        case when event_other.fault = '{FAILED}' then {time} end
    ), '')"""


def _columns_without_event(cells: Cells) -> str:
    """Return the SQL of the headers of the empty times, else of the failed conditions."""
    layout = cells.layout
    times = dict.fromkeys(event.time for event in layout.events)
    empty = ", ".join(
        f"case when {cells.event_time(cell)} is null then {sql_literal(layout.named(cell))} end"
        for cell in times
    )
    conditions = dict.fromkeys(
        layout.headers[check.cell] for event in layout.events for check in event.checks
    )
    return f"coalesce(nullif(concat_ws(', ', {empty}), ''), {sql_literal(', '.join(conditions))})"
