"""Five results by four tools on one simulated log: agreement and cost.

    .venv-bench/bin/python bench/tools.py LOG.parquet

Results: directly-follows pairs with count and median gap; variants with counts; case durations;
cases that repeat an activity; start and end activities. DuckDB, numpy (hand-written, with pandas
only to read), polars and pm4py each run in a process of their own; imports are not counted,
reading the file is. All read one Parquet file of four columns, already typed and in time order.
Append to results/tools.csv; fail when a result differs.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

RESULT = Path(__file__).parent / "results" / "tools.csv"
DAY = 86_400_000_000


def with_duckdb(path: str) -> dict[str, Any]:
    """Sort once into a timeline of whole numbers, in memory."""
    import duckdb

    started = clock()
    base = duckdb.connect()
    base.execute(f"""
        create table codes as select activity, (row_number() over (order by activity))::smallint c
        from (select distinct activity from '{path}');
        create table timeline as
        select hash(case_id) as k, (row_number() over h)::int as n, c, lag(c) over h as p,
            ts, epoch_us(ts) - epoch_us(lag(ts) over h) as gap
        from '{path}' join codes using (activity)
        window h as (partition by hash(case_id) order by ts, id);
        create table facts as
        select k, count(*) as n, bit_xor(hash(n * 65536 + c)) as signature, min(ts) as a,
            max(ts) as b, max_by(c, n) as last_code, min_by(c, n) as first_code
        from timeline group by k;
    """)
    name = dict(base.execute("select c, activity from codes").fetchall())
    edges = base.execute(
        "select p, c, count(*), median(gap) from timeline where p is not null group by p, c"
    ).fetchall()
    variants = base.execute("select count(*) from facts group by signature, n").fetchall()
    durations = base.execute("select sum(epoch_us(b) - epoch_us(a)) from facts").fetchall()
    rework = base.execute(
        "select c, count(*) from (select k, c from timeline group by k, c having count(*) > 1)"
        " group by c"
    ).fetchall()
    ends = [
        base.execute(f"select {code}, count(*) from facts group by 1").fetchall()
        for code in ("first_code", "last_code")
    ]
    return answer(
        clock() - started,
        {(name[p], name[c]): (n, gap) for p, c, n, gap in edges},
        [n for (n,) in variants],
        int(durations[0][0]),
        {name[c]: n for c, n in rework},
        [{name[c]: n for c, n in each} for each in ends],
    )


def with_numpy(path: str) -> dict[str, Any]:
    """Sort once with numpy; the file must be in time order."""
    import numpy as np
    import pandas as pd

    started = clock()
    log = pd.read_parquet(path, columns=["case_id", "activity", "ts"])
    case = pd.factorize(log["case_id"])[0]
    code, names = pd.factorize(log["activity"])
    ts = log["ts"].to_numpy().astype("datetime64[us]").astype("int64")
    # The file is in time order, so one stable sort by case is enough.
    order = np.argsort(case, kind="stable")
    case, code, ts = case[order], code[order].astype("int64"), ts[order]
    first = np.append(True, case[1:] != case[:-1])
    starts = np.flatnonzero(first)
    last = np.append(starts[1:], len(case)) - 1
    width = len(names)
    pair = (code[:-1] * width + code[1:])[~first[1:]]
    gap = np.diff(ts)[~first[1:]]
    by_pair = np.lexsort((gap, pair))
    pair, gap = pair[by_pair], gap[by_pair]
    at = np.flatnonzero(np.append(True, pair[1:] != pair[:-1]))
    count = np.diff(np.append(at, len(pair)))
    median = (gap[at + (count - 1) // 2] + gap[at + count // 2]) / 2
    edges = {
        (names[p // width], names[p % width]): (int(n), float(m))
        for p, n, m in zip(pair[at].tolist(), count, median, strict=True)
    }
    # A path's hash: the position mixed with the code, added up over the case.
    position = np.arange(len(case)) - np.repeat(starts, last - starts + 1)
    mixed = (position * width + code + 1).astype("uint64") * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    path_hash = np.add.reduceat(mixed, starts)
    variants = np.unique(path_hash, return_counts=True)[1]
    held, times = np.unique(case.astype("int64") * width + code, return_counts=True)
    again = np.bincount(held[times > 1] % width, minlength=width)
    ends = [np.bincount(code[places], minlength=width) for places in (starts, last)]
    return answer(
        clock() - started,
        edges,
        variants.tolist(),
        int((ts[last] - ts[starts]).sum()),
        {names[c]: int(n) for c, n in enumerate(again) if n},
        [{names[c]: int(n) for c, n in enumerate(each) if n} for each in ends],
    )


def with_polars(path: str) -> dict[str, Any]:
    """Sort once and group, without SQL."""
    import polars as pl

    started = clock()
    log = (
        pl.read_parquet(path, columns=["id", "case_id", "activity", "ts"])
        .with_columns(pl.col("case_id", "activity").cast(pl.Categorical))
        .sort("case_id", "ts", "id")
        .with_columns(
            before=pl.col("activity").shift(1),
            gap=pl.col("ts").diff().dt.total_microseconds(),
            inside=pl.col("case_id") == pl.col("case_id").shift(1),
        )
    )
    edges = (
        log.filter(pl.col("inside"))
        .group_by("before", "activity")
        .agg(pl.len(), pl.col("gap").median())
    )
    cases = log.group_by("case_id", maintain_order=True).agg(
        pl.col("activity").to_physical().alias("path"),
        pl.col("activity").first().alias("first"),
        pl.col("activity").last().alias("last"),
        (pl.col("ts").last() - pl.col("ts").first()).dt.total_microseconds().alias("us"),
    )
    variants = cases.group_by("path").len()
    rework = log.group_by("case_id", "activity").len().filter(pl.col("len") > 1)
    again = rework.group_by("activity").len()
    ends = [cases.group_by(name).len() for name in ("first", "last")]
    return answer(
        clock() - started,
        {(p, c): (n, gap) for p, c, n, gap in edges.iter_rows()},
        variants["len"].to_list(),
        int(cases["us"].sum()),
        dict(again.iter_rows()),
        [dict(each.iter_rows()) for each in ends],
    )


def with_pm4py(path: str) -> dict[str, Any]:
    """Call the functions of pm4py."""
    import pandas as pd
    import pm4py
    from pm4py.algo.discovery.dfg.adapters.pandas import df_statistics

    started = clock()
    log = pm4py.format_dataframe(
        pd.read_parquet(path), case_id="case_id", activity_key="activity", timestamp_key="ts"
    )
    counts, _start, _end = pm4py.discover_dfg(log)
    medians = df_statistics.get_dfg_graph(log, measure="performance", perf_aggregation_key="median")
    variants = pm4py.get_variants(log)
    durations = pm4py.get_all_case_durations(log)
    rework = pm4py.get_rework_cases_per_activity(log)
    ends = [pm4py.get_start_activities(log), pm4py.get_end_activities(log)]
    return answer(
        clock() - started,
        {pair: (count, medians[pair] * 1_000_000) for pair, count in counts.items()},
        list(variants.values()),
        round(sum(durations) * 1_000_000),
        dict(rework),
        ends,
    )


def clock() -> float:
    """Return the CPU seconds of this process."""
    return time.process_time()


def answer(
    cpu_s: float,
    edges: dict[tuple[str, str], tuple[int, float]],
    variants: list[int],
    duration_us: int,
    rework: dict[str, int],
    ends: list[dict[str, int]],
) -> dict[str, Any]:
    """Convert the five results to one form; medians in whole milliseconds."""
    return {
        "cpu_s": cpu_s,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "edges": sorted([*pair, int(n), round(gap / 1000)] for pair, (n, gap) in edges.items()),
        "variants": sorted(map(int, variants), reverse=True),
        "days": round(duration_us / DAY, 3),
        "rework": dict(sorted((name, int(n)) for name, n in rework.items() if n)),
        "ends": [dict(sorted((str(name), int(n)) for name, n in each.items())) for each in ends],
    }


TOOLS = {
    "duckdb": with_duckdb,
    "numpy": with_numpy,
    "polars": with_polars,
    "pm4py": with_pm4py,
}


def compare(log: str) -> None:
    """Run every tool on `log` twice, in turn; record the costs; fail when results differ."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/typed.parquet"
        duckdb.execute(f"""
            copy (
                select (row_number() over ())::bigint as id,
                    coalesce("SalesOpportunity", "LeadNumber") as case_id,
                    "ActivityName"::varchar as activity,
                    left("EventTime", 19)::timestamp as ts
                from '{log}' order by ts, id
            ) to '{path}'
        """)
        (events,) = duckdb.execute(f"select count(*) from '{path}'").fetchone()  # type: ignore
        answers: dict[str, dict[str, Any]] = {}
        costs: dict[str, list[float]] = {tool: [] for tool in TOOLS}
        for _round in range(2):
            for tool in TOOLS:
                command = [sys.executable, __file__, "--tool", tool, path]
                output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                answers[tool] = json.loads(output.splitlines()[-1])
                costs[tool].append(answers[tool]["cpu_s"])
    for tool, found in answers.items():
        for question in ("edges", "variants", "days", "rework", "ends"):
            assert found[question] == answers["pm4py"][question], (tool, question)
    fresh = not RESULT.exists()
    with RESULT.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if fresh:
            writer.writerow(["events", "tool", "cpu_s", "peak_mb", "times_duckdb"])
        for tool, spent in costs.items():
            ratio = min(spent) / min(costs["duckdb"])
            peak = answers[tool]["peak_mb"]
            writer.writerow([events, tool, f"{min(spent):.2f}", f"{peak:.0f}", f"{ratio:.2f}"])


if __name__ == "__main__":
    if sys.argv[1] == "--tool":
        print(json.dumps(TOOLS[sys.argv[2]](sys.argv[3])))
    else:
        compare(sys.argv[1])
