"""Dates under inspection: evidence for their format, mistyped years, and the JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from runner import messages
from runner.columns.options import Options
from runner.inspection import dry_run
from runner.inspection.diagnostics import CRITICAL, WARNING, Diagnostic
from runner.project import PROJECT
from runner.values import date_orders

HEADER = "SalesOpportunity,ActivityName,EventTime\n"


def only(path: Path, **options: object) -> Diagnostic:
    (diagnostic,) = dry_run.inspect(path, Options(**options)).diagnostics
    return diagnostic


def dated(landed, *days: str) -> Path:
    rows = "".join(f"{number},Opportunity Won,{day}\n" for number, day in enumerate(days))
    return landed.write("dates.csv", HEADER + rows)


# Ambiguous dates


def test_the_ambiguous_field_fault_asks_once_and_only_for_its_format(shared) -> None:
    diagnostic = only(shared("field_faults/ambiguous.csv"))
    assert (diagnostic.reason, diagnostic.columns, diagnostic.count) == (
        "time_ambiguous",
        ("EventTime",),
        3,
    )
    assert diagnostic.expected == (
        "all 3 dates fit %d-%m-%Y, 2 of them only that one: 13-04-2026 is 2026-04-13"
    )
    assert diagnostic.remedy == "Pass --date-format %d-%m-%Y."
    assert "month first" not in diagnostic.problem + diagnostic.expected + diagnostic.remedy


@pytest.mark.parametrize(
    ("days", "expected", "remedy"),
    [
        (
            ["05/04/2026 09:00", "06/04/2026 10:30"],
            [
                "05/04/2026 is 2026-04-05 with --date-format %d/%m/%Y",
                "05/04/2026 is 2026-05-04 with --date-format %m/%d/%Y",
            ],
            "Pass --date-format %d/%m/%Y or --date-format %m/%d/%Y, as the source writes them.",
        ),
        (
            ["04/13/2026", "04/02/2026", "04/02/2026"],
            ["all 3 dates fit %m/%d/%Y, 1 of them only that one"],
            "Pass --date-format %m/%d/%Y.",
        ),
        (
            ["25.12.2026"],
            ["the only date fits %d.%m.%Y"],
            "Pass --date-format %d.%m.%Y.",
        ),
        # different separators: one order, two formats
        (
            ["13/04/2026", "14-04-2026"],
            ["all 2 dates fit %d/%m/%Y, %d-%m-%Y, 2 of them only that one"],
            "Pass --date-format %d/%m/%Y --date-format %d-%m-%Y.",
        ),
        # no order fits all
        (
            ["13/04/2026", "04/14/2026", "04/05/2026", "05/04/2026"],
            [f"3 of 4 dates fit {form}, 1 only that one" for form in ("%d/%m/%Y", "%m/%d/%Y")],
            "Export all dates in one format, the year first: 2026-04-01.",
        ),
    ],
    ids=["either", "month first", "one", "two signs", "mixed"],
)
def test_the_dates_of_a_column_prove_their_order(
    landed, days: list[str], expected: list[str], remedy: str
) -> None:
    diagnostic = only(dated(landed, *days), time_zone="Asia/Tokyo")
    assert diagnostic.count == len(days)
    assert [text.partition(": ")[0] for text in diagnostic.expected.split("; ")] == expected
    assert diagnostic.remedy == remedy


def test_what_the_inspection_advises_makes_the_import_read_every_date(landed) -> None:
    path = dated(landed, *(f"{day:02}/03/2026" for day in range(1, 29)))
    diagnostic = only(path)
    form = diagnostic.remedy.removeprefix("Pass --date-format ").removesuffix(".")
    (entry,) = landed.add(path, date_formats=(form,))
    assert (entry.events, entry.rejected) == (28, 0)
    assert landed.rows("local_date")[12][0].isoformat() == "2026-03-13"


def test_distinct_dates_share_one_block(landed) -> None:
    path = dated(landed, *(f"{n % 28 + 1}/{n % 12 + 1}/20{n % 25:02}" for n in range(3_000)))
    lines = landed.invoke("inspect", path).output.splitlines()
    assert "[Critical] column EventTime, 3,000 places: " in "\n".join(lines)
    assert len(lines) < 20


def test_an_import_reports_the_same(landed) -> None:
    result = landed.invoke("import", dated(landed, "13-04-2026", "14-04-2026"))
    assert (
        "  date format: all 2 dates fit %d-%m-%Y, 2 of them only that one: 13-04-2026 is 2026-04-13"
    ) in result.output.splitlines()


def test_two_digit_years_have_three_orders() -> None:
    orders = date_orders.of_days([("20-10-16", 4), ("20-13-16", 0)])
    assert [[*order.forms] for order in orders.orders] == [["%d-%m-%y"], ["%y-%m-%d"]]


# Days that do not exist


@pytest.mark.parametrize(
    ("time", "reason", "remedy"),
    [
        ("2026/2/30", "time_nonexistent", "Correct the date or the time of day."),
        ("2026-04-01 25:00", "time_nonexistent", "Correct the date or the time of day."),
        (
            "2026-03-29 02:30",
            "time_skipped",
            "Write the time with its UTC offset, or check --time-zone.",
        ),
    ],
)
def test_only_a_time_the_clock_skips_asks_for_an_offset(landed, time, reason, remedy) -> None:
    diagnostic = only(dated(landed, time), time_zone="Europe/Berlin")
    assert (diagnostic.severity, diagnostic.reason, diagnostic.remedy) == (CRITICAL, reason, remedy)


# Years mistyped


def test_the_mistyped_year_of_the_field_fault_is_found(landed, shared) -> None:
    """The import itself rejects the year 2204; the inspection warns of a plausible year."""
    path = shared("field_faults/32-future-typo.csv")
    diagnostic = only(path, time_zone="Asia/Tokyo")
    assert (diagnostic.severity, diagnostic.reason, diagnostic.count) == (
        CRITICAL,
        "time_implausible",
        1,
    )
    assert diagnostic.examples[0].value == "2204-04-20 10:00"
    nearer = landed.write("nearer.csv", path.read_bytes().replace(b"2204-", b"2032-"))
    diagnostic = only(nearer, time_zone="Asia/Tokyo")
    assert (diagnostic.severity, diagnostic.reason, diagnostic.count) == (
        WARNING,
        "time_far_off",
        1,
    )
    assert diagnostic.examples[0].value == "2032-04-20 10:00"
    assert diagnostic.expected == "most times are from 2024-04-03 to 2024-05-15"


@pytest.mark.parametrize(
    ("far", "doubted"),
    [
        (["2062-04-20"], ["2062-04-20"]),
        (["1924-04-20", "2042-04-20"], ["1924-04-20", "2042-04-20"]),
        (["2204-01-01", "2205-01-01"], ["2204-01-01", "2205-01-01"]),
        # an old deal, a plan
        (["2022-04-20"], []),
        (["2027-04-20"], []),
        # too many for a typing error
        (["2035-04-20"] * 10, []),
    ],
)
def test_times_far_from_the_rest_are_doubted(landed, far: list[str], doubted: list[str]) -> None:
    path = dated(landed, *(f"2024-04-{day:02}" for day in range(1, 26)), *far)
    found = [
        place.value for f in dry_run.inspect(path, Options()).diagnostics for place in f.examples
    ]
    assert sorted(found) == doubted


def test_a_log_of_many_years_or_few_events_has_no_far_time(landed) -> None:
    years = dated(landed, *(f"{year}-05-01" for year in range(1995, 2027)))
    assert dry_run.inspect(years, Options()).diagnostics == []
    few = dated(landed, "2010-04-01", "2024-04-01", "2024-04-02")
    assert dry_run.inspect(few, Options()).diagnostics == []


def test_a_deals_sheet_names_the_column_of_the_mistyped_year(landed) -> None:
    rows = [f"{n},2026-04-{n:02},2026-05-{n:02}\n" for n in range(1, 12)]
    rows[4] = "5,2026-04-05,2206-05-05\n"
    path = landed.write("deals.csv", "商談番号,商談作成,成約\n" + "".join(rows))
    diagnostic = only(path)
    assert (diagnostic.columns, diagnostic.examples[0].row) == (("成約",), 6)


# JSON


def test_the_json_follows_its_schema_and_agrees_with_the_lines(landed) -> None:
    schema = json.loads(
        (PROJECT / "runner" / "inspection" / "inspection.schema.json").read_text("utf-8")
    )
    bad = landed.write(
        "bad.csv",
        "SalesOpportunity,ActivityName,EventTime,OpportunityValue,Extra\n"
        "1,Quote Isued,2026-04-01,100,a\n2,Opportunity Won,13/04/2026,abc,b\n,,2026-02-30,1,c\n",
    )
    missing = landed.data_dir.parent / "missing.csv"
    good = landed.write("good.csv", HEADER + "1,Opportunity Won,2026-04-01 09:00+09:00\n")
    result = landed.invoke("inspect", bad, missing, good, "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    Draft7Validator(schema).validate(found)
    assert [file["verdict"] for file in found["files"]] == ["refused", "refused", "accepted"]
    assert [file["refused"] for file in found["files"]] == [5, 1, 0]
    first = {diagnostic["reason"]: diagnostic for diagnostic in found["files"][0]["remarks"]}
    assert first["activity_unknown"]["places"] == [
        {"row": 2, "value": "Quote Isued", "nearest": "Quote Issued"}
    ]
    assert first["cell_unreadable"]["columns"] == ["OpportunityValue"]
    assert found["files"][0]["sheets"][0]["carried"] == ["Extra"]
    assert landed.invoke("inspect", good, "--format", "json").exit_code == 0


def test_beside_the_json_nothing_else_is_on_standard_output(landed) -> None:
    output = landed.data_dir.parent / "marked.xlsx"
    result = landed.invoke("inspect", dated(landed, "x"), "--format", "json", "-o", output)
    assert json.loads(result.stdout)["files"][0]["refused"] == 1
    assert "Marked workbook: " in result.stderr


def test_examples_are_in_the_readers_language(landed) -> None:
    path = landed.write("a.csv", HEADER + "1,Quote Isued,2026-04-01\n")
    with messages.in_language("ja"):
        assert only(path).examples[0].nearest == "見積・提案提示"
