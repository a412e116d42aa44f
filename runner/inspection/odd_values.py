"""Detectors of values that are readable but probably wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from runner import vocabulary
from runner.engines.warehouse import sql_literal, sql_literals
from runner.inspection.diagnostics import EXAMPLES, Diagnostic, Place
from runner.inspection.sheet import NO_EXAMPLE, Sheet, expected
from runner.messages import _
from runner.severity import INFO, WARNING

# Minimum gap before a far time, and the minimum number of events in a log for the check.
FAR_DAYS = 1_096
FEWEST_TIMES = 10


def unknown_activities(sheet: Sheet) -> Iterator[Diagnostic]:
    """Find names that are not in the activity list, each with the most similar listed one."""
    unknown = sheet.entry.unknown_activities
    if not unknown:
        return
    header = sheet.header("ActivityName")
    known = sql_literals(activity.name for activity in vocabulary.activities())
    diagnostic = Diagnostic(
        WARNING,
        "activity_unknown",
        _("This activity is not in the list; it is kept under its own name."),
        columns=header,
        expected=_("a name of the list"),
        remedy=_("Correct it, or leave it when it is a step of your own."),
    )
    places = (
        f"select source_row as row, ActivityName as value from {sheet.rows}"
        f" where {NO_EXAMPLE} and ActivityName is not null and activity not in ({known})"
    )
    if not header:
        # The activities are in the mapping, not in cells of the file.
        names = ", ".join(f"({sql_literal(name)})" for name in unknown)
        places = f"select cast(null as bigint) as row, value from (values {names}) as t (value)"
    for found in sheet.diagnostic(diagnostic, places):
        yield _with_nearest(found, unknown)


def _with_nearest(diagnostic: Diagnostic, unknown: dict[str, str | None]) -> Diagnostic:
    def near(places: tuple[Place, ...]) -> tuple[Place, ...]:
        found = [(place, unknown.get(place.value or "")) for place in places]
        return tuple(
            dataclasses.replace(place, nearest=vocabulary.shown(name) if name else None)
            for place, name in found
        )

    return dataclasses.replace(
        diagnostic, examples=near(diagnostic.examples), cells=near(diagnostic.cells)
    )


def far_times(sheet: Sheet) -> Iterator[Diagnostic]:
    """Find times far from all others of the sheet, probably with a mistyped year.

    Far: at most a tenth of the events, beyond a gap of `FAR_DAYS` and of half the days in which
    the middle eight tenths of the events happened. A log of few events is not checked.
    """
    last_early, first_late, first, last = sheet.warehouse.rows(_range_of_times(sheet))[0]
    conditions = [
        f"local_date {sign} date '{day}'"
        for sign, day in (("<=", last_early), (">=", first_late))
        if day
    ]
    if not conditions:
        return
    found = f"faults is null and ({' or '.join(conditions)})"
    for (header,) in sheet.warehouse.rows(
        f"select distinct {sheet.time_header()} as header from {sheet.rows}"
        f" where {found} order by header"
    ):
        yield from sheet.diagnostic(
            Diagnostic(
                WARNING,
                "time_far_off",
                _("This time is years away from all others in the file."),
                columns=(header,),
                expected=_("most times are from {first} to {last}", first=first, last=last),
                remedy=_("Correct the year, or leave it when it is right."),
            ),
            f"select source_row as row, EventTime as value from {sheet.rows}"
            f" where {found} and {sheet.time_header()} = {sql_literal(header)}",
        )


def _range_of_times(sheet: Sheet) -> str:
    """Return the query of the last early day, the first late day, and the ends of the middle."""
    return f"""
        with days as (
            select local_date as day, count(*) as events
            from {sheet.rows} where faults is null group by local_date
        ),
        counted as (
            select day,
                lag(day) over (order by day) as day_before,
                lead(day) over (order by day) as day_after,
                sum(events) over (order by day) as until,
                sum(events) over (order by day desc) as since,
                sum(events) over () as all_events
            from days
        ),
        middle as (
            select max(all_events) as all_events,
                min(day) filter (10 * until > all_events) as first_day,
                max(day) filter (10 * since > all_events) as last_day
            from counted
        ),
        gaps as (
            select counted.*, middle.first_day, middle.last_day,
                greatest({FAR_DAYS}, (middle.last_day - middle.first_day) // 2) as least_gap
            from counted cross join middle where middle.all_events >= {FEWEST_TIMES}
        )
        select
            max(day) filter (10 * until <= all_events and day_after - day > least_gap),
            min(day) filter (10 * since <= all_events and day - day_before > least_gap),
            min(first_day), max(last_day)
        from gaps
        """


def examples_in_use(sheet: Sheet) -> Iterator[Diagnostic]:
    """Find events with the case number of the template's examples."""
    case = vocabulary.column_by_name()["SalesOpportunity"]
    examples = sql_literals(case.example.values())
    yield from sheet.diagnostic(
        Diagnostic(
            WARNING,
            "example_case",
            _("This is the number of the template's example, but the row would be analysed."),
            columns=sheet.header("SalesOpportunity"),
            expected=expected("SalesOpportunity"),
            remedy=_("Write the deal's own number, or delete the row."),
        ),
        f"select source_row as row, SalesOpportunity as value from {sheet.rows}"
        f" where faults is null and SalesOpportunity in ({examples})",
    )


def repeated_deals(sheet: Sheet) -> Iterator[Diagnostic]:
    """Find rows of a deals sheet whose number is also that of another row."""
    if not sheet.entry.event_columns:
        return
    rows = f"select * from {sheet.rows} where {NO_EXAMPLE} and SalesOpportunity is not null"
    yield from sheet.diagnostic(
        Diagnostic(
            WARNING,
            "deal_twice",
            _("Several rows of the deals sheet have this number; each adds its events."),
            columns=sheet.header("SalesOpportunity"),
            expected=_("one row per deal"),
            remedy=_("Delete the extra row, or correct its number."),
        ),
        f"select source_row as row, SalesOpportunity as value from ({rows}) as deals"
        f" where SalesOpportunity in (select SalesOpportunity from ({rows}) as repeated"
        " group by SalesOpportunity having count(distinct source_row) > 1)",
    )


def taken_as_empty(sheet: Sheet) -> Iterator[Diagnostic]:
    """Find columns with words that mean no value, such as NULL or 9999-12-31."""
    for name, counts in sheet.entry.empty.items():
        places = tuple(Place(None, word) for word in counts)
        yield Diagnostic(
            INFO,
            "taken_as_empty",
            _("These texts mean no value; the cell is taken as empty."),
            sheet.entry.sheet,
            (sheet.headers.get(name, name),),
            sum(counts.values()),
            places[:EXAMPLES],
            (),
            remedy=_(
                "Nothing, or remove a text that is a value from seeds/template/no_values.csv."
            ),
        )
