"""The SQL that turns one table of text into landing rows, from its layout.

Every pass streams over the table: `cells` (blank cells as null, joined cells beside them), then
the landing rows in one. What SQL does not read itself stands in `read_…` tables, which Python
filled from the distinct texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from runner import vocabulary
from runner.columns.layout import Check, Layout
from runner.engines.warehouse import identifier, text
from runner.sources import delimited
from runner.values import no_values
from runner.values.times import FAILED, MISSING

BLANKS = "chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(32) || chr(160) || chr(12288)"
# Signs around a header that do not make it another one.
SIGNS = "\t\n\v\f\r \xa0\u3000\u200b\ufeff"

# A day and the plainest clocks after it; times.py reads these texts alike. At no character are two
# ways open and there are few groups, so RE2 reads a text in one pass, at a third of the cost.
CLOCK = r"(?:[01]\d?|2[0-3]?|[3-9]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?"
OFFSET = r"Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?"
TIME = rf"^([^ :T]+)(?:[T ]({CLOCK})({OFFSET})?)?$"
TIME_PARTS = "['day', 'clock', 'utc_offset']"

PREPARATION = (
    # Every text of a day: the day, the zone's offset when it does not change on it, or the fault.
    "create table read_day (day varchar, iso date, seconds bigint, fault varchar)",
    # Every other text of a time.
    """
    create table read_time (
        value varchar, read_at timestamp, read_date date, is_date_only boolean,
        has_offset boolean, fault varchar
    )
    """,
    "create table read_activity (value varchar, activity varchar, fault varchar)",
    "create table read_currency (value varchar, code varchar)",
    # Null when the text gives no offset and the day has no one.
    """
    create macro plain_time(part, iso, seconds) as make_timestamp(
        epoch_us(try_cast(concat_ws(' ', iso, nullif(part.clock, '')) as timestamp))
        - 1000000 * case part.utc_offset
            when '' then seconds
            when 'Z' then 0
            else case part.utc_offset[1] when '-' then -1 else 1 end
                * (cast(part.utc_offset[2:3] as bigint) * 3600
                    + coalesce(cast(nullif(ltrim(part.utc_offset[4:], ':'), '') as bigint), 0) * 60)
        end
    )
    """,
    # A clock in a column of its own: 10:30, a part of a day (0.4375), 103000, after Excel's day 0.
    """
    create macro part_of_day(share) as strftime(
        timestamp '2000-01-01'
            + to_milliseconds(least(86399999, cast(round(86400000 * share) as bigint))),
        '%H:%M:%S.%g'
    )
    """,
    r"""
    create macro clock(cell) as case
        when regexp_full_match(cell, '0|0?[.,]\d+|\d(\.\d+)?[eE]-\d+')
            then replace(part_of_day(cast(replace(cell, ',', '.') as double)), '.000', '')
        when regexp_full_match(cell, '\d{5,6}')
            then regexp_replace(lpad(cell, 6, '0'), '(..)(..)(..)', '\1:\2:\3')
        when regexp_full_match(cell, '\d{3,4}')
            then regexp_replace(lpad(cell, 4, '0'), '(..)(..)', '\1:\2')
        else regexp_replace(cell, '^(1899.12.3[01]|1900.0?1.0?[01])[T ]+', '')
    end
    """,
    # A day in a column of its own: perhaps with a midnight, or as Excel counts days.
    r"""
    create macro day_alone(cell) as case
        when regexp_full_match(cell, '\d{5}')
            then strftime(date '1899-12-30' + cast(cell as integer), '%Y-%m-%d')
        else regexp_replace(cell, '[T ]+0?0:00(:00(\.0+)?)?$', '')
    end
    """,
    """
    create macro day_and_clock(day, time) as
        case when day is not null then concat_ws(' ', day_alone(trim(day)), clock(time)) end
    """,
)


# Kinds of optional cells: their SQL types.
KINDS = {
    "amount": "decimal(18, 4)",
    "rate": "decimal(9, 6)",
    "date": "date",
    "flag": "boolean",
}
# Texts of a kind that SQL casts itself, by the sign of decimals.
_GROUPS = r"-?(\d{{1,14}}|\d{{1,3}}({group}\d{{3}}){{1,3}})({point}\d{{1,4}})?"
PATTERNS = {
    "amount": {
        ".": _GROUPS.format(group=",", point=r"\."),
        ",": _GROUPS.format(group=r"\.", point=","),
    },
    "rate": {".": r"0(\.\d{1,6})?", ",": r"0(,\d{1,6})?"},
    "flag": {".": "(?i)true|false", ",": "(?i)true|false"},
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
            (column.key, kind or "timestamp")
            for column in vocabulary.columns()
            if column.is_read
            for kind in [KINDS.get(column.value_type)]
        ),
        ("faults", "varchar"),
        ("fault_columns", "varchar"),
        ("raw", "varchar"),
        ("bad_cells", "varchar"),
    ]


@dataclass(frozen=True)
class Reading:
    """How cells are to be read: sign of decimals, units by template column, times only as days."""

    decimal: str
    units: dict[str, Decimal]
    dates_only: bool


@dataclass
class Found:
    """Texts that Python found among the cells, by template column, and what they mean.

    `empty` are no value, `not_found` those of them that an id may not be, `errors` errors of a
    spreadsheet in columns of text. `no_times` are the times that are none, `currencies` the amounts
    that name their currency.
    """

    empty: dict[str, list[str]] = field(default_factory=dict)
    not_found: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    no_times: list[str] = field(default_factory=list)
    currencies: list[str] = field(default_factory=list)
    has_currency_names: bool = False
    has_activity_faults: bool = False
    # How often a word stood for nothing, by column, or by activity whose dates the column holds.
    told: dict[str, dict[str, int]] = field(default_factory=dict)


class LandingSql:
    """The statements for one table, laid out as `layout` says and read as `reading` says.

    `header_row` is the row of the header in the source; `is_narrow` says that the columns without
    meaning stand in `others` and all of them in `whole`, as members of JSON.
    """

    def __init__(
        self, layout: Layout, reading: Reading, header_row: int, *, is_narrow: bool = False
    ) -> None:
        self.layout = layout
        self.reading = reading
        self.header_row = header_row
        self.is_narrow = is_narrow
        self.found = Found()
        # What `take` finds out: columns with blank cells, those without header and content,
        # whether records are marked, or are to be.
        self.padded: set[str] = set()
        self.empty: set[str] = set()
        self.is_marked = self.has_marks = False

    def filled(self, column: str) -> str | None:
        """Give the text of a template column as SQL; None when nothing fills it."""
        if self.layout.events and column == "ActivityName":
            return self._by_event([text(event.activity) for event in self.layout.events])
        if self.layout.events and column == "EventTime":
            return self._by_event([event.time for event in self.layout.events])
        shared = self.layout.columns.get(column, "null")
        if column == "Amount" and any(event.amount for event in self.layout.events):
            return self._by_event([event.amount or shared for event in self.layout.events])
        if column in self.layout.constants:
            return text(self.layout.constants[column])
        return self.layout.columns.get(column)

    def value(self, column: str) -> str | None:
        """Give the text of a template column as SQL, null where it stands for no value."""
        filled = self.filled(column)
        return _without(
            filled, [*self.found.empty.get(column, ()), *self.found.errors.get(column, ())]
        )

    @staticmethod
    def _by_event(choices: list[str]) -> str:
        cases = " ".join(f"when {n} then {choice}" for n, choice in enumerate(choices, start=1))
        return f"case event_number {cases} end"

    def seen(self) -> str:
        """Give the query of one pass over the records: what `take` has to know of them."""
        found = [
            f"bool_or({cell} < '!') or bool_or(starts_with({cell}, chr(160)))"
            f" or bool_or(starts_with({cell}, chr(12288)))"
            for cell in self.layout.headers
        ]
        found += [f"bool_or(trim({cell}, {BLANKS}) != '')" for cell in self._nameless()]
        place = next((cell for cell in self._told_by() if self.layout.titles.get(cell)), None)
        found.append(f"bool_or({place} = {text(self.layout.titles[place])})" if place else "false")
        empty = " and ".join(f"({cell} is null or {cell} < '!')" for cell in self._told_by())
        footer = _is_footer(list(self.layout.headers))
        found.append(f"bool_or(case when {empty} then {footer} end)" if empty else "false")
        return f"select {', '.join(f'coalesce({one}, false)' for one in found)} from raw"

    def take(self, seen: tuple[bool, ...], is_marked: bool) -> None:
        """Take what the pass has seen; columns without header and content are nothing."""
        flags, nameless = iter(seen), self._nameless()
        self.padded = {cell for cell in self.layout.headers if next(flags)}
        self.empty = {cell for cell in nameless if not next(flags)}
        self.layout = self.layout.without(self.empty)
        self.is_marked = is_marked
        self.has_marks = any([*flags, is_marked])

    def _nameless(self) -> list[str]:
        return sorted(self.layout.unnamed() & set(self.layout.headers))

    def _all(self) -> list[str]:
        """Name the columns of `filled` of which a record that is not blank fills one."""
        marks = ["row_fault"] if self.has_marks else []
        return [*marks, *self.layout.headers, *(["whole"] if self.is_narrow else [])]

    def _others(self) -> str:
        """Give the JSON of the cells that are carried."""
        if self.is_narrow:
            return _braced("others")
        return _object(self.layout.headers, self.layout.carried)

    def _record(self, more: str = "") -> str:
        """Give the JSON of a whole record; `more` is the SQL of members that may follow."""
        if self.is_narrow:
            return _braced(f"whole, {more or 'null'}")
        return _object(self.layout.headers, list(self.layout.headers), more)

    def _told_by(self) -> list[str]:
        """Name the table's own cells that say what happened and when."""
        if self.layout.events:
            cells = [event.time for event in self.layout.events]
        else:
            cells = [self.layout.columns.get(name, "") for name in ("EventTime", "ActivityName")]
        parts = [part for cell in cells for part in self.layout.pairs.get(cell, (cell,))]
        return [cell for cell in dict.fromkeys(parts) if cell in self.layout.headers]

    def filled_cells(self) -> str:
        """Give the view of the records, blank cells as null.

        Of a record refused as a whole, `row_fault` being why, only `kept` has the cells.
        """
        blanks = [
            f"case when trim({cell}, {BLANKS}) != '' then {cell} end as {cell}"
            if cell in self.padded
            else cell
            for cell in self.layout.headers
        ]
        # A day and its clock from two columns are one text.
        pairs = [
            (
                f"day_and_clock({day}, {_without(f'trim({clock})', no_values.variants())})",
                name,
            )
            for name, (day, clock) in self.layout.pairs.items()
        ]
        row = f"record + {self.header_row + 1} as source_row"
        if self.is_narrow:
            blanks += ["nullif(others, '') as others", "nullif(whole, '') as whole"]
        if not self.has_marks:
            blanks += [f"{pair} as {name}" for pair, name in pairs]
            return f"create view filled as select record, {row}, {', '.join(blanks)} from raw"
        given = "nullif(row_fault, '')" if self.is_marked else "cast(null as varchar)"
        beyond = "nullif(beyond, '')" if self.is_marked else "null"
        titles = {cell: title.strip(SIGNS) for cell, title in self.layout.titles.items()}
        repeated = " and ".join(
            f"coalesce(trim({cell}, {text(SIGNS)}), '') = {text(titles[cell])}"
            for cell in self.layout.headers
            if titles.get(cell)
        )
        empty = " and ".join(f"{cell} is null" for cell in self._told_by()) or "false"
        kept = self._record("beyond")
        cells = [
            f"case when row_fault is null then {cell} end as {name}"
            for cell, name in [*((cell, cell) for cell in self.layout.headers), *pairs]
        ]
        if self.is_narrow:
            cells += ["case when row_fault is null then others end as others", "whole"]
        return f"""
            create view filled as
            with texts as (
                select record, {given} as given, {beyond} as beyond, {", ".join(blanks)} from raw
            ),
            judged as (
                select *, case
                    when {repeated or "false"} then '{delimited.HEADER}'
                    when {empty} and {_is_footer(list(self.layout.headers))}
                        then '{delimited.FOOTER_LINE}'
                    else given
                end as row_fault
                from texts
            )
            select record, {row}, row_fault,
                case when row_fault is not null then {kept} end as kept, {", ".join(cells)}
            from judged
        """

    def words(self, cell: str, *, is_padded: bool) -> str:
        """Give the query of the texts of a cell that may be no value, and how often each occurs.

        Statistics and filters of the staged file answer it, mostly without reading the cells.
        """
        source = "raw" if cell in self.layout.headers else cell.partition("_")[0]
        seen = f"trim({cell}, {BLANKS})" if is_padded else cell
        return _counted(cell, source, f"{seen} in ({_list(no_values.variants())})")

    def cells(self) -> str:
        """Give the view of the records with the cells of joined files beside them."""
        return f"create view cells as {self._joined('filled')}"

    def _joined(self, rows: str) -> str:
        joined, joins = [], []
        for number, join in enumerate(self.layout.joins):
            joined += [f"j{number}_{place}" for place in range(len(join.headers))]
            keys = " and ".join(
                f"trim({cell}, {BLANKS}) = j{number}.key_{place}"
                for place, cell in enumerate(join.keys)
            )
            joins.append(f"left join j{number} on {keys}")
        cells = ", ".join([f"{rows}.*", *joined])
        return f"select {cells} from {rows} {' '.join(joins)}"

    def counts(self) -> str:
        """Give the query of the number of records, and of those that are not blank."""
        return f"select count(*), count(coalesce({', '.join(self._all())})) from filled"

    def times(self) -> list[str]:
        """Give the SQL of every text that is a time."""
        return [event.time for event in self.layout.events] + [
            filled
            for column in vocabulary.columns()
            if column.value_type == "time" and not (self.layout.events and not column.is_read)
            if (filled := self.filled(column.name))
        ]

    def time_texts(self) -> str:
        """Give the table of the distinct texts of times, each with its parts."""
        union = " union all ".join(f"select {time} as value from cells" for time in self.times())
        return f"""
            create table time_text as
            select value, {_parts("value")} as part
            from (select distinct value from ({union}) as times where value is not null) as texts
        """

    @staticmethod
    def days() -> str:
        """Give the query of the distinct first words of times: every day that a clock follows."""
        return "select distinct split_part(replace(value, 'T', ' '), ' ', 1) as day from time_text"

    @staticmethod
    def naive_time() -> str:
        """Give the query of one time of day without offset, null when there is none."""
        return """
            select min(value)
            from time_text inner join read_day on part.day = read_day.day
            where part.clock != '' and part.utc_offset = '' and fault is null
        """

    def other_times(self) -> str:
        """Give the query of the distinct texts of times that `plain_time` does not read."""
        return f"""
            select value
            from time_text left join read_day on part.day = read_day.day
            where fault is null and {self._plain("part", "read_day")} is null
            order by value
        """

    def _plain(self, part: str, day: str) -> str:
        if self.reading.dates_only:
            return (
                f"make_timestamp(epoch_us(cast({day}.iso as timestamp)) - 1000000 * {day}.seconds)"
            )
        return f"plain_time({part}, {day}.iso, {day}.seconds)"

    def activity_texts(self) -> str:
        """Give the query of the distinct names of activities."""
        if self.layout.events:
            names = ", ".join(f"({text(event.activity)})" for event in self.layout.events)
            return f"select distinct value from (values {names}) as named (value)"
        name = self.filled("ActivityName")
        return f"select distinct {name} as value from cells where {name} is not null order by 1"

    def texts(self, column: str) -> list[str]:
        """Give the SQL of every text of a template column, whatever the event."""
        amounts = [event.amount for event in self.layout.events if event.amount]
        if column == "Amount" and amounts:
            shared = [self.layout.columns[column]] if column in self.layout.columns else []
            return list(dict.fromkeys([*amounts, *shared]))
        filled = self.filled(column)
        return [filled] if filled else []

    def other_texts(self, column: vocabulary.Column) -> str:
        """Give the query of the distinct texts of an optional column that SQL does not cast."""
        return " union ".join(
            f"select distinct {filled} as value from cells where {filled} is not null"
            f" and {self._cast(column, filled)} is null"
            for filled in self.texts(column.name)
        )

    def counted(self, filled: str, texts: Sequence[str]) -> str:
        """Give the query of how often each of some texts occurs in a cell."""
        return _counted(filled, "cells", f"{filled} in ({_list(texts)})")

    @staticmethod
    def no_times(days: Sequence[date], codes: Sequence[str]) -> str:
        """Give the query of the texts of times on one of some days or with one of some faults."""
        faults = _list(codes)
        listed = ", ".join(f"date '{day}'" for day in days)
        return f"""
            select value
            from time_text
            left join read_day on part.day = read_day.day
            left join read_time using (value)
            where read_day.fault in ({faults}) or read_time.fault in ({faults})
                or read_day.iso in ({listed}) or read_time.read_date in ({listed})
            order by value
        """

    def _cast(self, column: vocabulary.Column, value: str) -> str:
        kind = KINDS[column.value_type]
        patterns = PATTERNS.get(column.value_type)
        if patterns is None:
            return f"cast(null as {kind})"
        decimal = self.reading.decimal
        plain = f"replace({value}, {text('.' if decimal == ',' else ',')}, '')"
        if decimal != ".":
            plain = f"replace({plain}, {text(decimal)}, '.')"
        number = f"try_cast({plain} as {kind})"
        if unit := self.reading.units.get(column.name):
            number = f"try_cast({number} * {unit} as {kind})"
        return f"case when regexp_full_match({value}, {text(patterns[decimal])}) then {number} end"

    def numbered(self, after: int, has_blank_records: bool) -> str:
        """Give the view of the events in their order, `after` being the last number before.

        An empty `over ()` counts rows as they stand in the source, without sorting them.
        """
        if not self.layout.events and not has_blank_records:
            return (
                "create view numbered as"
                f" select *, 1 as event_number, {after} + record + 1 as source_order from filled"
            )
        numbers, shared = "[1]", "true"
        if self.layout.events:
            conditions = [
                " and ".join([f"{self._when(event.time)} is not null", *map(_holds, event.checks)])
                for event in self.layout.events
            ]
            found = ", ".join(
                f"case when {condition} then {number} end"
                for number, condition in enumerate(conditions, start=1)
            )
            numbers = f"list_filter([{found}], lambda number: number is not null)"
            own = [n for n, event in enumerate(self.layout.events, start=1) if event.amount]
            shared = f"number not in ({', '.join(map(str, own))})" if own else "true"
        return f"""
            create view numbered as
            with held as (
                select *, {numbers} as numbers
                from filled where coalesce({", ".join(self._all())}) is not null
            ),
            events as (
                select * exclude (numbers),
                    coalesce(numbers[1], 0) as first_number,
                    list_filter(numbers, lambda number: {shared})[1] as first_shared,
                    unnest(case len(numbers) when 0 then [0] else numbers end) as event_number
                from held
            )
            select *, {after} + row_number() over () as source_order from events
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
        currency = self._currency(joins)
        cells, wrong = [], {}
        for column in vocabulary.columns():
            filled, value = self.filled(column.name), self.value(column.name)
            if filled is None or value is None:
                continue
            columns[column.name] = value
            errors = self.found.errors.get(column.name)
            if errors and column.name not in ("SalesOpportunity", "ActivityName"):
                wrong[column.name] = f"case when {filled} in ({_list(errors)}) then {filled} end"
            if not column.is_read:
                continue
            if column.value_type == "time":
                columns[column.key] = self._time(column.key, value, joins)["read_at"]
            else:
                columns[column.key] = self._read(column, filled, currency, read)
                if column.name in read:
                    alias = f"read_{column.key}"
                    joins.append(f"left join {alias} on {alias}.value = {filled}")
            cells.append((column.name, column.key))
        if currency:
            columns["Currency"] = currency
        columns |= {
            "other_columns": self._others(),
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
        extra = "".join(f", {sql} as {identifier(f'error {name}')}" for name, sql in wrong.items())
        bad_cells = ", ".join(
            [
                f"case when {identifier(name)} is not null and {key} is null{self._once(name)}"
                f" then {text(_key(name))} || cast(to_json({identifier(name)}) as varchar) end"
                for name, key in cells
            ]
            + [
                f"case when {identifier(f'error {name}')} is not null{self._once(name)}"
                f" then {text(_key(name))}"
                f" || cast(to_json({identifier(f'error {name}')}) as varchar) end"
                for name in wrong
            ]
        )
        helpers = [f"error {name}" for name in wrong]
        if self.layout.events:
            helpers += ["event_number", "first_number", "first_shared"]
            extra += ", event_number, first_number, first_shared"
        without = f"exclude ({', '.join(map(identifier, helpers))})" if helpers else ""
        raw = self._record()
        if self.has_marks:
            raw = f"coalesce(kept, {raw})"
        time_text = self.filled("EventTime")
        activity_text = self.filled("ActivityName")
        return f"""
            with records as (
                select *, {time_text} as time_text, {activity_text} as activity_text
                from ({self._joined("numbered")})
            ),
            read as (
                select {read_columns},
                    {self._fault_columns()} as fault_columns,
                    case when faults is not null then {raw} end as raw{extra}
                from records {" ".join(joins)}
            )
            select * {without}, {_braced(bad_cells)} as bad_cells from read
        """

    def _read(
        self, column: vocabulary.Column, filled: str, currency: str | None, read: set[str]
    ) -> str:
        """Give the SQL of what is read from an optional cell, null in a wrong currency."""
        result = self._cast(column, filled)
        alias = f"read_{column.key}"
        if column.name in read:
            result = f"coalesce({result}, {alias}.result)"
        if column.name in self.found.currencies:
            fits = f"{alias}.codes is null or contains({alias}.codes, {currency})"
            result = f"case when {fits} then {result} end"
        return result

    def _time(self, name: str, filled: str, joins: list[str]) -> dict[str, str]:
        """Give the SQL of what is read from a time, adding the joins it needs."""
        day, other = f"{name}_day", f"{name}_other"
        joins += [
            f"cross join lateral (select {_parts(filled)} as part) as {name}_iso",
            f"left join read_day as {day} on {name}_iso.part.day = {day}.day",
            f"left join read_time as {other} on {other}.value = {filled}",
        ]
        part = f"{name}_iso.part"
        plain = self._plain(part, day)
        clock, offset = f"{part}.clock = ''", f"{part}.utc_offset != ''"
        if self.reading.dates_only:
            clock, offset = "true", "false"
        return {
            "read_at": f"coalesce({plain}, {other}.read_at)",
            "read_date": f"case when {plain} is null then {other}.read_date else {day}.iso end",
            "is_date_only": f"case when {plain} is null then {other}.is_date_only else {clock} end",
            "has_offset": f"case when {plain} is null then {other}.has_offset else {offset} end",
        }

    def _once(self, column: str) -> str:
        """Give the condition that a cell belongs to the event, or to none and it is the first."""
        events = self.layout.events
        if not events:
            return ""
        own = [str(n) for n, event in enumerate(events, start=1) if event.amount]
        if column == "Amount" and own:
            return f" and (event_number in ({', '.join(own)}) or event_number = first_shared)"
        return " and event_number = first_number"

    def _currency(self, joins: list[str]) -> str | None:
        """Give the SQL of a row's currency where cells name it, adding the join it needs.

        The column's own cell speaks first, then the amounts in the order of the template.
        """
        keys = {column.name: column.key for column in vocabulary.columns()}
        named = [f"read_{keys[name]}.code" for name in self.found.currencies]
        told = self.value("Currency")
        if told and self.found.has_currency_names:
            joins.append(f"left join read_currency on read_currency.value = {told}")
            told = f"coalesce(read_currency.code, {told})"
        elif not named:
            return None
        return f"coalesce({', '.join([*([told] if told else []), *named, 'null'])})"

    def _when(self, time: str) -> str:
        """Give the SQL of a time's cell, null where its text stands for no time."""
        return str(_without(time, self.found.no_times))

    def _case_failed(self) -> str:
        """Give the condition that a lookup of the case failed: an error, or nothing found."""
        found = self.found
        cases = [name for name in ("SalesOpportunity", "LeadNumber") if self.filled(name)]
        none = f"coalesce({', '.join(str(self.value(name)) for name in cases)}) is null"
        failed = [
            f"{none} and coalesce({self.filled(name)} in ({_list(texts)}), false)"
            for name in cases
            if (texts := [*found.not_found.get(name, ()), *found.errors.get(name, ())])
        ]
        if errors := found.errors.get("SalesOpportunity"):
            number = self.filled("SalesOpportunity")
            failed.append(f"coalesce({number} in ({_list(errors)}), false)")
        return " or ".join(failed) or "false"

    def _faults(self) -> str:
        cases = [name for name in ("SalesOpportunity", "LeadNumber") if self.filled(name)]
        filled = ", ".join(str(self.value(name)) for name in cases)
        failed, activity = self._case_failed(), "false"
        missing = "activity_text is null"
        if self.found.has_activity_faults:
            missing = f"({missing} or read_activity.fault = 'activity_missing')"
            activity = f"read_activity.fault = '{FAILED}'"
        marked = "row_fault" if self.has_marks else "null"
        return f"""coalesce({marked}, nullif(concat_ws(' ',
            case when coalesce({filled}) is null and not ({failed}) then 'case_missing' end,
            case when event_number > 0 and {missing} then 'activity_missing' end,
            case when event_number > 0 and time_text is null then '{MISSING}' end,
            event_day.fault,
            nullif(event_other.fault, '{FAILED}'),
            case when event_number = 0 then 'no_event' end,
            case when {failed} or {activity} or event_other.fault = '{FAILED}' then '{FAILED}' end
        ), ''))"""

    def _fault_columns(self) -> str:
        layout = self.layout
        cases = [
            layout.header(name) for name in ("SalesOpportunity", "LeadNumber") if self.filled(name)
        ]
        time, activity = text(layout.header("EventTime")), text(layout.header("ActivityName"))
        none = "null"
        if layout.events:
            time = self._by_event([text(layout.named(event.time)) for event in layout.events])
            times = dict.fromkeys(event.time for event in layout.events)
            empty = ", ".join(
                f"case when {self._when(cell)} is null then {text(layout.named(cell))} end"
                for cell in times
            )
            asked = dict.fromkeys(
                layout.headers[check.cell] for event in layout.events for check in event.checks
            )
            none = f"coalesce(nullif(concat_ws(', ', {empty}), ''), {text(', '.join(asked))})"
        failed = ""
        if self.found.has_activity_faults:
            failed = f", case when read_activity.fault = '{FAILED}' then {activity} end"
        return f"""nullif(concat_ws(', ',
            case when contains(faults, 'case_missing') then {text(", ".join(cases))} end,
            case when contains(faults, 'activity_missing') then {activity} end,
            case when contains(faults, 'time_') then {time} end,
            case when contains(faults, 'no_event') then {none} end,
            case when {self._case_failed()} then {text(", ".join(cases[:1]))} end{failed},
            case when event_other.fault = '{FAILED}' then {time} end
        ), '')"""


