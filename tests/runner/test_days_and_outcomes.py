"""Days on one calendar, attributes of outcomes, and rates that cannot be computed.

Each kind of fault has a file from the field, with the results expected by its README, and inputs of
our own. One log has them all, except the rates, which need a log of their own. The region of a case
is its name, so that each segment of a KPI is one case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runner import messages
from runner.checks.headline import headline
from runner.cli import cli
from runner.project import PROJECT
from runner.publish import publication, summary
from runner.values import zones
from tests.runner.conftest import build_in, query

HEADER = "SalesOpportunity,ActivityName,EventTime,OpportunityValue,LossReason,SalesStage,Region\n"
# Inputs from the field, with the zone of their times.
FIELD = PROJECT.parent / "shared" / "data" / "field_faults"
FIELD_ZONES = {
    "zone_kpi.csv": "UTC",
    "reopened.csv": "Asia/Tokyo",
    "31-dst.csv": "America/New_York",
}

# Zone of the file → its rows: case, activity, time, value, loss reason, stage.
DAYS = {
    # A day follows the calendar of the date-only end: UTC, Tokyo, New York, Honolulu.
    "UTC": """
        offset-next-day,Invoice Generated,2026-03-02T23:30:00+09:00
        offset-next-day,Payment Received,2026-03-03
        offset-same-day,Invoice Generated,2026-03-03T01:00:00+09:00
        offset-same-day,Payment Received,2026-03-02
        two-zones,Payment Received,2026-03-05
        stage-by-a-date,Opportunity Created,2026-03-02 16:00
        stage-by-a-date,Opportunity Won,2026-03-03
        over-a-weekend,Opportunity Created,2026-03-06 16:00
        over-a-weekend,Opportunity Won,2026-03-09
        timed,Invoice Generated,2026-03-02 16:00
        timed,Payment Received,2026-03-04 04:00
        begins-with-its-win,Opportunity Won,2026-03-02 09:00
        begins-with-its-win,Invoice Generated,2026-03-05 09:00
        won-twice,Opportunity Won,2026-03-02 09:00
        won-twice,Opportunity Reopened,2026-03-05 09:00
        won-twice,Opportunity Won,2026-03-09 09:00
        won-at-once,Opportunity Created,2026-03-02 09:00
        won-at-once,Opportunity Won,2026-03-02 09:00
    """,
    "Asia/Tokyo": """
        after-midnight,Invoice Generated,2026-03-03
        after-midnight,Payment Received,2026-03-02T15:30:00Z
        two-zones,Invoice Generated,2026-03-02
    """,
    "America/New_York": """
        in-the-evening,Invoice Generated,2026-03-02
        in-the-evening,Payment Received,2026-03-02 22:00
        still-open,Opportunity Created,2026-03-28
    """,
    "Pacific/Honolulu": """
        far-west,Opportunity Created,2026-03-01
        far-west,Opportunity Won,2026-03-01 23:50
    """,
    # Clocks change on 29 March 2026.
    "Europe/Berlin": """
        spring,Opportunity Created,2026-03-28
        spring,Quote Created,2026-03-29
        spring,Quote Revised,2026-03-30
        spring,Quote Revised,2026-03-30
        spring-timed,Opportunity Created,2026-03-28 12:00
        spring-timed,Quote Created,2026-03-29 12:00
    """,
}

OUTCOMES = """
    thrice,Opportunity Created,2026-01-05 09:00,100
    thrice,Opportunity Lost,2026-01-10 09:00,0,Price
    thrice,Opportunity Reopened,2026-01-20 09:00
    thrice,Quote Created,2026-01-22 09:00
    thrice,Opportunity Lost,2026-01-25 09:00,0,Budget
    thrice,Opportunity Reopened,2026-02-01 09:00
    thrice,Opportunity Won,2026-02-04 09:00
    lost-again,Opportunity Created,2026-01-05 09:00,80
    lost-again,Opportunity Lost,2026-01-10 09:00,0,Price
    lost-again,Opportunity Reopened,2026-01-20 09:00
    lost-again,Opportunity Lost,2026-01-25 09:00,0
    another-reason,Opportunity Created,2026-01-05 09:00,80
    another-reason,Opportunity Lost,2026-01-10 09:00,80,Price
    another-reason,Opportunity Reopened,2026-01-20 09:00
    another-reason,Opportunity Closed Without Sale,2026-01-25 09:00
    another-reason,Sales Stage Changed,2026-01-26 09:00,80,Timing
    open-again,Opportunity Created,2026-01-05 09:00,100
    open-again,Opportunity Lost,2026-01-10 09:00,0,Price
    open-again,Opportunity Reopened,2026-01-20 09:00
    stages-given,Sales Stage Changed,2026-01-05 09:00,100,,Prospecting
    stages-given,Opportunity Won,2026-01-10 09:00,100,,Closed Won
    stages-given,Opportunity Reopened,2026-01-20 09:00
    stages-given,Sales Stage Changed,2026-01-22 09:00,100,,Prospecting
    stages-given,Sales Stage Changed,2026-01-25 09:00,100,,Negotiation/Review
    elsewhere,Sales Stage Changed,2026-01-05 09:00,100,,Prospecting
    elsewhere,Opportunity Lost,2026-01-10 09:00,100,Price,Closed Lost
    elsewhere,Opportunity Reopened,2026-01-20 09:00,100,,Needs Analysis
    never-closed,Opportunity Created,2026-01-05 09:00,100
    never-closed,Opportunity Reopened,2026-01-20 09:00
    never-closed,Opportunity Won,2026-01-25 09:00
    for-nothing,Opportunity Created,2026-01-05 09:00,500
    for-nothing,Opportunity Won,2026-01-10 09:00,0
    not-for-nothing,Opportunity Created,2026-01-05 09:00,100
    not-for-nothing,Opportunity Lost,2026-01-10 09:00,0,Price
