"""The demo log of the clone has the figures of docs/demo-log.md, computed without project code.

In the log of `l2c demo`, the cases written by hand have the same figures.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runner.cli import cli
from runner.engines.warehouse import Warehouse, sql_literal
from runner.project import PROJECT

PAGE = (PROJECT / "docs" / "demo-log.md").read_text(encoding="utf-8").splitlines()
YES_OR_NO = {"yes": True, "no": False, "null": None}


def table(first_header: str, second_header: str) -> list[dict[str, str]]:
    """Return the rows of the page's table whose first headers are these."""
    lines = iter(PAGE)
    for line in lines:
        if line.startswith(f"| {first_header} | {second_header} |"):
            headers = cells(line)
            next(lines)
            return list(rows_below(headers, lines))
    raise AssertionError(f"docs/demo-log.md has no table {first_header}, {second_header}")


def rows_below(headers: list[str], lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """Yield rows until the table ends."""
    for line in lines:
        if not line.startswith("|"):
            return
        yield dict(zip(headers, cells(line), strict=True))


def cells(line: str) -> list[str]:
    """Return the cells of a table row."""
    return [cell.strip().strip("`") for cell in line.strip("|").split("|")]


def number(written: str) -> float | None:
    """Return a number of the page; `null` is None."""
    return None if written == "null" else float(written.replace(",", ""))


@pytest.fixture(scope="module")
def rows(published: Path) -> Iterator[Any]:
    """Return the rows of a query on the published file."""
    with Warehouse() as warehouse:
        warehouse.run(f"attach {sql_literal(str(published))} as published (read_only)")
        warehouse.run("use published.marts")
        yield warehouse.rows


CASES = table("Case", "Shows")


@pytest.mark.parametrize("documented", CASES, ids=lambda documented: documented["Case"])
def test_a_case_written_by_hand_is_as_documented(documented: dict[str, str], rows: Any) -> None:
    assert rows(
        "select outcome, order_status, paid_status, is_complete, event_count,"
        " round(duration_days, 4), cast(value as double), rework_event_count, tie_count,"
        " order_is_certain from cases where case_id = ?",
        [documented["Case"]],
    ) == [
        (
            documented["Outcome"],
            documented["Order"],
            documented["Paid"],
            YES_OR_NO[documented["Complete"]],
            int(documented["Events"]),
            number(documented["Days"]),
            number(documented["Value"]),
            int(documented["Rework"]),
            int(documented["Ties"]),
            YES_OR_NO[documented["Certain"]],
        )
    ]


@pytest.mark.parametrize("documented", CASES, ids=lambda documented: documented["Case"])
def test_its_stage_visits_are_as_documented(documented: dict[str, str], rows: Any) -> None:
    visits = documented["Stage visits"].removesuffix("(derived)").strip()
    expected = [visit.rsplit(" ", 2) for visit in visits.split("; ") if visit != "none"]
    found = rows(
        "select stage, days_in_stage, exit from stage_visits where case_id = ?"
        " order by visit_number",
        [documented["Case"]],
    )
    assert [(stage, left_for) for stage, _days, left_for in found] == [
        (stage, left_for) for stage, _days, left_for in expected
    ]
    # The page has three decimals.
    assert [days for _stage, days, _left_for in found] == pytest.approx(
        [float(days) for _stage, days, _left_for in expected], abs=0.001
    )
    if visits != "none":
        assert rows(
            "select distinct stage_is_derived from events where case_id = ?", [documented["Case"]]
        ) == [(documented["Stage visits"].endswith("(derived)"),)]


@pytest.mark.parametrize(
    "documented", table("KPI", "Value"), ids=lambda documented: documented["KPI"]
)
def test_a_kpi_is_as_documented(documented: dict[str, str], rows: Any) -> None:
    value, n = rows(
        "select value, n from kpi_values"
        " where kpi = ? and dimension = 'all' and period_grain = 'all'",
        [documented["KPI"].partition(",")[0]],
    )[0]
    figure = documented["Value"].split(" = ")[-1].split()[0]
    assert (round(value, len(figure.partition(".")[2])), n) == (float(figure), int(documented["n"]))


TOTALS = {
    "rows read, rows landed": "select sum(rows_read), sum(rows_landed) from intake_summary",
    "events": "select count(*) from events",
    "rejected rows": "select count(*) from rejected_rows",
    "duplicates": "select sum(duplicates) from intake_summary",
    "cells that cannot be read": "select count(*) from rejected_cells",
    "cases": "select count(*) from cases",
    "of these opportunities, leads": "select count(*) filter (case_kind = 'opportunity'),"
    " count(*) filter (case_kind = 'lead') from cases",
    "outcome won, lost, no_sale, disqualified, open": "select count(*) filter (outcome = 'won'),"
    " count(*) filter (outcome = 'lost'), count(*) filter (outcome = 'no_sale'),"
    " count(*) filter (outcome = 'disqualified'), count(*) filter (outcome = 'open') from cases",
    "of the won: without an Opportunity Won event": "select count(*) from cases"
    " where outcome_is_derived",
    "of the open: opportunities, leads": "select count(*) filter (case_kind = 'opportunity'),"
    " count(*) filter (case_kind = 'lead') from cases where outcome = 'open'",
    "order_status none, open, partly, fulfilled, cancelled": "select"
    " count(*) filter (order_status = 'none'), count(*) filter (order_status = 'open'),"
    " count(*) filter (order_status = 'partly'), count(*) filter (order_status = 'fulfilled'),"
    " count(*) filter (order_status = 'cancelled') from cases",
    "paid_status none, unpaid, partly, paid, unknown": "select"
    " count(*) filter (paid_status = 'none'), count(*) filter (paid_status = 'unpaid'),"
    " count(*) filter (paid_status = 'partly'), count(*) filter (paid_status = 'paid'),"
    " count(*) filter (paid_status = 'unknown') from cases",
    "is_complete true, false, null": "select count(*) filter (is_complete),"
    " count(*) filter (not is_complete), count(*) filter (is_complete is null) from cases",
    "transitions (events − cases)": "select count(*) from transitions",
    "variants": "select count(*) from variants",
    "cases with rework, rework events": "select count(*) filter (rework_event_count > 0),"
    " sum(rework_event_count) from cases",
    "self-loops, of any activity": "select sum(self_loop_count) from process_map_nodes",
    "ties; cases whose order is not certain": "select sum(tie_count),"
    " count(*) filter (not order_is_certain) from cases",
    "date-only events": "select count(*) from events where is_date_only",
    "events after the as-of moment": "select count(*) from events where is_future",
    "events from sales, orders, finance": "select"
    " count(*) filter (source_system = 'Oracle CX Sales'),"
    " count(*) filter (source_system = 'Oracle Order Management'),"
    " count(*) filter (source_system = 'Oracle Fusion AR') from events",
}


@pytest.mark.parametrize("what", TOTALS)
def test_a_total_is_as_documented(what: str, rows: Any) -> None:
    documented = {row["What"]: row["Number"] for row in table("What", "Number")}[what]
    expected = [number(part) for part in documented.replace(";", ", ").split(", ") if part]
    counted = list(rows(TOTALS[what])[0])
    assert counted == (expected if len(expected) > 1 else expected * len(counted))


def test_the_rejected_rows_and_cells_are_as_documented(rows: Any) -> None:
    assert rows("select source_row, reasons from rejected_rows order by source_row") == [
        (int(row["Row"]), row["Reason"]) for row in table("Row", "Case") if "Reason" in row
    ]
    documented = [row for row in map(cells, PAGE) if len(row) == 4 and row[1] == "D36-BAD-CELLS"]
    assert sorted(rows('select source_row, "column", value from rejected_cells')) == sorted(
        (int(row), column, written) for row, _case, column, written in documented
    )


# Figures of the published tables that a sales director would expect of the demo's company.
PLAUSIBLE = {
    "leads that become an opportunity": (
        "select value from kpi_values where kpi = 'lead_conversion' and {whole}", 0.1, 0.3
    ),
    "decided deals that are won": (
        "select value from kpi_values where kpi = 'win_rate_count' and {whole}", 0.25, 0.45
    ),
    "days from the first event to the win": (
        "select value from kpi_values where kpi = 'sales_cycle' and {whole}", 60, 120
    ),
    "open deals that are stalled": (
        "select avg(cast(is_stalled as int)) from stage_visits where is_open", 0.1, 0.33
    ),
    "median age of open deals": ("select median(age_days) from {open_deals}", 30, 120),
    "age that one open deal in ten exceeds": (
        "select quantile_cont(age_days, 0.9) from {open_deals}", 150, 400
    ),
    "cases with rework": (
        "select value from kpi_values where kpi = 'rework_rate' and {whole}", 0.2, 0.45
    ),
    "days from the invoice to the last payment": (
        "select value from kpi_values where kpi = 'invoice_to_payment' and {whole}", 30, 75
    ),
    "wins in March and September, of all (one sixth if all months were alike)": (
        """
        select avg(cast(month(first_at + interval 9 hours) in (3, 9) as int)) from milestones
        where activity = 'Opportunity Won' and first_at < '2026-04-01'
        """, 0.17, 0.35
    ),
}  # fmt: skip
PARTS = {
    "whole": "dimension = 'all' and period_grain = 'all'",
    "open_deals": "cases where outcome = 'open' and case_kind = 'opportunity'",
}


def assert_readme_shows(output: str) -> None:
    """Compare the README's lines with the most similar lines of the demo, or write those."""
    path = PROJECT / "README.md"
    page = path.read_text("utf-8")
    (shown,) = re.findall(r"```console\n\$ make demo\n(.*?)```", page, re.DOTALL)
    printed = output.splitlines()
    nearest = [difflib.get_close_matches(line, printed, 1, 0)[0] for line in shown.splitlines()]
    assert [printed.index(line) for line in nearest] == sorted(map(printed.index, set(nearest)))
    if os.environ.get("L2C_WRITE_DOCS") == "1":
        path.write_text(page.replace(shown, "\n".join([*nearest, ""])), "utf-8")
    else:
        assert shown.splitlines() == nearest


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_demo_log_is_plausible_and_keeps_the_cases_written_by_hand(
    lang: str, tmp_path: Path, published: Path
) -> None:
    result = CliRunner().invoke(cli, ["demo", "--data-dir", str(tmp_path), "--lang", lang])
    assert result.exit_code == 0, result.output
    summaries = {
        "en": "failed: critical 0, warning 0, info 0",
        "ja": "不合格: 重大 0 件、警告 0 件、情報 0 件",
    }
    assert summaries[lang] in result.output
    assert "simulated.causes.json" in result.output
    if lang == "en":
        assert_readme_shows(result.output.replace(str(tmp_path), "data"))
    with Warehouse() as warehouse:
        for name, file in (
            ("carried", published),
            ("demo", tmp_path / "demo" / "publish" / "lead_to_cash.duckdb"),
        ):
            warehouse.run(f"attach {sql_literal(str(file))} as {name} (read_only)")
        counted = warehouse.rows("select count(*) from demo.marts.cases")
        both = (
            "select * from {}.marts.cases where case_id in"
            " (select case_id from demo.marts.events where source_file = 'written_by_hand.csv')"
        )
        by_hand = warehouse.rows(f"{both.format('demo')} order by case_id")
        assert by_hand == warehouse.rows(f"{both.format('carried')} order by case_id")
        regions = warehouse.rows("select distinct region from demo.marts.cases order by all")
        warehouse.run("use demo.marts")
        figures = {
            what: warehouse.rows(sql.format(**PARTS))[0][0]
            for what, (sql, _low, _high) in PLAUSIBLE.items()
        }
        statuses = warehouse.rows(
            f"select status from kpi_values where {PARTS['whole']} group by all"
        )
    assert {
        what: found
        for what, found in figures.items()
        if not PLAUSIBLE[what][1] <= found <= PLAUSIBLE[what][2]
    } == {}
    assert {("met",), ("missed",)} <= set(statuses)
    assert counted == [(1037,)]
    assert {row[0] for row in by_hand} == {documented["Case"] for documented in CASES}
    assert (("九州",) in regions) == (lang == "ja")