def _counted(cell: str, source: str, condition: str) -> str:
    return f"select {cell}, count(*) from {source} where {condition} group by 1 order by 1"


def _list(texts: Iterable[str]) -> str:
    return ", ".join(map(text, texts))


def _without(filled: str | None, texts: Sequence[str]) -> str | None:
    """Give the SQL of a text, null where it is one of `texts`."""
    if not filled or not texts:
        return filled
    return f"case when {filled} in ({_list(texts)}) then null else {filled} end"


def _holds(check: Check) -> str:
    values = ", ".join(text(value.strip()) for value in check.values)
    operator = "not in" if check.negated else "in"
    return f"coalesce(trim({check.cell}, {BLANKS}), '') {operator} ({values})"


def _parts(value: str) -> str:
    return f"regexp_extract({value}, {text(TIME)}, {TIME_PARTS})"


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False) + ":"


def _is_footer(cells: list[str]) -> str:
    """Say that a record's text is a line of a report's footer: a total, a notice, who made it."""
    return f"regexp_matches(concat_ws(' ', {', '.join(cells)}), {text(vocabulary.footer_lines())})"


def _object(headers: dict[str, str], cells: list[str], more: str = "") -> str:
    """Give a JSON object of the non-empty cells by header, null when all are empty.

    `more` is the SQL of members that may follow.
    """
    if not cells:
        return "cast(null as varchar)"
    members = [f"{text(_key(headers[cell]))} || cast(to_json({cell}) as varchar)" for cell in cells]
    return _braced(", ".join([*members, more] if more else members))


def _braced(members: str) -> str:
    """Put JSON members that are not null in braces, null when there is none."""
    if not members:
        return "cast(null as varchar)"
    return f"'{{' || nullif(concat_ws(',', {members}), '') || '}}'"