"""
# Dates that an export padded with midnight UTC.
INSTANTS = """
    instants,Opportunity Created,2024-11-02T00:00:00Z
    instants,Opportunity Won,2024-11-04T00:00:00Z
"""


def csv(rows: str) -> str:
    """Pad each row to the header, with its case as region."""
    lines = [line.strip().split(",") for line in rows.strip().splitlines()]
    filled = [[*line, *[""] * (6 - len(line)), line[0]] for line in lines]
    return HEADER + "".join(",".join(line) + "\n" for line in filled)


@dataclass(frozen=True)
class Published:
    """A published file and the output of the run."""

    file: Path
    output: str

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return query(self.file, sql)

    def kpi(self, kpi: str, segment: str) -> list[tuple[Any, ...]]:
        """Return value and cases of a region's KPI; no row without cases."""
        return self.rows(
            "select value, n from kpi_values where period = 'all' and dimension = 'region'"
            f" and kpi = '{kpi}' and segment = '{segment}'"
        )

    def visits(self, case: str) -> list[tuple[Any, ...]]:
        """Return stage, days and exit of each visit of a case."""
        return self.rows(
            "select stage, days_in_stage, exit from stage_visits"
            f" where case_id = '{case}' order by visit_number"
        )


def l2c(folder: Path, *arguments: object) -> str:
    """Run one command in a data folder; return its output."""
    name, *rest = map(str, arguments)
    result = CliRunner().invoke(cli, [name, "--data-dir", str(folder), *rest])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Publish all kinds in one log, which is complete up to midnight UTC of 31 March 2026."""
    folder = tmp_path_factory.mktemp("days")
    data = folder / "data"
    for zone, rows in {**DAYS, "Asia/Seoul": OUTCOMES}.items():
        file = folder / f"{zone.replace('/', '_')}.csv"
        file.write_text(csv(rows), "utf-8")
        l2c(data, "import", file, "--time-zone", zone)
    instants = folder / "instants.csv"
    instants.write_text(csv(INSTANTS), "utf-8")
    l2c(data, "import", instants, "--dates-only", "--time-zone", "America/New_York")
    last = folder / "last.csv"
    last.write_text(csv("last,Opportunity Created,2026-03-31"), "utf-8")
    l2c(data, "import", last, "--time-zone", "UTC")
    for name, zone in FIELD_ZONES.items():
        if (FIELD / name).exists():
            l2c(data, "import", FIELD / name, "--time-zone", zone)
    output = l2c(data, "run", "--lang", "en")
    return Published(data / "publish" / "lead_to_cash.duckdb", output)


@pytest.fixture(scope="module")
def log_without_losses(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Publish a log of orders and receivables, in which nothing was lost."""
    folder = tmp_path_factory.mktemp("orders")
    orders = "\n".join(
        f"order-{number},{activity},2026-0{month}-0{day} 09:00,100"
        for number, month in ((1, 1), (2, 1), (3, 2))
        for activity, day in (
            ("Sales Order Created", 2),
            ("Invoice Generated", 5),
            ("Payment Received", 9),
        )
    )
    # One win was recorded, no loss: such a rate could only be 100 %.
    file = folder / "orders.csv"
    file.write_text(csv(orders + "\norder-4,Opportunity Won,2026-01-02 09:00,100"), "utf-8")
    files = [file, *(path for path in [FIELD / "zone_kpi.csv"] if path.exists())]
    data = folder / "data"
    output = l2c(data, "run", *files, "--time-zone", "UTC", "--lang", "en")
    return Published(data / "publish" / "lead_to_cash.duckdb", output)


