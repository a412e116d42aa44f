"""The same log on DuckDB and on Spark: costs, agreement, and data movement in Spark.

    .venv-spark/bin/python bench/engines.py 1 10     # millions of events

Both engines build all seeds and models without tests, and write the marts as tables: Spark as
Parquet in its build, DuckDB in the copy that publishing makes. CPU seconds are those of all
processes of a step, memory is the peak of one process, both from Linux's /proc. Then `l2c diff`
compares every cell (tolerance 0). Spark's event log shows the shuffles, broadcasts, tasks and
bytes sent to the driver for each model.
Results are appended to results/engines.csv; results/engines_plans.csv has the last size.
"""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

PROJECT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
BIN = Path(sys.executable).parent
CASES_PER_MILLION = 82_000
TICKS = os.sysconf("SC_CLK_TCK")
BYTES = ("shuffled_bytes", "spilled_bytes", "written_bytes", "driver_bytes")
WITHOUT_TESTS = ("build", "--exclude-resource-type", "test", "unit_test")


def descendants(pid: int) -> Iterator[tuple[int, float, float]]:
    """Return the descendants of a process: id, CPU seconds, peak memory in MB."""
    below = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            peak = re.search(r"VmHWM:\s+(\d+)", (folder / "status").read_text())
        except OSError:
            continue
        spent = (int(fields[11]) + int(fields[12])) / TICKS
        below[int(fields[1])].append((int(folder.name), spent, int(peak[1]) / 1024 if peak else 0))
    waiting = [pid]
    while waiting:
        for found in below[waiting.pop()]:
            yield found
            waiting.append(found[0])


def measured(*command: object, **environment: str) -> dict[str, float]:
    """Run a command; return CPU seconds, wall seconds and peak memory of all its processes."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            list(map(str, command)),
            cwd=PROJECT,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        cpu: dict[int, float] = {}
        peak = 0.0
        while process.poll() is None:
            for pid, spent, most in descendants(os.getpid()):
                cpu[pid] = spent
                peak = max(peak, most)
            time.sleep(0.1)
        output.seek(0)
        assert process.returncode == 0, f"{command}\n{output.read()[-4000:]}"
    return {"cpu_s": sum(cpu.values()), "wall_s": time.perf_counter() - started, "peak_mb": peak}


def write_marts(folder: Path) -> None:
    """Write the marts of DuckDB's build as tables, as publishing does."""
    connection = duckdb.connect(config={"temp_directory": str(folder / "spill")})
    connection.execute(f"attach '{folder}/build/lead_to_cash.duckdb' as lead_to_cash (read_only)")
    connection.execute(
        f"attach '{folder}/marts.duckdb' as copied (storage_version 'v1.4.0');"
        " create schema copied.marts"
    )
    names = connection.execute(
        "select table_name from information_schema.tables"
        " where table_catalog = 'lead_to_cash' and table_schema = 'marts'"
    ).fetchall()
    for (name,) in names:
        connection.execute(f"create table copied.marts.{name} as from lead_to_cash.marts.{name}")


def nodes(plan: dict[str, Any]) -> Iterator[str]:
    """Return the names of the nodes of a plan."""
    yield plan["nodeName"]
    for child in plan["children"]:
        yield from nodes(child)


