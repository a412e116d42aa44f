"""Days and months exchanged: the field fault and its kind are reported, good logs are not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from runner.cli import cli
from runner.columns.options import Options
from runner.data_folder import DataFolder
from runner.engines.warehouse import Warehouse
from runner.landing import imports
from tests.runner.conftest import build_in

HEADER = "SalesOpportunity,ActivityName,EventTime\n"
FIRST = date(2025, 1, 1)


def days(
    seed: str, count: int, keep: Callable[[date], bool] = lambda day: day.weekday() < 5
) -> list[date]:
    """Draw random days of a year and a half that satisfy `kept`."""
    drawn = random.Random(seed)
    possible = [day for n in range(540) if keep(day := FIRST + timedelta(days=n))]
    return [drawn.choice(possible) for _ in range(count)]


def exchanged(day: date) -> date:
    """Exchange day and month where both readings are dates."""
    return date(day.year, day.day, day.month) if day.day <= 12 else day


def rows(activity: str, found: list[date], form: str = "%Y-%m-%d 09:00") -> str:
    return "".join(f"{n},{activity},{day.strftime(form)}\n" for n, day in enumerate(found))


def logs() -> Iterator[tuple[str, str, dict[str, object]]]:
    """Return content and import options of each file, by name."""
    yield "true.csv", rows("Quote Issued", days("true", 400)), {}
    # one of two columns, dates only
    yield (
        "column.csv",
        rows("Opportunity Created", days("created", 300), "%Y-%m-%d")
        + rows("Opportunity Won", [exchanged(day) for day in days("won", 300)], "%Y-%m-%d"),
        {"source_system": "One column"},
    )
    # one of two files of a system
    yield "good.csv", rows("Quote Issued", days("good", 500)), {"source_system": "Two files"}
    yield (
        "wrong.csv",
        rows("Quote Issued", [exchanged(day) for day in days("wrong", 250)]),
        {"source_system": "Two files"},
    )
    # a shop is open on every day
    yield "shop.csv", rows("Sales Order Created", days("shop", 600, lambda _day: True)), {}
    # bills are dated on the first of a month, also on a Sunday; payments come on working days
    bills = days("bills", 300, lambda day: day.day == 1)
    paid = days("paid", 300, lambda day: day.day > 24 and day.weekday() < 5)
    yield "billing.csv", rows("Invoice Generated", bills) + rows("Payment Received", paid), {}
    # everything entered on one Saturday
    late = days("late", 200, lambda day: day.day > 12 and day.weekday() < 5)
    yield (
        "bulk.csv",
        rows("Lead Captured", [date(2025, 2, 8)] * 200) + rows("Lead Qualified", late),
        {},
    )
    yield "few.csv", rows("Quote Issued", [exchanged(day) for day in days("few", 20)]), {}
    # day first, read as month first: days after the twelfth are refused
    yield (
        "misread.csv",
        rows("Quote Issued", days("misread", 200), "%d/%m/%Y"),
        {"date_formats": ("%m/%d/%Y",)},
    )
    # an export of the first days of a month, with one cell that is no date
    early = days("early", 60, lambda day: day.day <= 12 and day.month == 3)
    yield "early.csv", rows("Quote Issued", early) + "x,Quote Issued,soon\n", {}


@pytest.fixture(scope="module")
def measures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """Land all logs, build once; return part and examples of the measures of swapped days."""
    folder = tmp_path_factory.mktemp("swapped")
    data_dir = folder / "data"
    for name, content, options in logs():
        (folder / name).write_text(HEADER + content)
        imports.import_files(
            [folder / name], DataFolder(data_dir), Options(time_zone="UTC", **options)
        )
    shared = Path(__file__).parents[3] / "shared" / "data" / "field_faults"
    for name in ("swapped_days.csv", "63-early-month-iso.csv"):
        if (shared / name).exists():
            imports.import_files([shared / name], DataFolder(data_dir), Options(time_zone="UTC"))
    result = CliRunner().invoke(cli, ["build", "--data-dir", str(data_dir)], env={"LANG": "C"})
    assert result.exit_code == 0, result.output
    with Warehouse() as warehouse:
        warehouse.attach(build_in(data_dir).tables, "built")
        return {
            measure: (part, examples or "")
            for measure, part, examples in warehouse.rows(
                "select measure, part, examples from built.marts.quality_measures"
                " where measure in ('swapped_column_share', 'swapped_file_share')"
            )
        } | {
            column: (events, system)
            for system, column, events in warehouse.rows(
                "select source_system, column_name, early_events from built.main.swapped_columns"
            )
        }


def test_the_field_fault_is_named_with_system_column_and_share(measures, shared) -> None:
    shared("field_faults/swapped_days.csv")
    assert "swapped_days.csv, EventTime: " in measures["swapped_column_share"][1]
    assert measures["swapped_days.csv"][0] > 0
    activities = [name for name, (_n, system) in measures.items() if system == "swapped_days.csv"]
    assert {"Sales Order Created", "Order Fulfilled"} <= set(activities)


def test_one_exchanged_column_or_file_of_a_system_is_named(measures) -> None:
    assert measures["Opportunity Won"][1] == "One column"
    assert measures["wrong.csv"][1] == "Two files"
    # about a third of 300 and of 250: days up to the twelfth that are no 1 January, 2 February …
    assert 70 < measures["Opportunity Won"][0] < 140
    assert 55 < measures["wrong.csv"][0] < 120


def test_good_logs_raise_no_alarm(measures) -> None:
    suspect = {system for _n, system in measures.values()}
    for good in ("true.csv", "shop.csv", "billing.csv", "bulk.csv", "few.csv", "early.csv"):
        assert good not in suspect
    assert "63-early-month-iso.csv" not in str(measures)
    assert "good.csv" not in measures
    assert "Opportunity Created" not in measures


def test_a_file_without_late_days_is_suspect_only_when_many_dates_were_refused(measures) -> None:
    part, examples = measures["swapped_file_share"]
    assert examples == "misread.csv"
    assert 40 < part < 110
