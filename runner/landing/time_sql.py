"""SQL for reading times: the simplest texts in SQL, the others from lookups read in Python.

`read_day` has every day before a clock, `read_time` every other text of a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from runner.engines.warehouse import sql_literal, sql_literals
from runner.landing.cells import Cells

# A day and the simplest clocks after it; values/times.py reads these texts alike. The pattern is
# unambiguous at every character and has few groups, so RE2 matches in one pass, at a third of the
# cost.
CLOCK = r"(?:[01]\d?|2[0-3]?|[3-9]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?"
OFFSET = r"Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?"
TIME = rf"^([^ :T]+)(?:[T ]({CLOCK})({OFFSET})?)?$"
TIME_PARTS = "['day', 'clock', 'utc_offset']"

PREPARATION = (
    # Every text of a day: the day, the zone's offset if it is constant on that day, or the fault.
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
    # Null when neither the text nor the day has an offset.
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


def time_texts(cells: Cells) -> str:
    """Return the table `time_text` of the distinct texts of times, each with its parts."""
    union = " union all ".join(f"select {time} as value from cells" for time in cells.times())
    return f"""
        create table time_text as
        select value, {_parts("value")} as part
        from (select distinct value from ({union}) as times where value is not null) as texts
    """


def days() -> str:
    """Return the query of the distinct first words of times: every day before a clock."""
    return "select distinct split_part(replace(value, 'T', ' '), ' ', 1) as day from time_text"


def naive_time() -> str:
    """Return the query of one time of day without offset, null when there is none."""
    return """
        select min(value)
        from time_text inner join read_day on part.day = read_day.day
        where part.clock != '' and part.utc_offset = '' and fault is null
    """


def other_times(cells: Cells) -> str:
    """Return the query of the distinct texts of times that `plain_time` does not read."""
    return f"""
        select value
        from time_text left join read_day on part.day = read_day.day
        where fault is null and {_plain(cells, "part", "read_day")} is null
        order by value
    """


def suspects() -> str:
    """Return the query that counts the days and texts with given faults or dates.

    Its two values are the list of faults and the list of dates.
    """
    return (
        "select count(*) from (select fault, iso as day from read_day union all"
        " select fault, read_date from read_time) as texts"
        " where list_contains(?, fault) or list_contains(?, day)"
    )


def no_times(days: Sequence[date], codes: Sequence[str]) -> str:
    """Return the query of the texts of times on given days or with given faults."""
    faults = sql_literals(codes)
    dates = ", ".join(f"date '{day}'" for day in days)
    return f"""
        select value
        from time_text
        left join read_day on part.day = read_day.day
        left join read_time using (value)
        where read_day.fault in ({faults}) or read_time.fault in ({faults})
            or read_day.iso in ({dates}) or read_time.read_date in ({dates})
        order by value
    """


def read_columns(cells: Cells, name: str, filled: str, joins: list[str]) -> dict[str, str]:
    """Return the SQL of the columns read from a time; add the joins it needs to `joins`."""
    day, other = f"{name}_day", f"{name}_other"
    joins += [
        f"cross join lateral (select {_parts(filled)} as part) as {name}_iso",
        f"left join read_day as {day} on {name}_iso.part.day = {day}.day",
        f"left join read_time as {other} on {other}.value = {filled}",
    ]
    part = f"{name}_iso.part"
    plain = _plain(cells, part, day)
    clock, offset = f"{part}.clock = ''", f"{part}.utc_offset != ''"
    if cells.reading.dates_only:
        clock, offset = "true", "false"
    return {
        "read_at": f"coalesce({plain}, {other}.read_at)",
        "read_date": f"case when {plain} is null then {other}.read_date else {day}.iso end",
        "is_date_only": f"case when {plain} is null then {other}.is_date_only else {clock} end",
        "has_offset": f"case when {plain} is null then {other}.has_offset else {offset} end",
    }


def _plain(cells: Cells, part: str, day: str) -> str:
    if cells.reading.dates_only:
        return f"make_timestamp(epoch_us(cast({day}.iso as timestamp)) - 1000000 * {day}.seconds)"
    return f"plain_time({part}, {day}.iso, {day}.seconds)"


def _parts(value: str) -> str:
    return f"regexp_extract({value}, {sql_literal(TIME)}, {TIME_PARTS})"