def test_days_from_the_field_are_those_of_one_calendar(
    log: Published, shared: Callable[[str], Path]
) -> None:
    shared("field_faults/zone_kpi.csv")
    assert log.kpi("sales_cycle", "same-day") == [(0, 1)]
    assert [
        log.kpi("invoice_to_payment", region)
        for region in ("paid-same-day", "inv-timed", "inv-late-timed")
    ] == [[(0, 1)], [(29, 1)], [(0, 1)]]


@pytest.mark.parametrize(
    ("kpi", "case", "days"),
    [
        ("invoice_to_payment", "offset-next-day", 1),
        ("invoice_to_payment", "offset-same-day", 0),
        ("invoice_to_payment", "two-zones", 3),
        ("invoice_to_payment", "after-midnight", 0),
        ("invoice_to_payment", "in-the-evening", 0),
        ("invoice_to_payment", "timed", 1.5),
        ("sales_cycle", "far-west", 0),
        ("sales_cycle", "stage-by-a-date", 1),
        ("sales_cycle", "over-a-weekend", 3),
        ("sales_cycle", "instants", 2),
    ],
)
def test_both_ends_of_whole_days_are_on_one_calendar(
    log: Published, kpi: str, case: str, days: float
) -> None:
    assert log.kpi(kpi, case) == [(days, 1)]


def test_stages_and_business_days_are_on_that_calendar_too(log: Published) -> None:
    assert log.visits("stage-by-a-date") == [("Discovery", 1, "won")]
    # The log ends at 20:00 on 30 March in New York, on 31 March in the reporting zone.
    assert log.visits("still-open") == [("Discovery", 2, "open")]
    # Friday to Monday by the dates in UTC: one working day. In Tokyo Saturday to Monday: none.
    assert log.rows("select business_days from cases where case_id = 'over-a-weekend'") == [(1,)]
    assert log.rows("select business_days from transitions where case_id = 'over-a-weekend'") == [
        (1,)
    ]
    assert log.rows("select count(*) from transitions where business_days is null") == [(0,)]
    assert log.rows("select count(*) from cases where business_days is null") == [(0,)]


@pytest.mark.parametrize("case", ["DS2", "DS3"])
def test_dates_from_the_field_over_a_clock_change_are_whole_days(
    log: Published, shared: Callable[[str], Path], case: str
) -> None:
    shared("field_faults/31-dst.csv")
    assert log.visits(case) == [("Discovery", 2, "won")]
    assert log.rows(
        "select elapsed_days, duration_days, event_count from transitions"
        f" inner join cases using (case_id) where case_id = '{case}'"
    ) == [(2, 2, 2)]


def test_no_date_is_longer_or_shorter_for_a_clock_change(log: Published) -> None:
    steps = "select elapsed_days from transitions where case_id = '{}' order by event_number"
    assert log.rows(steps.format("spring")) == [(1,), (1,), (0,)]
    assert log.rows(steps.format("instants")) == [(2,)]
    # Between times it counts: 23 hours.
    assert log.rows(steps.format("spring-timed")) == [(pytest.approx(23 / 24),)]
    assert log.rows("select duration_days from cases where case_id = 'spring'") == [(2,)]
    assert log.visits("spring") == [("Discovery", 1, "skipped"), ("Quotation", 2, "open")]
    # From 28 March in Berlin to 2:00 on the 31st there.
    assert log.rows("select age_days from cases where case_id = 'spring'") == [
        (pytest.approx(3 + 2 / 24),)
    ]


