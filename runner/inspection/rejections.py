"""Detectors of rows, cells and times without a zone that the import would reject."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from runner import vocabulary
from runner.columns import wide
from runner.engines.warehouse import sql_literal, sql_literals
from runner.inspection.diagnostics import Diagnostic
from runner.inspection.sheet import NO_EXAMPLE, Sheet, expected
from runner.messages import _, language
from runner.severity import CRITICAL, INFO
from runner.values import date_orders, numbers, times


def rejected(sheet: Sheet) -> Iterator[Diagnostic]:
    """Find rejected rows: one diagnostic per reason and its columns."""
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
            named = () if reasons[code].severity == INFO else about
            kinds.setdefault((code, named), []).append((faults, columns))
    for (code, about), alike in kinds.items():
        yield from _rejected(sheet, code, about, alike)


def _rejected(
    sheet: Sheet, code: str, about: tuple[str, ...], alike: list[tuple[str, str | None]]
) -> Iterator[Diagnostic]:
    """Find rows rejected for one reason; `alike` are their faults and columns."""
    reason = vocabulary.reasons()[code]
    is_time = code.startswith("time_") and reason.severity != INFO
    conditions = " or ".join(
        f"(faults = {sql_literal(faults)} and fault_columns is not distinct from"
        f" {sql_literal(columns) if columns is not None else 'null'})"
        for faults, columns in alike
    )
    found = f"select * from {sheet.rows} where {conditions}"
    diagnostic = Diagnostic(
        INFO if reason.severity == INFO else CRITICAL,
        code,
        reason.text[language()],
        columns=about,
        expected=expected("EventTime") if is_time else "",
        remedy=reason.remedy[language()],
    )
    if code == times.AMBIGUOUS:
        orders = date_orders.find(sheet.warehouse, found)
        diagnostic = dataclasses.replace(
            diagnostic, expected=_("; ").join(orders.evidence()), remedy=orders.remedy()
        )
    value = "EventTime" if is_time else "cast(null as varchar)"
    if code == times.FAILED and '"' not in about[0]:
        path = sql_literal(f'$."{about[0]}"')
        value = f"json_extract_string(raw, {path})"
    yield from sheet.diagnostic(
        diagnostic, f"select source_row as row, {value} as value from ({found}) as found"
    )


def _missing(sheet: Sheet, code: str) -> tuple[str, ...]:
    if code == "case_missing":
        return sheet.header("SalesOpportunity") + sheet.header("LeadNumber")
    if code == "activity_missing":
        return sheet.header("ActivityName") or ("ActivityName",)
    return ()


def _known(joined: str, headers: tuple[str, ...]) -> tuple[str, ...]:
    """Split headers that were joined by commas; a header may itself contain a comma."""
    found = tuple(header for header in headers if f", {header}, " in f", {joined}, ")
    return found or ((joined,) if joined else ())


def bad_cells(sheet: Sheet) -> Iterator[Diagnostic]:
    """Find optional cells that would be left empty because they are unreadable."""
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
        foreign = sql_literals(_of_another_currency(sheet, name))
        for header, holds in _cells_of(sheet, name):
            places = (
                f"select source_row as row, {value} as value from {sheet.rows}"
                f" where {NO_EXAMPLE} and {value} is not null and {holds}"
            )
            diagnostic = Diagnostic(
                CRITICAL,
                "cell_unreadable",
                _("The cell cannot be read; the event would lack this value."),
                columns=(header,),
                expected=expected(name),
                remedy=_("Correct it, or empty the cell."),
            )
            yield from sheet.diagnostic(
                diagnostic, f"{places} and {value} not in ({foreign})" if foreign else places
            )
            if foreign:
                yield from sheet.diagnostic(
                    dataclasses.replace(
                        diagnostic,
                        reason="amount_of_another_currency",
                        problem=_("The amount names another currency than its row."),
                        expected=_("an amount in the currency of the row"),
                        remedy=_("Correct the currency, or put the amount in a row of its own."),
                    ),
                    f"{places} and {value} in ({foreign})",
                )


def _of_another_currency(sheet: Sheet, column: str) -> list[str]:
    """Return the rejected texts of an amount that are readable but in another currency."""
    known = vocabulary.column_by_name().get(column)
    if known is None or known.value_type != "amount":
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
    """Return the headers of a template column, each with the SQL condition of its rows."""
    headers = [header for header, became in sheet.entry.matched if became == column]
    activities = {header: wide.amount_of(header) for header in headers}
    if column != "Amount" or not sheet.entry.event_columns or not any(activities.values()):
        return [(headers[0] if headers else column, "true")]
    own = sql_literals(filter(None, activities.values()))
    return [
        (header, f"activity = {sql_literal(activity)}" if activity else f"activity not in ({own})")
        for header, activity in activities.items()
    ]


def without_zone(sheet: Sheet) -> Iterator[Diagnostic]:
    """Find times of day that need a zone when none is declared."""
    if not sheet.zone_is_missing:
        return
    for (header,) in sheet.warehouse.rows(
        f"select distinct {sheet.time_header()} as header from {sheet.rows}"
        " where time_zone is not null and not is_date_only order by header"
    ):
        yield from sheet.diagnostic(
            Diagnostic(
                CRITICAL,
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
