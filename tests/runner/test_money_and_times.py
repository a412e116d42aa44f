"""Kinds of faults met in the field: money, repeated rows, spellings of stages, implausible times.

Two builds. They include the files of `../shared` if present; each has a second file of the same
kind, and cases that only look faulty. Expected values were computed by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runner.columns.options import Options
from runner.data_folder import DataFolder
from runner.landing import imports
from runner.project import PROJECT
from runner.values import zones
from tests.runner.conftest import Ask, build_tables

FIELD = PROJECT.parent / "shared" / "data" / "field_faults"

MONEY = """
SalesOpportunity,ActivityName,EventTime,Currency,Amount,OrderNumber,LastDataUpdate
cancelled invoice,Invoice Generated,2024-07-01 10:00,JPY,1000000,,2025-01-31
cancelled invoice,Invoice Cancelled,2024-07-02 10:00,JPY,-1000000,,2025-01-31
cancelled invoice,Invoice Generated,2024-07-03 10:00,JPY,900000,,2025-01-31
cancelled invoice,Payment Received,2024-07-31 10:00,JPY,900000,,2025-01-31
refund,Invoice Generated,2024-07-01 10:00,JPY,500000,,2025-01-31
refund,Payment Received,2024-07-10 10:00,JPY,600000,,2025-01-31
refund,Payment Received,2024-07-20 10:00,JPY,-100000,,2025-01-31
credit invoice,Invoice Generated,2024-07-01 10:00,JPY,500000,,2025-01-31
credit invoice,Invoice Generated,2024-07-02 10:00,JPY,-50000,,2025-01-31
credit invoice,Payment Received,2024-07-20 10:00,JPY,449000,,2025-01-31
a yen short,Invoice Generated,2024-07-01 10:00,JPY,500000,,2025-01-31
a yen short,Invoice Generated,2024-07-02 10:00,JPY,-50000,,2025-01-31
a yen short,Payment Received,2024-07-20 10:00,JPY,448999,,2025-01-31
all credited,Invoice Generated,2024-07-01 10:00,JPY,100000,,2025-01-31
all credited,Credit Note Issued,2024-07-02 10:00,JPY,-100000,,2025-01-31
each settled,Invoice Generated,2024-07-01 10:00,USD,100,,2025-01-31
each settled,Payment Received,2024-07-02 10:00,USD,100,,2025-01-31
each settled,Invoice Generated,2024-07-03 10:00,JPY,9000,,2025-01-31
each settled,Payment Received,2024-07-04 10:00,JPY,9000,,2025-01-31
one spelt twice,Invoice Generated,2024-07-01 10:00,　ｕｓｄ,100,,2025-01-31
one spelt twice,Payment Received,2024-07-02 10:00,Usd ,100,,2042-01-31
one open,Opportunity Won,2024-05-01 10:00,,,,2025-01-31
one open,Sales Order Created,2024-05-02 10:00,,,SO-1,2025-01-31
one open,Sales Order Created,2024-05-03 10:00,,,SO-2,2025-01-31
one open,Order Cancelled,2024-05-04 10:00,,,SO-1,2025-01-31
both cancelled,Opportunity Won,2024-05-01 10:00,,,,2025-01-31
both cancelled,Sales Order Created,2024-05-02 10:00,,,SO-1,2025-01-31
both cancelled,Sales Order Created,2024-05-03 10:00,,,SO-2,2025-01-31
both cancelled,Order Cancelled,2024-05-04 10:00,,,SO-2,2025-01-31
both cancelled,Order Cancelled,2024-05-05 10:00,,,SO-1,2025-01-31
one delivered,Opportunity Won,2024-05-01 10:00,,,,2025-01-31
one delivered,Sales Order Created,2024-05-02 10:00,,,SO-1,2025-01-31
one delivered,Sales Order Created,2024-05-03 10:00,,,SO-2,2025-01-31
one delivered,Order Fulfilled,2024-05-04 10:00,,,SO-1,2025-01-31
"""

# Value, order status, paid status, whether complete.
OWN_MONEY = {
    "cancelled invoice": (None, "none", "paid", True),
    "refund": (None, "none", "paid", True),
    "credit invoice": (None, "none", "paid", True),
    "a yen short": (None, "none", "partly", False),
    "all credited": (None, "none", "none", False),
    "each settled": (None, "none", "paid", True),
    "one spelt twice": (None, "none", "paid", True),
    "one open": (None, "open", "none", False),
    "both cancelled": (None, "cancelled", "none", True),
    "one delivered": (None, "partly", "none", False),
}
FIELD_MONEY = {
    # A credit note and a reversal, written with a minus and without.
    "CR1": (None, "none", "paid", True),
    "CR2": (None, "none", "paid", True),
    "CR3": (None, "none", "unpaid", False),
    "CR4": (None, "none", "unpaid", False),
    # Too much; 440 short; half; a payment before the invoice.
    "OV1": (None, "none", "paid", True),
    "PP1": (None, "none", "paid", True),
    "PP2": (None, "none", "partly", False),
    "PP3": (None, "none", "paid", True),
    # Two currencies without a rate; a cent short without a rate; no document.
    "CX1": (10000, "none", "unknown", None),
    "CX2": (1500000, "none", "unknown", None),
    "CX3": (100.01, "none", "partly", False),
    "CX4": (10000, "none", "none", False),
    "CX5": (1500000, "none", "none", False),
    # Created again after its cancellation; cancelled; one of two cancelled, the other delivered.
    "CA1": (100000, "fulfilled", "paid", True),
    "CA2": (100000, "cancelled", "none", True),
    "CA3": (200000, "fulfilled", "unpaid", False),
    "NE1": (None, "open", "none", False),
}

REPEATS = """
SalesOpportunity,ActivityName,EventTime,Amount,Region,Line
R1,Payment Received,2024-04-01,5000,East,1
R1,Payment Received,2024-04-01,5000,East,1
R1,入金,2024-04-01,5000,East,1
R2,Payment Received,2024-04-01,5000,East,1
R2,Payment Received,2024-04-01,5000,East,2
R2,Payment Received,2024-04-01,5001,East,1
R2,Payment Received,2024-04-02,5000,East,1
Q,Site Visit,2024-04-01 09:00,,West,
Q,Coffee,2024-04-01 09:00,,West,
Q,Site Visit,2024-04-01 09:00,,West,
"""
# One row per deal: the same deal twice, then a deal whose row names an event in two columns.
DEALS = """
商談番号,顧客名,商談作成日,成約日
W1,青葉,2024-04-01,2024-05-01
W1,青葉,2024-04-01,2024-05-01
W2,若葉,2024-04-02,2024-05-02
"""

STAGES = """
SalesOpportunity,ActivityName,EventTime,SalesStage,PromisedDate,DueDate,QuoteValidUntil,ListAmount,CostAmount,ReceiptNumber,Currency,TaxBasis,LeadNumber,DiscountRate,ExpectedCloseDate
S1,Opportunity Created,2024-04-01 09:00,　発掘 ,2024-08-01,,,1000,600,,ＪＰＹ,税抜,L1,0.1,2024-06-01
S1,Sales Stage Changed,2024-04-02 09:00,ﾆｰｽﾞ分析,2024-08-02,,2024-05-31,1100,,,,,,,
S1,Sales Stage Changed,2024-04-03 09:00,"proposal / price  QUOTE",,2024-09-30,,,,,,,,,
S1,Sales Stage Changed,2024-04-04 09:00,Pilot,,,,,,R-7,,,,,
S1,Sales Stage Changed,2024-04-05 09:00,ＰＩＬＯＴ,,,,,,,,,,,
"""


def times(*rows: str, start: str = "2025-04", count: int = 24) -> str:
    """Write a log of `count` plain rows of one month, then `rows`."""
    plain = [f"P{day},Opportunity Created,{start}-{day:02} 10:00" for day in range(1, count + 1)]
    return "\n".join(["SalesOpportunity,ActivityName,EventTime", *plain, *rows])


TIMES = {
    # Exchanged digits, far after the rest; the epoch day 1970-01-01, far before it.
    "late.csv": times("P1,Quote Issued,2042-05-01 10:00"),
    "early.csv": times("P1,Lead Captured,1970-01-01 00:00"),
    # Placeholder dates of systems, and a mistyped century.
    "none.csv": times(
        "P1,Quote Issued,2099-12-31 00:00",
        "P2,Quote Issued,1899-12-30 00:00",
        "P3,Quote Issued,1900/1/1",
        "P4,Quote Issued,1924-05-01 10:00",
        "P5,Quote Issued,12000",
    ),
    # An old invoice paid recently and a last payment after more than a year are valid.
    "plain.csv": times("P1,Invoice Generated,2016-03-31", "P2,Payment Received,2026-10-01 10:00"),
}


def build(folder: Path, files: list[Path], zone: str) -> Ask:
    """Import files, build them and return a function that queries the build."""
    data = folder / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zones, "project_vars", dict)
        imports.import_files(files, DataFolder(data), Options(time_zone=zone))
    return build_tables(data)


def write(folder: Path, contents: dict[str, str]) -> list[Path]:
    for name, content in contents.items():
        (folder / name).write_text(content.lstrip("\n"), "utf-8")
    return [folder / name for name in contents]


def field(*names: str) -> list[Path]:
    paths = [FIELD / name for name in names]
    return [path for path in paths if path.exists()]


@pytest.fixture(scope="module")
def money(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("money")
    own = {"money.csv": MONEY, "repeats.csv": REPEATS, "deals.csv": DEALS, "stages.csv": STAGES}
    files = field("30-calc.csv", "60-exact-duplicates.csv")
    return build(folder, [*files, *write(folder, own)], "Asia/Tokyo")


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    folder = tmp_path_factory.mktemp("moments")
    files = field("sentinel.csv", "32-future-typo.csv")
    return build(folder, [*files, *write(folder, TIMES)], "UTC")


def valued(money: Ask, cases: dict[str, Any]) -> dict[str, Any]:
    """Return value, order status, paid status and completeness of the cases named."""
    rows = money(
        "select case_id, cast(value as double), order_status, paid_status, is_complete from cases"
    )
    return {case: tuple(found) for case, *found in rows if case in cases}


def test_money_by_sign_currency_and_order(money: Ask) -> None:
    assert valued(money, OWN_MONEY) == OWN_MONEY


def test_money_by_sign_currency_and_order_in_the_field(
    money: Ask, shared: Callable[[str], Path]
) -> None:
    shared("field_faults/30-calc.csv")
    assert valued(money, FIELD_MONEY) == FIELD_MONEY
    assert money(
        "select currency, cast(value_reporting as bigint) from cases where case_id = 'CX5'"
    ) == [("JPY", 1500000)]


def test_a_minus_on_what_takes_off_is_no_impossible_amount(money: Ask) -> None:
    ((examples,),) = money(
        "select examples from quality_measures where measure = 'impossible_amount_share'"
    )
    # The refund and both credit invoices, written with a minus although the activity adds.
    assert examples == "money.csv:8; money.csv:10; money.csv:13"


def test_one_extract_time_does_not_move_the_as_of_moment(money: Ask) -> None:
    assert money(
        "select cast(last_data_update as string) from main.source_systems"
        " where source_system = 'money.csv'"
    ) == [("2025-01-30 15:00:00",)]
    assert money("select cast(as_of as string) from main.as_of_moment") == [
        ("2025-01-30 15:00:00",)
    ]


def test_rows_equal_in_every_cell_are_named_and_stay_events(money: Ask) -> None:
    assert money(
        "select place from main.repeated_rows where place not like '60-%' order by place"
    ) == [("deals.csv:3",), ("deals.csv:3",), ("repeats.csv:11",), ("repeats.csv:3",)]
    assert money("select count(*) from events where source_file = 'repeats.csv'") == [(10,)]
    ((status, severity),) = money(
        "select status, severity from quality_measures where measure = 'repeated_row_share'"
    )
    assert (status, severity) == ("exceeded", "warning")


def test_rows_equal_in_every_cell_in_the_field(money: Ask, shared: Callable[[str], Path]) -> None:
    shared("field_faults/60-exact-duplicates.csv")
    assert money("select count(*) from main.repeated_rows where place like '60-%'") == [(18,)]
    assert money("select count(*) from events where source_file like '60-%'") == [(48,)]
    ((part, examples),) = money(
        "select part, examples from quality_measures where measure = 'repeated_row_share'"
    )
    assert part == 22
    assert examples.startswith("60-exact-duplicates.csv:3; 60-exact-duplicates.csv:5; ")


def test_stages_are_found_however_they_are_spelt(money: Ask) -> None:
    assert money("select stage from events where case_id = 'S1' order by event_number") == [
        ("Discovery",),
        ("Needs Analysis",),
        ("Proposal/Price Quote",),
        # Unknown ones are kept unchanged, like activities.
        ("Pilot",),
        ("ＰＩＬＯＴ",),
    ]
    ((examples,),) = money("select examples from quality_measures where measure = 'spelling_share'")
    assert "sales_stage: Pilot" in examples


def test_stages_are_found_however_they_are_spelt_in_the_field(
    money: Ask, shared: Callable[[str], Path]
) -> None:
    shared("field_faults/30-calc.csv")
    assert money("select stage from stage_visits where case_id = 'ST1' order by visit_number") == [
        ("Discovery",),
        ("Negotiation",),
        ("Discovery",),
    ]


def test_columns_of_the_template_reach_events_and_cases(money: Ask) -> None:
    described = "cast({} as string)".join(["", ", ", ", ", ", ", ", ", ", ", ", ", ""]).format(
        "promised_date",
        "due_date",
        "quote_valid_until",
        "list_amount",
        "cost_amount",
        "discount_rate",
        "expected_close_date",
    )
    assert money(f"select {described}, tax_basis, lead_number from cases where case_id = 'S1'") == [
        (
            "2024-08-02",
            "2024-09-30",
            "2024-05-31",
            "1100.0000",
            "600.0000",
            "0.100000",
            "2024-06-01",
            "税抜",
            "L1",
        )
    ]
    assert money(
        f"select {described}, currency, tax_basis, lead_number, receipt_number from events"
        " where case_id = 'S1' and event_number in (1, 4) order by event_number"
    ) == [
        (
            "2024-08-01",
            None,
            None,
            "1000.0000",
            "600.0000",
            "0.100000",
            "2024-06-01",
            "JPY",
            "税抜",
            "L1",
            None,
        ),
        (*[None] * 10, "R-7"),
    ]


def test_implausible_times_are_rejected_or_have_no_effect(moments: Ask) -> None:
    rejected = moments(
        "select source_file, value, reasons from rejected_rows"
        " where source_file in ('late.csv', 'early.csv', 'none.csv', 'plain.csv') order by all"
    )
    assert rejected == [
        ("early.csv", "1970-01-01 00:00", "time_implausible"),
        ("none.csv", "12000", "time_implausible"),
        ("none.csv", "1899-12-30 00:00", "time_implausible"),
        ("none.csv", "1900/1/1", "time_implausible"),
        ("none.csv", "1924-05-01 10:00", "time_implausible"),
        ("none.csv", "2099-12-31 00:00", "time_implausible"),
    ]
    # A late one stays an event without an effect.
    assert moments(
        "select is_future, year(event_at) from events where source_file = 'late.csv'"
        " and activity = 'Quote Issued'"
    ) == [(True, 2042)]
    assert moments("select cast(as_of as string) from main.as_of_moment") == [
        ("2026-10-01 10:00:00",)
    ]
    assert moments(
        "select part, examples from quality_measures where measure = 'stray_time_share'"
    ) == [(2, "late.csv:26; early.csv:26")]
    assert moments(
        "select count(*) from events where source_file = 'plain.csv' and not is_future"
    ) == [(26,)]
    assert moments(
        "select count(*) from intake_summary where rows_landed != events + rejected + duplicates"
    ) == [(0,)]


def test_implausible_times_in_the_field(moments: Ask, shared: Callable[[str], Path]) -> None:
    shared("field_faults/sentinel.csv")
    shared("field_faults/32-future-typo.csv")
    assert moments(
        "select source_file, value, reasons from rejected_rows"
        " where source_file in ('sentinel.csv', '32-future-typo.csv') order by all"
    ) == [
        ("32-future-typo.csv", "2204-04-20 10:00", "time_implausible"),
        ("sentinel.csv", "0001-01-01 00:00:00", "time_implausible"),
        ("sentinel.csv", "9999-12-31 00:00", "time_implausible"),
    ]
    assert moments(
        "select source_system, cast(latest_event_at as string) from main.source_systems"
        " where source_system in ('sentinel.csv', '32-future-typo.csv') order by all"
    ) == [
        ("32-future-typo.csv", "2024-05-18 10:00:00"),
        ("sentinel.csv", "2026-03-01 09:00:00"),
    ]
    assert moments(
        "select case_id, outcome, cast(started_at as string) from cases"
        " where case_id in ('A', 'B', 'C', 'D') order by case_id"
    ) == [
        ("A", "won", "2026-01-05 09:00:00"),
        ("B", "open", "2026-02-05 09:00:00"),
        ("C", "open", "2026-03-01 09:00:00"),
        ("D", "lost", "2026-03-01 00:00:00"),
    ]
    ((oldest,),) = moments("select max(age_days) from cases where case_id in ('A', 'B', 'C', 'D')")
    assert oldest < 365


def test_the_years_of_events_are_vars_and_hold_for_extract_times(
    landed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = (
        "SalesOpportunity,ActivityName,EventTime,LastDataUpdate\n"
        "A,x,1950-01-01,2025-01-01\n"
        "B,x,2050-12-31 23:59,2924-01-01\n"
        "C,x,1949-12-31,\n"
        "D,x,2051-01-01 00:00+00:00,1924-01-01 00:00\n"
    )
    file = landed.write("years.csv", content)
    landed.add(file, time_zone="UTC")
    assert landed.rows("SalesOpportunity, faults, bad_cells") == [
        ("A", None, None),
        ("B", None, '{"LastDataUpdate":"2924-01-01"}'),
        ("C", "time_implausible", None),
        ("D", "time_implausible", '{"LastDataUpdate":"1924-01-01 00:00"}'),
    ]
    monkeypatch.setattr(zones, "project_vars", lambda: {"earliest_year": 1900, "latest_year": 3000})
    landed.add(file, time_zone="UTC", fresh=True)
    assert landed.rows("faults, bad_cells") == [(None, None)] * 4
    landed.add(
        landed.write("c.csv", content.replace("1949-12-31", "31.12.1849")),
        time_zone="UTC",
        date_formats=("%d.%m.%Y", "%Y-%m-%d"),
        fresh=True,
    )
    assert landed.rows("faults") == [(None,), (None,), ("time_implausible",), (None,)]
    monkeypatch.setattr(zones, "project_vars", lambda: {"latest_year": "soon"})
    result = landed.invoke("import", file, "--time-zone", "UTC", "--replace")
    assert result.exit_code == 2
    assert "latest_year in dbt_project.yml is not a year: soon" in result.output