def test_an_instant_declared_a_date_is_the_day_as_written(log: Published) -> None:
    assert log.rows("select event_date, is_date_only from events where case_id = 'instants'") == [
        (date(2024, 11, 2), True),
        (date(2024, 11, 4), True),
    ]


def test_a_case_that_begins_with_its_win_has_no_cycle(log: Published) -> None:
    assert log.kpi("sales_cycle", "begins-with-its-win") == []
    assert log.kpi("sales_cycle", "won-twice") == []
    # Another event in the same minute is a start.
    assert log.kpi("sales_cycle", "won-at-once") == [(0, 1)]


def test_outcomes_from_the_field_take_what_belongs_to_them(
    log: Published, shared: Callable[[str], Path]
) -> None:
    shared("field_faults/reopened.csv")
    assert log.rows(
        "select case_id, outcome, loss_reason, value, current_stage from cases"
        " where case_id like 'J_' order by case_id"
    ) == [
        ("J1", "won", None, 120, None),
        ("J2", "open", None, 100, "Discovery"),
        ("J3", "lost", "Price", 100, None),
        ("J4", "open", None, 100, "Discovery"),
    ]
    assert {case: log.visits(case) for case in ("J1", "J2", "J3", "J4")} == {
        "J1": [("Discovery", 15, "lost"), ("Discovery", 9, "won")],
        "J2": [("Discovery", 15, "won"), ("Discovery", 58, "open")],
        "J3": [("Discovery", 15, "lost")],
        "J4": [("Discovery", 15, "lost"), ("Discovery", 58, "open")],
    }
    assert log.rows(
        "select entered_at, left_at from stage_visits where case_id = 'J4' and visit_number = 2"
    ) == [(datetime(2026, 2, 1), None)]


@pytest.mark.parametrize(
    ("case", "outcome", "reason", "value", "stage", "visits"),
    [
        (
            "thrice",
            "won",
            None,
            100,
            None,
            [
                ("Discovery", 5, "lost"),
                ("Discovery", 2, "skipped"),
                ("Quotation", 3, "lost"),
                ("Quotation", 3, "won"),
            ],
        ),
        ("lost-again", "lost", None, 80, None, [("Discovery", 5, "lost")] * 2),
        (
            "another-reason",
            "no_sale",
            "Timing",
            80,
            None,
            [("Discovery", 5, "lost"), ("Discovery", 5, "no_sale")],
        ),
        ("open-again", "open", None, 100, "Discovery", None),
        (
            "stages-given",
            "open",
            None,
            100,
            "Negotiation/Review",
            [("Prospecting", 5, "won"), ("Prospecting", 5, "skipped"), ("Negotiation/Review",)],
        ),
        ("elsewhere", "open", None, 100, "Needs Analysis", [("Prospecting", 5, "lost"), ()]),
        ("never-closed", "won", None, 100, None, [("Discovery", 20, "won")]),
    ],
)
def test_what_belongs_to_an_outcome_goes_with_it(
    log: Published,
    case: str,
    outcome: str,
    reason: str | None,
    value: int,
    stage: str | None,
    visits: list[tuple[Any, ...]] | None,
) -> None:
    assert log.rows(
        f"select outcome, loss_reason, value, current_stage from cases where case_id = '{case}'"
    ) == [(outcome, reason, value, stage)]
    found = log.visits(case)
    for expected, visit in zip(visits or found, found, strict=True):
        assert visit[: len(expected)] == expected


def test_a_reopening_is_the_move_to_a_new_visit(log: Published) -> None:
    assert log.rows(
        "select from_stage, to_stage, moved_at, days_in_from_stage, direction"
        " from stage_transitions where case_id = 'thrice' order by move_number"
    ) == [
        ("Discovery", "Discovery", datetime(2026, 1, 20), 5, "reopened"),
        ("Discovery", "Quotation", datetime(2026, 1, 22), 2, "skipped"),
        ("Quotation", "Quotation", datetime(2026, 2, 1), 3, "reopened"),
    ]
    assert (
        log.rows(
            "select case_id"
            " from (select case_id, count(*) as visits from stage_visits group by all)"
            " left join (select case_id, count(*) as moves from stage_transitions group by all)"
            " using (case_id) where visits != coalesce(moves, 0) + 1"
        )
        == []
    )


def test_cells_about_a_loss_stay_among_the_attributes(log: Published) -> None:
    assert log.rows(
        "select first_value, last_value from case_attributes"
        " where case_id = 'thrice' and attribute = 'loss_reason'"
    ) == [("Price", "Budget")]