def plans(log: Path) -> list[dict[str, Any]]:
    """Return shuffles, broadcasts, tasks and bytes of each table that Spark wrote."""
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    table: dict[int, str] = {}
    plan: dict[int, dict[str, Any]] = {}
    stages: dict[int, int] = {}
    done: dict[int, Counter[str]] = defaultdict(Counter)
    for event in events:
        kind = event["Event"].rpartition(".")[2]
        if kind == "SparkListenerSQLExecutionStart":
            written = re.search(
                r"Arguments: file:\S*/(\w+)\.db/(\w+),", event["physicalPlanDescription"]
            )
            if written and "InsertIntoHadoopFs" in event["physicalPlanDescription"]:
                table[event["executionId"]] = f"{written[1]}.{written[2]}"
        if kind in ("SparkListenerSQLExecutionStart", "SparkListenerSQLAdaptiveExecutionUpdate"):
            plan[event["executionId"]] = event["sparkPlanInfo"]
        elif kind == "SparkListenerJobStart":
            execution = (event.get("Properties") or {}).get("spark.sql.execution.id")
            if execution:
                stages |= {stage: int(execution) for stage in event["Stage IDs"]}
        elif kind == "SparkListenerTaskEnd" and event["Stage ID"] in stages:
            metrics = event.get("Task Metrics") or {}
            done[stages[event["Stage ID"]]] += Counter(
                tasks=1,
                driver_bytes=metrics.get("Result Size", 0),
                shuffled_bytes=metrics.get("Shuffle Write Metrics", {}).get(
                    "Shuffle Bytes Written", 0
                ),
                written_bytes=metrics.get("Output Metrics", {}).get("Bytes Written", 0),
                spilled_bytes=metrics.get("Disk Bytes Spilled", 0),
            )
    found = []
    for execution, name in table.items():
        counted = Counter(nodes(plan[execution]))
        found.append(
            {
                "table": name,
                "shuffles": counted["Exchange"],
                "broadcasts": counted["BroadcastExchange"],
                "sorts": counted["Sort"],
                "windows": counted["Window"],
                **{key: done[execution][key] for key in ("tasks", *BYTES)},
            }
        )
    return sorted(found, key=lambda each: -each["shuffled_bytes"])


def run(millions: float) -> None:
    """Measure one size."""
    described = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    commit = subprocess.run(described, cwd=PROJECT, check=True, capture_output=True, text=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        cases = round(millions * CASES_PER_MILLION)
        log = folder / "log.parquet"
        measured(BIN / "l2c", "simulate", "--cases", cases, "--lang", "en", "-o", log)
        measured(BIN / "l2c", "import", log, "--data-dir", folder)
        log.unlink()
        (folder / "defaults").mkdir()
        (folder / "events").mkdir()
        (folder / "defaults" / "spark-defaults.conf").write_text(
            f"spark.eventLog.enabled true\nspark.eventLog.dir file://{folder}/events\n"
            "spark.eventLog.compress false\nspark.eventLog.rolling.enabled false\n"
        )
        dbt = (BIN / "dbt", *WITHOUT_TESTS)
        steps = {}
        for engine, target in {"duckdb": "dev", "spark": "spark"}.items():
            steps[engine, "models"] = measured(
                *dbt,
                *("--target", target),
                *("--target-path", folder / "target", "--log-path", folder / "logs"),
                L2C_DATA_DIR=name,
                SPARK_CONF_DIR=str(folder / "defaults"),
            )
            if engine == "duckdb":
                steps[engine, "marts written"] = measured(sys.executable, __file__, "marts", folder)
        sides = (folder / "marts.duckdb", folder / "spark" / "warehouse" / "marts.db")
        steps["both", "diff"] = measured(BIN / "l2c", "diff", "--tolerance", 0, *sides)
        (events_log,) = (folder / "events").glob("local-*")
        moved = plans(events_log)
        with duckdb.connect(str(sides[0]), read_only=True) as connection:
            (events,) = connection.execute(
                "select count(*) from marts.marts.events"
            ).fetchone() or (0,)
    rows = [
        {
            "commit": commit.stdout.strip(),
            "events": events,
            "engine": engine,
            "step": step,
            **{key: f"{value:.1f}" for key, value in spent.items()},
        }
        for (engine, step), spent in steps.items()
    ]
    write(RESULTS / "engines.csv", rows, "a")
    write(RESULTS / "engines_plans.csv", [{"events": events, **each} for each in moved], "w")


def write(path: Path, rows: list[dict[str, Any]], mode: str) -> None:
    """Append rows as CSV; write the header only to a new file."""
    fresh = mode == "w" or not path.exists()
    with path.open(mode, encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        if fresh:
            writer.writeheader()
        writer.writerows(rows)
    for row in rows:
        print(*row.values(), sep="\t")


if __name__ == "__main__":
    if sys.argv[1] == "marts":
        write_marts(Path(sys.argv[2]))
    else:
        for size in sys.argv[1:]:
            run(float(size))
