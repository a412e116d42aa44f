"""The SQL that turns one table of text into landing rows, from its layout.

Three steps keep every pass narrow: `cells` (the table, blank cells as null), `slots` (which row
holds which event, in what order), then the landing rows. The plainest spellings are read here, the
others in `read_…` tables that Python filled from the distinct texts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from runner import vocabulary
from runner.layout import Check, Layout
from runner.warehouse import identifier, text

BLANKS = "chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(32) || chr(160) || chr(12288)"

# The plainest spellings, year first with - or /. readings.py reads these texts alike.
DAY = r"[12]\d{3}(?:-\d\d?-\d\d?|/\d\d?/\d\d?)"
CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?"
NAIVE = f"{DAY}[T ]{CLOCK}"
ISO = f"^({DAY})(?:[T ]({CLOCK})(?:(Z)|([+-])(0\\d|1[0-4])(?::?([0-5]\\d))?)?)?$"
ISO_PARTS = "['day', 'clock', 'zulu', 'sign', 'hours', 'minutes']"

PREPARATION = (
    # The valid days on which the zone's offset does not change, and that offset.
    "create table day_offsets (day varchar, seconds bigint)",
    # Every other text of a time that occurs.
    """
    create table read_time (
        value varchar, read_at timestamp, read_date date, is_date_only boolean,
        has_offset boolean, fault varchar
    )
    """,
    "create table read_activity (value varchar, activity varchar)",
    # Null when the day does not exist, or has no one offset and the text gives none.
    """
    create macro plain_time(part, seconds) as make_timestamp(
        epoch_us(try_cast(concat_ws(' ', part.day, nullif(part.clock, '')) as timestamp))
        - 1000000 * case
            when part.zulu != '' then 0
            when part.sign = '' then seconds
            else case part.sign when '-' then -1 else 1 end
                * (try_cast(part.hours as bigint) * 3600
                    + coalesce(try_cast(part.minutes as bigint), 0) * 60)
        end
    )
    """,
)


@dataclass(frozen=True)
class Kind:
    """A kind of optional cell: its SQL type and the pattern of texts that SQL casts itself."""

    sql_type: str
    pattern: str


KINDS = {
    "amount": Kind("decimal(18, 4)", r"-?(\d{1,14}|\d{1,3}(,\d{3}){1,3})(\.\d{1,4})?"),
    "rate": Kind("decimal(9, 6)", r"0(\.\d{1,6})?"),
    "date": Kind("date", DAY),
    "flag": Kind("boolean", "(?i)true|false"),
}


def landing_columns() -> list[tuple[str, str]]:
    """Give name and SQL type of every landing column, in order."""
    return [
        ("import_id", "integer"),
        ("source_file", "varchar"),
        ("sheet", "varchar"),
        ("source_row", "bigint"),
        ("source_order", "bigint"),
        *((column.name, "varchar") for column in vocabulary.columns()),
        ("other_columns", "varchar"),
        ("activity", "varchar"),
        ("event_at", "timestamp"),
        ("local_date", "date"),
        ("is_date_only", "boolean"),
        ("time_zone", "varchar"),
        *(
            (column.key, "timestamp" if kind is None else kind.sql_type)
            for column in vocabulary.columns()
            if column.is_read
            for kind in [KINDS.get(column.value_type)]
        ),
        ("faults", "varchar"),
        ("fault_columns", "varchar"),
        ("raw", "varchar"),
        ("bad_cells", "varchar"),
    ]


class LandingSql:
    """The statements for one table, laid out as `layout` says.

    `reads_iso`: ISO dates are read in SQL, because no declared format reads them otherwise.
    """

    def __init__(self, layout: Layout, reads_iso: bool) -> None:
        self.layout = layout
        self.reads_iso = reads_iso

    def filled(self, column: str) -> str | None:
        """Give the text of a template column as SQL; None when nothing fills it."""
        if self.layout.events and column == "ActivityName":
            return self._by_event([text(event.activity) for event in self.layout.events])
        if self.layout.events and column == "EventTime":
            return self._by_event([event.time for event in self.layout.events])
        if column in self.layout.constants:
            return text(self.layout.constants[column])
        return self.layout.columns.get(column)

    @staticmethod
    def _by_event(choices: list[str]) -> str:
        cases = " ".join(f"when {n} then {choice}" for n, choice in enumerate(choices, start=1))
        return f"case event_number {cases} end"

    def cells(self, padded: set[str]) -> str:
        """Give the view of the table: `padded` names the columns that hold blank cells."""
        blanks = [
            f"case when trim({cell}, {BLANKS}) != '' then {cell} end as {cell}"
            if cell in padded
            else cell
            for cell in self.layout.headers
        ]
        joined, joins = [], []
        for number, join in enumerate(self.layout.joins):
            joined += [f"j{number}_{place}" for place in range(len(join.headers))]
            keys = " and ".join(
                f"trim({cell}, {BLANKS}) = j{number}.key_{place}"
                for place, cell in enumerate(join.keys)
            )
            joins.append(f"left join j{number} on {keys}")
        return (
            f"create view cells as with filled as (select rowid + 2 as source_row,"
            f" {', '.join(blanks)} from raw)"
            f" select filled.*{''.join(', ' + name for name in joined)}"
            f" from filled {' '.join(joins)}"
        )

    def padded(self) -> str:
        """Give the query that says of each column whether a cell begins with a blank."""
        return (
            "select "
            + ", ".join(
                f"coalesce(bool_or({cell} < '!' or {cell}[1] in (chr(160), chr(12288))), false)"
                for cell in self.layout.headers
            )
            + " from raw"
        )

    def times(self) -> list[str]:
        """Give the SQL of every text that is a time."""
        return [event.time for event in self.layout.events] + [
            filled
            for column in vocabulary.columns()
            if column.value_type == "time" and not (self.layout.events and not column.is_read)
            if (filled := self.filled(column.name))
        ]

    def _time_texts(self) -> str:
        union = " union all ".join(f"select {time} as value from cells" for time in self.times())
        return f"({union}) as times"

    def days(self) -> str:
        """Give the query of the distinct days of ISO times."""
        return (
            f"select distinct regexp_extract(value, {text('^' + DAY)}) as day"
            f" from {self._time_texts()} where value is not null"
        )

    def naive_time(self) -> str:
        """Give the query of one ISO time of day without offset, null when there is none."""
        return (
            f"select min(value) from {self._time_texts()}"
            f" where regexp_full_match(value, {text(NAIVE)})"
        )

    def other_times(self) -> str:
        """Give the query of the distinct texts of times that `plain_time` does not read."""
        if not self.reads_iso:
            return (
                f"select distinct value from {self._time_texts()}"
                " where value is not null order by value"
            )
        return f"""
            select distinct value
            from (select value, {_parts("value")} as part from {self._time_texts()})
            left join day_offsets on part.day = day_offsets.day
            where value is not null and plain_time(part, seconds) is null
            order by value
        """

    def activity_texts(self) -> str:
        """Give the query of the distinct names of activities."""
        if self.layout.events:
            names = ", ".join(f"({text(event.activity)})" for event in self.layout.events)
            return f"select distinct value from (values {names}) as named (value)"
        name = self.filled("ActivityName")
        return f"select distinct {name} as value from cells where {name} is not null order by 1"

    def other_texts(self, kind: str, filled: str) -> str:
        """Give the query of the distinct texts of an optional column that SQL does not cast."""
        return (
            f"select distinct {filled} as value from cells where {filled} is not null"
            f" and {self._cast(kind, filled)} is null"
        )

    def _cast(self, kind: str, value: str) -> str:
        rule = KINDS[kind]
        if kind == "date" and not self.reads_iso:
            return f"cast(null as {rule.sql_type})"
        return (
            f"case when regexp_full_match({value}, {text(rule.pattern)})"
            f" then try_cast(replace({value}, ',', '') as {rule.sql_type}) end"
        )

    def slots(self, after: int) -> str:
        """Give the table of the events each record holds; number 0: it holds none."""
        numbers = "[1]"
        if self.layout.events:
            conditions = [
                " and ".join([f"{event.time} is not null", *map(_holds, event.checks)])
                for event in self.layout.events
            ]
            found = ", ".join(
                f"case when {condition} then {number} end"
                for number, condition in enumerate(conditions, start=1)
            )
            numbers = f"list_filter([{found}], lambda number: number is not null)"
        filled = ", ".join(self.layout.headers)
        return f"""
            create table slots as
            with held as (
                select source_row, {numbers} as numbers
                from cells where coalesce({filled}) is not null
            ),
            events as (
                select source_row,
                    unnest(case len(numbers) when 0 then [0] else numbers end) as event_number
                from held
            )
            select
                source_row,
                event_number,
                {after} + row_number() over (order by source_row, event_number) as source_order
            from events
        """

    def rows(self, constants: dict[str, str], zone: str, read: set[str]) -> str:
        """Give the query of the landing rows.

        `constants` fills import_id, source_file and sheet; `zone` is the zone of times without
        offset; `read` names the template columns whose other texts are in a `read_…` table.
        """
        columns = dict.fromkeys((name for name, _type in landing_columns()), "null")
        columns |= constants
        columns |= {"source_row": "source_row", "source_order": "source_order"}
        joins = ["left join read_activity on read_activity.value = activity_text"]
        time = self._time("event", "time_text", joins)
        cells = []
        for column in vocabulary.columns():
            filled = self.filled(column.name)
            if filled is None:
                continue
            columns[column.name] = filled
            if not column.is_read:
                continue
            alias = f"read_{column.key}"
            if column.value_type == "time":
                columns[column.key] = self._time(column.key, filled, joins)["read_at"]
            else:
                columns[column.key] = self._cast(column.value_type, filled)
                if column.name in read:
                    table = f"read_{column.value_type}"
                    joins.append(f"left join {table} as {alias} on {alias}.value = {filled}")
                    columns[column.key] = f"coalesce({columns[column.key]}, {alias}.result)"
            cells.append((column.name, column.key))
        columns |= {
            "other_columns": _object(self.layout.headers, self.layout.carried),
            "activity": "read_activity.activity",
            "event_at": time["read_at"],
            "local_date": time["read_date"],
            "is_date_only": time["is_date_only"],
            "time_zone": f"case when not {time['has_offset']} then {text(zone)} end",
            "faults": self._faults(),
        }
        read_columns = ", ".join(
            f"cast({columns[name]} as {kind}) as {identifier(name)}"
            for name, kind in landing_columns()
            if name not in ("fault_columns", "raw", "bad_cells")
        )
        bad_cells = ", ".join(
            f"case when {identifier(name)} is not null and {key} is null"
            f" then {text(_key(name))} || cast(to_json({identifier(name)}) as varchar) end"
            for name, key in cells
        )
        raw = _object(self.layout.headers, list(self.layout.headers))
        time_text = self.filled("EventTime")
        activity_text = self.filled("ActivityName")
        return f"""
            with records as (
                select *, {time_text} as time_text, {activity_text} as activity_text
                from slots inner join cells using (source_row)
            ),
            read as (
                select {read_columns},
                    {self._fault_columns()} as fault_columns,
                    case when faults is not null then {raw} end as raw
                from records {" ".join(joins)}
            )
            select *, {_braced(bad_cells) if bad_cells else "cast(null as varchar)"} as bad_cells
            from read
        """

    def _time(self, name: str, filled: str, joins: list[str]) -> dict[str, str]:
        """Give the SQL of what is read from a time, adding the joins it needs."""
        day, other = f"{name}_day", f"{name}_other"
        joins += [
            f"cross join lateral (select {_parts(filled)} as part) as {name}_iso",
            f"left join day_offsets as {day} on {name}_iso.part.day = {day}.day",
            f"left join read_time as {other} on {other}.value = {filled}",
        ]
        part = f"{name}_iso.part"
        plain = (
            f"plain_time({part}, {day}.seconds)" if self.reads_iso else "cast(null as timestamp)"
        )
        return {
            "read_at": f"coalesce({plain}, {other}.read_at)",
            "read_date": f"case when {plain} is null then {other}.read_date"
            f" else try_cast({part}.day as date) end",
            "is_date_only": f"case when {plain} is null then {other}.is_date_only"
            f" else {part}.clock = '' end",
            "has_offset": f"case when {plain} is null then {other}.has_offset"
            f" else {part}.zulu != '' or {part}.sign != '' end",
        }

    def _faults(self) -> str:
        cases = [name for name in ("SalesOpportunity", "LeadNumber") if self.filled(name)]
        filled = ", ".join(str(self.filled(name)) for name in cases)
        return f"""nullif(concat_ws(' ',
            case when coalesce({filled}) is null then 'case_missing' end,
            case when event_number > 0 and activity_text is null then 'activity_missing' end,
            case when event_number > 0 and time_text is null then 'time_missing' end,
            event_other.fault,
            case when event_number = 0 then 'no_event' end
        ), '')"""

    def _fault_columns(self) -> str:
        layout = self.layout
        cases = [
            layout.header(name) for name in ("SalesOpportunity", "LeadNumber") if self.filled(name)
        ]
        time = text(layout.header("EventTime"))
        none = "null"
        if layout.events:
            time = self._by_event([text(layout.headers[event.time]) for event in layout.events])
            times = dict.fromkeys(event.time for event in layout.events)
            empty = ", ".join(
                f"case when {cell} is null then {text(layout.headers[cell])} end" for cell in times
            )
            asked = dict.fromkeys(
                layout.headers[check.cell] for event in layout.events for check in event.checks
            )
            none = f"coalesce(nullif(concat_ws(', ', {empty}), ''), {text(', '.join(asked))})"
        return f"""nullif(concat_ws(', ',
            case when contains(faults, 'case_missing') then {text(", ".join(cases))} end,
            case when contains(faults, 'activity_missing')
                then {text(layout.header("ActivityName"))} end,
            case when contains(faults, 'time_') then {time} end,
            case when contains(faults, 'no_event') then {none} end
        ), '')"""


def _holds(check: Check) -> str:
    values = ", ".join(text(value.strip()) for value in check.values)
    operator = "not in" if check.negated else "in"
    return f"coalesce(trim({check.cell}, {BLANKS}), '') {operator} ({values})"


def _parts(value: str) -> str:
    return f"regexp_extract({value}, {text(ISO)}, {ISO_PARTS})"


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False) + ":"


def _object(headers: dict[str, str], cells: list[str]) -> str:
    """Give a JSON object of the non-empty cells by header, null when all are empty."""
    if not cells:
        return "cast(null as varchar)"
    return _braced(
        ", ".join(
            f"{text(_key(headers[cell]))} || cast(to_json({cell}) as varchar)" for cell in cells
        )
    )


def _braced(members: str) -> str:
    """Put JSON members that are not null in braces, null when there is none."""
    return f"'{{' || nullif(concat_ws(',', {members}), '') || '}}'"
