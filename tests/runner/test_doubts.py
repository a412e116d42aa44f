"""Warnings of an inspection on values: ids, repeated deals, currencies, NULL words."""

from __future__ import annotations

import pytest

from runner.columns.options import Options
from runner.inspection import dry_run
from runner.inspection.diagnostics import CRITICAL, INFO, WARNING

HEADER = "SalesOpportunity,ActivityName,EventTime"


def found(
    landed, content: str, **options: object
) -> dict[str, list[tuple[int | None, str | None]]]:
    """Return the warnings by problem, each with its first places."""
    file = landed.write("t.csv", content)
    diagnostics = dry_run.inspect(file, Options()).diagnostics
    return {
        diagnostic.reason: [(place.row, place.value) for place in diagnostic.examples]
        for diagnostic in diagnostics
        if diagnostic.severity == WARNING and diagnostic.reason != "activity_unknown"
    }


def ids(*values: str) -> str:
    rows = [
        f'"{value}",Opportunity Created,2026-04-{day:02}' for day, value in enumerate(values, 1)
    ]
    return "\n".join([HEADER, *rows])


@pytest.mark.parametrize(
    ("values", "doubts"),
    [
        # An invisible character.
        (("O1", "O1\u200b"), {"id_hidden_sign": [(3, "O1\u200b")]}),
        (("\ufeffO1",), {"id_hidden_sign": [(2, "\ufeffO1")]}),
        (("O\xad1", "O2"), {"id_hidden_sign": [(2, "O\xad1")]}),
        # Scientific notation.
        (("1E+05", "7"), {"id_scientific": [(2, "1E+05")]}),
        (("1.23457E+11",), {"id_scientific": [(2, "1.23457E+11")]}),
        (("1E05", "E+05", "1E+5", "OP-1E+05"), {}),
        # Decimals of a whole number.
        (("1001.0", "1001"), {"id_decimal": [(2, "1001.0")]}),
        (("1001.0", "1002.0"), {"id_decimal": [(2, "1001.0"), (3, "1002.0")]}),
        (("1001.0", "1001.1"), {}),
        # Zeros in front.
        (("00123", "123"), {"id_zeros": [(2, "00123"), (3, "123")]}),
        (("00123", "00124", "5"), {}),
        # Case, width and blanks.
        (("op-1", "OP-1"), {"id_spelling": [(2, "op-1"), (3, "OP-1")]}),
        (("ＯＰ－１", "OP-1"), {"id_spelling": [(2, "ＯＰ－１"), (3, "OP-1")]}),
        (("O1", "O1 "), {"id_spelling": [(2, "O1"), (3, "O1 ")]}),
        (("O1", "O1\xa0", "O2"), {"id_spelling": [(2, "O1"), (3, "O1\xa0")]}),
        (("O1 ", "O2 "), {}),
        (("0065g00000ABCde", "0065g00000ABCDE"), {}),
        (("A1", "A2", "10", "NA"), {}),
    ],
)
def test_ids_that_a_program_changed_are_doubted(landed, values, doubts) -> None:
    assert found(landed, ids(*values)) == doubts


def test_document_numbers_are_doubted_too(landed) -> None:
    content = f"{HEADER},InvoiceNumber\nA,Opportunity Won,2026-04-01,1.5E+10\n"
    assert found(landed, content) == {"id_scientific": [(2, "1.5E+10")]}


def test_the_hidden_character_of_the_field_is_doubted(landed, shared) -> None:
    options = Options(time_zone="Asia/Tokyo")
    diagnostics = dry_run.inspect(shared("field_faults/20-spaces.csv"), options).diagnostics
    assert {(diagnostic.severity, diagnostic.reason) for diagnostic in diagnostics} == {
        (WARNING, "id_hidden_sign"),
        (WARNING, "id_spelling"),
    }


def test_a_repeated_deal_is_doubted(landed) -> None:
    deals = "商談番号,商談作成,成約\n1,2026-04-01,2026-04-02\n2,2026-04-01,\n1,2026-04-01,\n"
    assert found(landed, deals) == {"deal_twice": [(2, "1")]}
    # In a table of events, repeated numbers are normal.
    assert found(landed, ids("1", "1", "2")) == {}


def test_the_inspection_lists_values_taken_as_empty_and_passes(landed) -> None:
    content = f"{HEADER},Region,DueDate\nA,Opportunity Won,2026-04-01,NULL,9999-12-31\n"
    inspected = dry_run.inspect(landed.write("t.csv", content), Options())
    assert not inspected.is_refused
    assert [
        (diagnostic.severity, diagnostic.reason, diagnostic.columns, diagnostic.examples[0].value)
        for diagnostic in inspected.diagnostics
    ] == [
        (INFO, "taken_as_empty", ("Region",), "NULL"),
        (INFO, "taken_as_empty", ("DueDate",), "9999-12-31"),
    ]


def test_an_amount_in_another_currency_is_reported(landed) -> None:
    content = (
        f"{HEADER},OpportunityValue,Currency\n"
        'A,Opportunity Won,2026-04-01,"$1,000",JPY\nB,Opportunity Won,2026-04-01,x,JPY\n'
    )
    inspected = dry_run.inspect(landed.write("t.csv", content), Options())
    assert [
        (
            diagnostic.severity,
            diagnostic.reason,
            diagnostic.examples[0].row,
            diagnostic.examples[0].value,
        )
        for diagnostic in inspected.diagnostics
    ] == [
        (CRITICAL, "cell_unreadable", 3, "x"),
        (CRITICAL, "amount_of_another_currency", 2, "$1,000"),
    ]


def test_a_failed_lookup_shows_the_error(landed) -> None:
    content = f"{HEADER}\n#N/A,Opportunity Won,2026-04-01\nB,#REF!,2026-04-01\n"
    inspected = dry_run.inspect(landed.write("t.csv", content), Options())
    assert [
        (
            diagnostic.reason,
            diagnostic.columns,
            [(place.row, place.value) for place in diagnostic.examples],
        )
        for diagnostic in inspected.diagnostics
    ] == [
        ("lookup_failed", ("SalesOpportunity",), [(2, "#N/A")]),
        ("lookup_failed", ("ActivityName",), [(3, "#REF!")]),
    ]
