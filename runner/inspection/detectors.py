"""The detectors of an inspection: each looks for one kind of problem in a landed sheet.

A detector takes a `Sheet` and yields remarks; `inspection.DETECTORS` lists them. What has the
problem is counted in SQL: a file with a million bad cells makes one remark.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from runner import messages, vocabulary
from runner.columns import wide
from runner.columns.options import Options
from runner.engines.warehouse import Warehouse, sql_literal
from runner.inspection.diagnostics import DOUBT, EXAMPLES, NOTE, REFUSED, Place, Remark
from runner.landing.lookups import MANY
from runner.landing.store import Landed
from runner.messages import _, language
from runner.template import content
from runner.values import date_orders, numbers, times

# More places than anybody corrects by hand; the rest is counted.
PLACES = 10_000
# A time is far from the others beyond a gap of so many days, when there are so many events.
FAR_DAYS = 1_096
FEWEST_TIMES = 10
NO_EXAMPLE = f"faults is distinct from '{times.EXAMPLE}'"


@dataclass(frozen=True)
class Sheet:
    """A landed sheet under inspection; `rows` is the SQL relation of its landing rows.

    `marks_cells`: a workbook is to be marked, so every place is wanted, not only examples.
    """

    entry: Landed
    warehouse: Warehouse
    rows: str
    options: Options
    zone_is_missing: bool = False
    marks_cells: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """The header that fills each template column or holds the dates of each activity."""
        return {became: header for header, became in self.entry.matched}

    def header(self, column: str) -> tuple[str, ...]:
        """Return the header that fills a template column, none when nothing does."""
        return (self.headers[column],) if column in self.headers else ()

    def time_header(self) -> str:
        """Return the header of each row's time as SQL: a deals sheet has one per activity."""
        if "EventTime" in self.headers:
            return sql_literal(self.headers["EventTime"])
        names = [activity.name for activity in vocabulary.activities()]
        found = [(name, header) for name, header in self.headers.items() if name in names]
        cases = " ".join(
            f"when {sql_literal(name)} then {sql_literal(header)}" for name, header in found
        )
        return f"case activity {cases} else 'EventTime' end" if found else "'EventTime'"

    def remark(self, remark: Remark, places: str) -> Iterator[Remark]:
        """Yield the remark with its places, or nothing when there is none.

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
            remark,
            sheet=self.entry.sheet,
            count=count,
            examples=tuple(Place(*place) for place in examples),
            cells=tuple(Place(*place) for place in cells),
        )


def expected(column: str) -> str:
    """Say what a template column holds."""
    return next(
        (known.expected[language()] for known in vocabulary.columns() if known.name == column), ""
    )


def rejected(sheet: Sheet) -> Iterator[Remark]:
    """Find the rejected rows: a remark per reason and columns it is about."""
    reasons = vocabulary.reasons()
    kinds: dict[tuple[str, tuple[str, ...]], list[tuple[str, str | None]]] = {}
    for faults, columns in sheet.warehouse.rows(
        f"select faults, fault_columns from {sheet.rows} where faults is not null"
        " group by all order by min(source_order)"
    ):
        # The columns of a row's faults are joined in the order of its faults.
        rest = columns or ""
        for code in faults.split(" "):
            about = _missing(sheet, code) or _known(rest, sheet.entry.headers)
            rest = rest.removeprefix(", ".join(about)).removeprefix(", ")
            # An example deal has one such fault per date; the row is named once.
            named = () if reasons[code].severity == "info" else about
            kinds.setdefault((code, named), []).append((faults, columns))
    for (code, about), alike in kinds.items():
        is_note = reasons[code].severity == "info"
        is_time = code.startswith("time_") and not is_note
        conditions = " or ".join(
            f"(faults = {sql_literal(faults)} and fault_columns is not distinct from"
            f" {sql_literal(columns) if columns is not None else 'null'})"
            for faults, columns in alike
        )
        found = f"select * from {sheet.rows} where {conditions}"
        remark = Remark(
            NOTE if is_note else REFUSED,
            code,
            reasons[code].text[language()],
            columns=about,
            expected=expected("EventTime") if is_time else "",
            remedy=reasons[code].remedy[language()],
        )
        if code == times.AMBIGUOUS:
            orders = date_orders.find(sheet.warehouse, found)
            remark = dataclasses.replace(
                remark, expected=_("; ").join(orders.evidence()), remedy=orders.remedy()
            )
        value = "EventTime" if is_time else "cast(null as varchar)"
        if code == times.FAILED and '"' not in about[0]:
            path = sql_literal(f'$."{about[0]}"')
            value = f"json_extract_string(raw, {path})"
        yield from sheet.remark(
            remark, f"select source_row as row, {value} as value from ({found}) as found"
        )


def _missing(sheet: Sheet, code: str) -> tuple[str, ...]:
    if code == "case_missing":
        return sheet.header("SalesOpportunity") + sheet.header("LeadNumber")
    if code == "activity_missing":
        return sheet.header("ActivityName") or ("ActivityName",)
    return ()


def _known(joined: str, headers: tuple[str, ...]) -> tuple[str, ...]:
    """Take headers apart that were joined by commas; one of them may hold a comma itself."""
    found = tuple(header for header in headers if f", {header}, " in f", {joined}, ")
    return found or ((joined,) if joined else ())


def bad_cells(sheet: Sheet) -> Iterator[Remark]:
    """Find the optional cells that would be left empty because they cannot be read."""
    names = [
        name
        for (name,) in sheet.warehouse.rows(
            "select name from (select source_order, unnest(json_keys(bad_cells)) as name"
            f" from {sheet.rows} where {NO_EXAMPLE}) as cells"
            " group by name order by min(source_order), name"
        )
    ]
    for name in names:
        value = f"json_extract_string(bad_cells, '$.\"{name}\"')"
        foreign = ", ".join(map(sql_literal, _of_another_currency(sheet, name)))
        for header, holds in _cells_of(sheet, name):
            places = (
                f"select source_row as row, {value} as value from {sheet.rows}"
                f" where {NO_EXAMPLE} and {value} is not null and {holds}"
            )
            remark = Remark(
                REFUSED,
                "cell_unreadable",
                _("The cell cannot be read; the event would lack this value."),
                columns=(header,),
                expected=expected(name),
                remedy=_("Correct it, or empty the cell."),
            )
            yield from sheet.remark(
                remark, f"{places} and {value} not in ({foreign})" if foreign else places
            )
            if foreign:
                yield from sheet.remark(
                    dataclasses.replace(
                        remark,
                        reason="amount_of_another_currency",
                        problem=_("The amount names another currency than its row."),
                        expected=_("an amount in the currency of the row"),
                        remedy=_("Correct the currency, or put the amount in a row of its own."),
                    ),
                    f"{places} and {value} in ({foreign})",
                )


def _of_another_currency(sheet: Sheet, column: str) -> list[str]:
    """Return the rejected texts of an amount that only their currency forbids."""
    kinds = {known.name: known.value_type for known in vocabulary.columns()}
    if kinds.get(column) != "amount":
        return []
    return [
        value
        for (value,) in sheet.warehouse.rows(
            f"""select distinct json_extract_string(bad_cells, '$."{column}"') as value
            from {sheet.rows} where json_exists(bad_cells, '$."{column}"')"""
        )
        if (money := numbers.read_money(value, sheet.options.decimal)) and money.currencies
    ]


def _cells_of(sheet: Sheet, column: str) -> list[tuple[str, str]]:
    """Return the headers of a template column, each with the condition of the rows it fills."""
    headers = [header for header, became in sheet.entry.matched if became == column]
    activities = {header: wide.amount_of(header) for header in headers}
    if column != "Amount" or not sheet.entry.event_columns or not any(activities.values()):
        return [(headers[0] if headers else column, "true")]
    own = ", ".join(sql_literal(activity) for activity in activities.values() if activity)
    return [
        (header, f"activity = {sql_literal(activity)}" if activity else f"activity not in ({own})")
        for header, activity in activities.items()
    ]


def without_zone(sheet: Sheet) -> Iterator[Remark]:
    """Find the times of day that need a zone, when none is declared."""
    if not sheet.zone_is_missing:
        return
    for (header,) in sheet.warehouse.rows(
        f"select distinct {sheet.time_header()} as header from {sheet.rows}"
        " where time_zone is not null and not is_date_only order by header"
    ):
        yield from sheet.remark(
            Remark(
                REFUSED,
                "zone_missing",
                _("No time zone is declared for the times without UTC offset."),
                columns=(header,),
                expected=_(
                    "a time with its offset, such as 2026-04-01 09:05+09:00, or a declared zone"
                ),
                remedy=_(
                    "Pass --time-zone, such as --time-zone Asia/Tokyo, or set the var"
                    " source_time_zone in dbt_project.yml."
                ),
            ),
            f"select source_row as row, EventTime as value from {sheet.rows}"
            " where time_zone is not null and not is_date_only"
            f" and {sheet.time_header()} = {sql_literal(header)}",
        )


def unknown_activities(sheet: Sheet) -> Iterator[Remark]:
    """Find the names that are not in the activity list, each with the nearest that is."""
    unknown = sheet.entry.unknown_activities
    if not unknown:
        return
    header = sheet.header("ActivityName")
    known = ", ".join(sql_literal(activity.name) for activity in vocabulary.activities())
    remark = Remark(
        DOUBT,
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
        # A mapping names the activities, so no cell of the file does.
        names = ", ".join(f"({sql_literal(name)})" for name in unknown)
        places = f"select cast(null as bigint) as row, value from (values {names}) as t (value)"
    for found in sheet.remark(remark, places):
        yield _with_nearest(found, unknown)


def _with_nearest(remark: Remark, unknown: dict[str, str | None]) -> Remark:
    def near(places: tuple[Place, ...]) -> tuple[Place, ...]:
        found = [(place, unknown.get(place.value or "")) for place in places]
        return tuple(
            dataclasses.replace(place, nearest=vocabulary.shown(name) if name else None)
            for place, name in found
        )

    return dataclasses.replace(remark, examples=near(remark.examples), cells=near(remark.cells))


def misspelt_headers(sheet: Sheet) -> Iterator[Remark]:
    """Find the carried headers that come near the name of a template column not found."""
    known = {
        name: column
        for column in vocabulary.columns()
        if column.name not in sheet.headers
        for name in column.names
    }
    for header in sheet.entry.carried:
        if near := vocabulary.nearest(header, known):
            place = (Place(1, header),)
            yield Remark(
                DOUBT,
                "header_near_template",
                _("This column is carried as it is, but its name comes near one of the template."),
                sheet.entry.sheet,
                (header,),
                1,
                place,
                place,
                _("{name}, if that is meant", name=known[near].label[language()]),
                _("Correct the header, or leave it when the column is one of your own."),
            )


def columns_exchanged(sheet: Sheet) -> Iterator[Remark]:
    """Doubt columns of a log without a known activity that has many more activities than cases."""
    header = sheet.header("ActivityName")
    case = sheet.header("SalesOpportunity") or sheet.header("LeadNumber")
    if not (header and case):
        return
    known = ", ".join(sql_literal(activity.name) for activity in vocabulary.activities())
    cases, activities, found = sheet.warehouse.rows(
        "select count(distinct coalesce(SalesOpportunity, LeadNumber)), count(distinct activity),"
        f" count(*) filter (activity in ({known})) from {sheet.rows} where faults is null"
    )[0]
    if found == 0 and activities >= MANY and activities >= 2 * cases:
        yield from sheet.remark(
            Remark(
                DOUBT,
                "columns_exchanged",
                _("There are many more activities than cases: the columns may be exchanged."),
                columns=(*case, *header),
                expected=_(
                    "numbers of cases under {case}, activities under {activity}",
                    case=case[0],
                    activity=header[0],
                ),
                remedy=_("Exchange the two headers, or the two columns in the mapping file."),
            ),
            "select 1 as row, cast(null as varchar) as value",
        )


def far_times(sheet: Sheet) -> Iterator[Remark]:
    """Find the times that lie far from all others of the sheet: a year was most likely mistyped.

    Far: at most a tenth of the events, beyond a gap of `FAR_DAYS` and of half the days in which
    the middle eight tenths of the events happened. A log of few events is not judged.
    """
    (last_early, first_late, first, last) = sheet.warehouse.rows(
        f"""
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
    )[0]
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
        yield from sheet.remark(
            Remark(
                DOUBT,
                "time_far_off",
                _("This time lies years from all others of the file."),
                columns=(header,),
                expected=_("most times are from {first} to {last}", first=first, last=last),
                remedy=_("Correct the year, or leave it when it is right."),
            ),
            f"select source_row as row, EventTime as value from {sheet.rows}"
            f" where {found} and {sheet.time_header()} = {sql_literal(header)}",
        )


