"""Detectors of columns and sheets that look wrong: misspelt, exchanged, skipped."""

from __future__ import annotations

from collections.abc import Iterator

from runner import messages, vocabulary
from runner.engines.warehouse import sql_literals
from runner.inspection.diagnostics import Diagnostic, Place
from runner.inspection.sheet import Sheet
from runner.landing.lookups import MANY
from runner.messages import _, language
from runner.severity import CRITICAL, INFO, WARNING
from runner.template import content


def misspelt_headers(sheet: Sheet) -> Iterator[Diagnostic]:
    """Find carried headers that are similar to the name of a missing template column."""
    known = {
        name: column
        for column in vocabulary.columns()
        if column.name not in sheet.headers
        for name in column.names
    }
    for header in sheet.entry.carried:
        if near := vocabulary.nearest(header, known):
            place = (Place(1, header),)
            yield Diagnostic(
                WARNING,
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


def columns_exchanged(sheet: Sheet) -> Iterator[Diagnostic]:
    """Find logs without known activities that have many more activities than cases."""
    header = sheet.header("ActivityName")
    case = sheet.header("SalesOpportunity") or sheet.header("LeadNumber")
    if not (header and case):
        return
    known = sql_literals(activity.name for activity in vocabulary.activities())
    cases, activities, found = sheet.warehouse.rows(
        "select count(distinct coalesce(SalesOpportunity, LeadNumber)), count(distinct activity),"
        f" count(*) filter (activity in ({known})) from {sheet.rows} where faults is null"
    )[0]
    if found == 0 and activities >= MANY and activities >= 2 * cases:
        yield from sheet.diagnostic(
            Diagnostic(
                WARNING,
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


def skipped(sheet: Sheet) -> Iterator[Diagnostic]:
    """Find sheets that would not be read, except the template's own sheets without events."""
    harmless = {
        _("there is no row below the header"),
        _("the sheet is empty"),
        _("not among those asked for"),
    }
    for name, reason in sheet.entry.skipped:
        if name in _ours("guide", "activities", "inspection"):
            continue
        is_meant = name in _ours("events", "deals")
        yield Diagnostic(
            INFO if reason in harmless else CRITICAL if is_meant else WARNING,
            "sheet_skipped",
            _("The sheet would not be read: {reason}.", reason=reason),
            name,
            cells=(Place(),),
            remedy=_("Nothing, when it holds no events; else correct its headers."),
        )


def _ours(*names: str) -> set[str]:
    """Return the names, in every language, of sheets written by this project."""
    found = set()
    for known in messages.LANGUAGES:
        with messages.in_language(known):
            titles = content.titles() | {"inspection": _("Inspection")}
            found |= {titles[name] for name in names}
    return found
