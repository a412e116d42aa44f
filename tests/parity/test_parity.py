"""The published tables equal the counts of pm4py on the same rows.

Each log is published with `l2c`; pm4py reads the source file itself, so the import is compared
too. The demo log has catalogued activities and days without a time, which l2c orders by rank:
there pm4py reads the published events in their order. L2C_PARITY_LOGS names further CSV files to
try: template headers, no catalogued activity, times without offset in UTC.
"""

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pm4py
import pytest
from pm4py.algo.discovery.dfg.adapters.pandas.df_statistics import get_dfg_graph

HERE = Path(__file__).parent
L2C = Path(os.environ.get("L2C", HERE.parents[1] / ".venv/bin/l2c")).absolute()
MORE_LOGS = [Path(name) for name in os.environ.get("L2C_PARITY_LOGS", "").split(os.pathsep) if name]

DAY = 86400
CASE, ACTIVITY, TIME = "case:concept:name", "concept:name", "time:timestamp"
TEMPLATE = {"SalesOpportunity": CASE, "ActivityName": ACTIVITY, "EventTime": TIME}


@dataclass(frozen=True)
class Log:
    """One log twice: the published database, and pm4py's own reading of the source."""

    published: duckdb.DuckDBPyConnection
    oracle: pd.DataFrame

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query over the published tables."""
        return self.published.execute(sql).fetchall()

    def numbers(self, sql: str) -> dict[Any, Any]:
        """Return the last column by the others (a tuple if there are several), without zeros."""
        return {
            key[0] if len(key) == 1 else tuple(key): number
            for *key, number in self.rows(sql)
            if number
        }


def patients(folder: Path) -> Path:
    """Write the complete rows of bupaR's patients with the columns of the template."""
    rows = pd.read_csv(HERE.parent / "fixtures/patients/patients.csv", dtype=str)
    rows = rows[rows["status"] == "complete"]
    times = pd.to_datetime(pd.to_numeric(rows["timestamp"]), unit="s", utc=True)
    log = pd.DataFrame(
        {
            "SalesOpportunity": rows["patient"],
            "ActivityName": rows["activity"],
            "EventTime": times.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Resource": rows["resource"],
        }
    )
    log.to_csv(folder / "patients.csv", index=False)
    return folder / "patients.csv"


def twenty_thousand_events(folder: Path, activity_count: int) -> Path:
    """Write the rows of twenty_thousand_events.sql as a CSV file."""
    path = folder / "events.csv"
    with duckdb.connect() as connection:
        connection.execute(f"set variable activity_count = {activity_count}")
        query = (HERE / "twenty_thousand_events.sql").read_text(encoding="utf-8")
        connection.execute(f"copy ({query}) to '{path}' (header)")
    return path


def read_source(path: Path) -> pd.DataFrame:
    """Return a template CSV as pm4py's frame: ids as text, times in UTC, ties in file order."""
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)[list(TEMPLATE)].rename(
        columns=TEMPLATE
    )
    rows[TIME] = pd.to_datetime(rows[TIME], utc=True, format="ISO8601")
    return rows