def examples_in_use(sheet: Sheet) -> Iterator[Remark]:
    """Find the events under the case number of the template's examples."""
    case = next(column for column in vocabulary.columns() if column.name == "SalesOpportunity")
    examples = ", ".join(sql_literal(example) for example in case.example.values())
    yield from sheet.remark(
        Remark(
            DOUBT,
            "example_case",
            _("This is the number of the template's example, but the row would be analysed."),
            columns=sheet.header("SalesOpportunity"),
            expected=expected("SalesOpportunity"),
            remedy=_("Write the deal's own number, or delete the row."),
        ),
        f"select source_row as row, SalesOpportunity as value from {sheet.rows}"
        f" where faults is null and SalesOpportunity in ({examples})",
    )


def skipped(sheet: Sheet) -> Iterator[Remark]:
    """Find the sheets that would not be read, unless they are ours and only to be looked at."""
    harmless = {
        _("there is no row below the header"),
        _("the sheet is empty"),
        _("not among those asked for"),
    }
    for name, reason in sheet.entry.skipped:
        if name in _ours("guide", "activities", "inspection"):
            continue
        is_meant = name in _ours("events", "deals")
        yield Remark(
            NOTE if reason in harmless else REFUSED if is_meant else DOUBT,
            "sheet_skipped",
            _("The sheet would not be read: {reason}.", reason=reason),
            name,
            cells=(Place(),),
            remedy=_("Nothing, when it holds no events; else correct its headers."),
        )


def _ours(*names: str) -> set[str]:
    """Return the names, in every language, of sheets that we write."""
    found = set()
    for known in messages.LANGUAGES:
        with messages.speaking(known):
            titles = content.titles() | {"inspection": _("Inspection")}
            found |= {titles[name] for name in names}
    return found
