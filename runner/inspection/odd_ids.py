"""Detectors of ids that a program changed, or that differ only invisibly."""

from __future__ import annotations

from collections.abc import Iterator

from runner.engines.warehouse import sql_literal
from runner.inspection.diagnostics import Diagnostic
from runner.inspection.sheet import NO_EXAMPLE, Sheet
from runner.messages import _
from runner.severity import WARNING
from runner.values.no_values import HIDDEN

IDS = (
    *("SalesOpportunity", "LeadNumber", "QuoteNumber"),
    *("OrderNumber", "InvoiceNumber", "ReceiptNumber"),
)
# Full-width characters and their half-width forms.
_WIDE = "".join(chr(0xFEE0 + code) for code in range(0x21, 0x7F)) + "\u3000\xa0"
_NARROW = "".join(chr(code) for code in range(0x21, 0x7F)) + "  "
# Salesforce's ids of 15 characters may differ only by the case of letters.
_BY_CASE = "[A-Za-z0-9]{15}"
_IS_HIDDEN = f"regexp_matches(value, {sql_literal(HIDDEN)})"


def doubtful_ids(sheet: Sheet) -> Iterator[Diagnostic]:
    """Find ids that a program changed, and ids that differ only invisibly."""
    for column in IDS:
        if column in sheet.headers:
            yield from _doubtful_ids(sheet, column)


def _doubtful_ids(sheet: Sheet, column: str) -> Iterator[Diagnostic]:
    _make_ids(sheet, column)
    for reason, (problem, expected, remedy, condition) in {**_changed(), **_alike()}.items():
        yield from sheet.diagnostic(
            Diagnostic(
                WARNING,
                reason,
                problem,
                columns=sheet.header(column),
                expected=expected,
                remedy=remedy,
            ),
            f"select row, value from ids where {condition}",
        )


def _make_ids(sheet: Sheet, column: str) -> None:
    """Create the table `ids`: each text once, normalised, with its digits if it is a number."""
    sheet.warehouse.run(
        f"""
        create or replace temp table ids as
        select *, case when regexp_full_match(even, '[0-9]+(\\.0+)?')
            then ltrim(regexp_replace(even, '\\.0+$', ''), '0') end as number
        from (
            select "{column}" as value, min(source_row) as row,
                lower(trim(translate(
                    regexp_replace("{column}", {sql_literal(HIDDEN)}, '', 'g'),
                    {sql_literal(_WIDE)}, {sql_literal(_NARROW)}
                ), chr(9) || chr(32))) as even
            from {sheet.rows} where {NO_EXAMPLE} and "{column}" is not null
            group by "{column}"
        ) as texts
        """
    )


# By code of the problem: problem, expectation, remedy, condition.
Kinds = dict[str, tuple[str, str, str, str]]


def _changed() -> Kinds:
    """Return the kinds of ids that a program changed."""
    has_parts = "select 1 from ids where regexp_full_match(even, '[0-9]+\\.[0-9]*[1-9][0-9]*')"
    return {
        "id_hidden_sign": (
            _("The id contains an invisible character; it is not the same id as without it."),
            _("the id without the invisible character"),
            _("Remove the character in the source."),
            _IS_HIDDEN,
        ),
        "id_scientific": (
            _("A spreadsheet wrote this id as a number; its last digits are lost."),
            _("the id with all its digits"),
            _("Export again with the column as text; what is lost cannot be restored here."),
            "regexp_full_match(value, '[0-9]([.,][0-9]+)?[eE]\\+[0-9]{2,}')",
        ),
        "id_decimal": (
            _("This id looks like a whole number that a program wrote with decimals."),
            _("the id without .0"),
            _("Export the column as text; 1001.0 and 1001 are two ids."),
            f"regexp_full_match(even, '[0-9]+\\.0+') and not exists ({has_parts})",
        ),
    }


def _alike() -> Kinds:
    """Return the kinds of ids that differ only invisibly."""
    by_zeros = (
        "select number from ids where number is not null group by number"
        " having count(distinct regexp_replace(even, '\\.0+$', '')) > 1"
    )
    alike = (
        f"select even from ids where not {_IS_HIDDEN}"
        f" and not regexp_full_match(value, {sql_literal(_BY_CASE)})"
        " group by even having count(*) > 1"
    )
    return {
        "id_zeros": (
            _("These ids differ only by zeros in front; they are taken as different."),
            _("one spelling of each id"),
            _("Export the column as text, or leave it when they are different."),
            f"number in ({by_zeros})",
        ),
        "id_spelling": (
            _("These ids differ only by case, width or blanks; they are taken as different."),
            _("one spelling of each id"),
            _("Make them equal in the source, or leave them when they are different."),
            f"even in ({alike}) and not {_IS_HIDDEN}",
        ),
    }