def read_published(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the published events as pm4py's frame, in their published order."""
    rows = connection.execute(
        "select case_id, activity, event_at from marts.events order by case_id, event_number"
    ).fetchall()
    frame = pd.DataFrame(rows, columns=[CASE, ACTIVITY, TIME])
    frame[TIME] = pd.to_datetime(frame[TIME], utc=True)
    return frame


def l2c(*arguments: str | Path) -> None:
    """Run l2c and show its output when it fails."""
    done = subprocess.run(
        [L2C, *arguments], capture_output=True, check=False, stdin=subprocess.DEVNULL, text=True
    )
    assert done.returncode == 0, f"l2c {arguments[0]} failed:\n{done.stdout}\n{done.stderr}"


@pytest.fixture(
    scope="module",
    params=["demo", "patients", "20,000 events", "20,000 events, 400 activities", *MORE_LOGS],
    ids=str,
)
def log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    """Return each log, published once."""
    folder = tmp_path_factory.mktemp("parity")
    source = None
    match request.param:
        case "demo":
            l2c("demo", "--data-dir", folder)
            folder /= "demo"
        case "patients":
            source = patients(folder)
        case "20,000 events":
            source = twenty_thousand_events(folder, activity_count=12)
        case "20,000 events, 400 activities":
            source = twenty_thousand_events(folder, activity_count=400)
        case more:
            source = more
    if source:
        l2c("run", source, "--data-dir", folder, "--time-zone", "UTC")
    with duckdb.connect(folder / "publish/lead_to_cash.duckdb", read_only=True) as connection:
        rows = read_source(source) if source else read_published(connection)
        oracle = pm4py.format_dataframe(
            rows, case_id=CASE, activity_key=ACTIVITY, timestamp_key=TIME
        )
        assert len(oracle) == len(rows), "pm4py dropped rows"
        yield Log(connection, oracle)


def pairs(log: Log, **options: Any) -> dict[Any, Any]:
    """Return pm4py's directly-follows pairs in the order of its formatted frame."""
    return get_dfg_graph(log.oracle.copy(), sort_caseid_required=False, **options)


def test_each_row_is_an_event(log: Log) -> None:
    assert log.rows("select count(*) from marts.events") == [(len(log.oracle),)]


def test_events_are_in_the_same_order(log: Log) -> None:
    ours = log.rows(
        "select case_id, activity, event_at from marts.events order by case_id, event_number"
    )
    theirs = log.oracle.sort_values(CASE, kind="stable")
    stamps = theirs[TIME].dt.tz_localize(None).dt.to_pydatetime()
    assert sorted(ours, key=lambda row: row[0]) == list(
        zip(theirs[CASE], theirs[ACTIVITY], stamps, strict=True)
    )


def test_directly_follows_counts(log: Log) -> None:
    edges = "select from_activity, to_activity, transition_count from marts.process_map_edges"
    assert log.numbers(edges) == pairs(log)


def test_directly_follows_case_counts(log: Log) -> None:
    edges = "select from_activity, to_activity, case_count from marts.process_map_edges"
    assert log.numbers(edges) == pairs(log, keep_once_per_case=True)


def test_start_activities(log: Log) -> None:
    nodes = "select activity, start_count from marts.process_map_nodes"
    assert log.numbers(nodes) == pm4py.get_start_activities(log.oracle)


def test_end_activities(log: Log) -> None:
    nodes = "select activity, end_count from marts.process_map_nodes"
    assert log.numbers(nodes) == pm4py.get_end_activities(log.oracle)


def test_activity_counts(log: Log) -> None:
    nodes = "select activity, event_count from marts.process_map_nodes"
    assert log.numbers(nodes) == pm4py.get_event_attribute_values(log.oracle, ACTIVITY)


def test_activity_case_counts(log: Log) -> None:
    nodes = "select activity, case_count from marts.process_map_nodes"
    assert log.numbers(nodes) == pm4py.get_event_attribute_values(
        log.oracle, ACTIVITY, count_once_per_case=True
    )


def test_self_loops(log: Log) -> None:
    nodes = "select activity, self_loop_count from marts.process_map_nodes"
    loops = {left: count for (left, right), count in pairs(log).items() if left == right}
    assert log.numbers(nodes) == loops


def test_rework_cases(log: Log) -> None:
    nodes = "select activity, rework_case_count from marts.process_map_nodes"
    assert log.numbers(nodes) == pm4py.get_rework_cases_per_activity(log.oracle)


def test_variants(log: Log) -> None:
    """Compare tuples of activities: the published path is text and may be ambiguous."""
    paths = """
        select cases.variant_id, list(events.activity order by events.event_number)
        from marts.events
        inner join marts.cases using (case_id)
        group by cases.case_id, cases.variant_id
    """
    path_of = {(variant, tuple(path)) for variant, path in log.rows(paths)}
    counts = log.numbers("select variant_id, case_count from marts.variants")
    assert len(path_of) == len(counts), "a variant has two paths, or a path two variants"
    assert {path: counts[variant] for variant, path in path_of} == pm4py.get_variants(log.oracle)


def test_case_durations(log: Log) -> None:
    ours = [days * DAY for (days,) in log.rows("select duration_days from marts.cases")]
    theirs = pm4py.get_all_case_durations(log.oracle)
    assert sorted(ours) == pytest.approx(sorted(theirs), rel=1e-9, abs=0)


@pytest.mark.parametrize(
    ("column", "measure"),
    [
        ("mean_days", "mean"),
        ("median_days", "median"),
        ("min_days", "min"),
        ("max_days", "max"),
        ("total_days", "sum"),
    ],
)
def test_edge_times(log: Log, column: str, measure: str) -> None:
    ours = log.rows(f"select from_activity, to_activity, {column} from marts.process_map_edges")
    theirs = pairs(log, measure="performance", perf_aggregation_key=measure)
    assert {(left, right): days * DAY for left, right, days in ours} == pytest.approx(
        theirs, rel=1e-9, abs=0
    )


def test_transitions_are_the_edges(log: Log) -> None:
    steps = Counter(log.rows("select from_activity, to_activity from marts.transitions"))
    assert steps == pairs(log)