def test_a_deal_won_for_nothing_is_worth_0(log: Published) -> None:
    assert log.rows(
        "select value, value_first, value_reporting from cases where case_id = 'for-nothing'"
    ) == [(0, 500, 0)]
    assert log.rows(
        "select numerator, denominator, value_coverage from kpi_values where period = 'all'"
        " and kpi = 'win_rate_value' and segment in ('for-nothing', 'not-for-nothing')"
        " order by segment"
    ) == [(0, 0, 1), (0, 100, 1)]


def test_a_segment_without_losses_keeps_its_rate_within_0_and_1(log: Published) -> None:
    rates = "select value, low, high from kpi_values where kpi = 'win_rate_count'"
    assert log.rows(f"{rates} and segment = 'far-west' and n > 0") == [
        (1, pytest.approx(0.206549314), 1),
        (1, pytest.approx(0.206549314), 1),
    ]
    assert log.rows(
        "select count(*) from kpi_values where not (low between 0 and value and high between value"
        " and 1) and unit = 'ratio'"
    ) == [(0,)]


def test_loops_mark_normal_repeats(log: Published) -> None:
    assert dict(log.rows("select activity, repeats from rework_loops")) | {
        "Quote Revised": "rework",
        "Sales Stage Changed": "normal",
        "Opportunity Lost": "rework_when_repeated",
    } == dict(log.rows("select activity, repeats from rework_loops"))
    assert (
        log.rows(
            "select activity from rework_loops where (extra_days is null) != (repeats = 'normal')"
        )
        == []
    )


def test_as_of_is_a_timestamp_and_shown_in_the_reporting_zone(log: Published) -> None:
    assert log.rows("select as_of, reporting_time_zone from runs") == [
        (datetime(2026, 3, 31), "Asia/Tokyo")
    ]
    assert log.rows("select distinct as_of from kpi_history") == [(datetime(2026, 3, 31),)]
    assert "as of 2026-03-31 09:00 (Asia/Tokyo)" in log.output
    folder = log.file.parent.parent
    assert "as of 2026-03-31 09:00 (Asia/Tokyo)" in l2c(folder, "doctor", "--lang", "en")
    assert "基準日 2026-03-31 09:00 (Asia/Tokyo)" in l2c(folder, "doctor", "--lang", "ja")
    # The manifest beside the file matches it.
    assert publication.repair(build_in(folder)) == []


@pytest.mark.parametrize(
    ("moment", "zone", "shown"),
    [
        (datetime(2026, 7, 30, 15), "Asia/Tokyo", "2026-07-31 00:00 (Asia/Tokyo)"),
        (datetime(2026, 7, 30, 15), "America/New_York", "2026-07-30 11:00 (America/New_York)"),
        (datetime(2026, 1, 1, 0, 0, 30), "UTC", "2026-01-01 00:00:30 (UTC)"),
    ],
)
def test_a_moment_is_shown_on_the_clock_of_a_zone(moment: datetime, zone: str, shown: str) -> None:
    assert zones.on_the_clock(moment, zone) == shown


def test_a_log_without_losses_has_no_rate_of_won_deals(log_without_losses: Published) -> None:
    rates = "kpi in ('win_rate_count', 'win_rate_value', 'conversion')"
    assert log_without_losses.rows(
        f"select distinct value, low, high, status from kpi_values where {rates}"
    ) == [(None, None, None, "not_recorded")]
    assert log_without_losses.rows(
        "select numerator = n and denominator = n and n >= 4 from kpi_values"
        " where kpi = 'win_rate_count' and dimension = 'all' and period = 'all'"
    ) == [(True,)]
    assert log_without_losses.rows(
        f"select count(*) from kpi_values where not {rates} and status = 'not_recorded'"
    ) == [(0,)]
    assert log_without_losses.kpi("invoice_to_payment", "order-1") == [(4, 1)]


def test_the_summary_has_the_reason_in_both_languages(log_without_losses: Published) -> None:
    assert log_without_losses.output.count("no losses recorded") == 3
    with messages.in_language("ja"):
        statuses = [status for *_figures, status in summary.kpis(log_without_losses.file)]
        assert statuses.count("失注の記録なし") == 3
        assert "、基準日 2026-" in headline(log_without_losses.file)[0]
