"""Where the time goes: simulate, import, build, check and publish a log, beside yardsticks.

    python bench/spine.py run 1 10 --memory 8GB     # millions of events; 100 on request
    python bench/spine.py run --landed FOLDER       # a data folder that already has its landing
    python bench/spine.py compare COMMIT COMMIT     # both checked out, the same landing, in turn
    python bench/spine.py table                     # results/spine.md from the history

Every step is its own process, measured by the kernel: CPU seconds (user and system), wall seconds,
peak memory. Models run one at a time, so that the CPU seconds between start and end of a node are
its own. Three yardsticks are measured on the same landing before and after the build, and every
step is shown as a multiple of L:

P  one sort of four whole-number columns, table to table
L  five typed columns of a Parquet file, key, one sort, one written timeline
T  the text of the landing, key and time, one sort, one narrow written timeline

Run it with the environment of `make demo`. Results are appended to results/spine.csv.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
HISTORY = RESULTS / "spine.csv"
SCRIPT = str(Path(__file__).resolve())
L2C = str(Path(sys.executable).with_name("l2c"))
# The simulated log has 9.05 events a case.
CASES_PER_MILLION = 110_500
COLUMNS = [
    *("commit", "events", "memory_limit", "step", "kind"),
    *("cpu_s", "wall_s", "peak_mb", "megabytes", "times_l"),
]
LOG_CHAPTERS = ("staging", "log", "timeline")


def measured(tree: Path, *command: str) -> dict[str, float]:
    """Run a command of the project at `tree`; return CPU and wall seconds and peak memory in MB."""
    started = time.perf_counter()
    # The tree comes before the installed project, so this environment can measure another commit.
    environment = os.environ | {"PYTHONPATH": str(tree)}
    process = subprocess.Popen(command, cwd=tree, env=environment, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return {
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "wall_s": time.perf_counter() - started,
        "peak_mb": usage.ru_maxrss / 1024,
    }


def run(millions: float, memory: str, keep: Path | None, trees: list[Path]) -> None:
    """Measure one size: a landing, then for each tree its build; append them to the history."""
    with tempfile.TemporaryDirectory(dir=keep, prefix="bench-") as name:
        folder = Path(name)
        limit(folder, memory)
        log = folder / "log.parquet"
        cases = str(round(millions * CASES_PER_MILLION))
        simulating = ["simulate", "--cases", cases, "--lang", "en", "-o", str(log)]
        landed = [
            step("simulate", measured(PROJECT, L2C, *simulating), log),
            step("import", measured(PROJECT, L2C, "import", str(log))),
        ]
        landed[-1]["megabytes"] = sum(
            file.stat().st_size / 1e6 for file in folder.glob("landing/0*.parquet")
        )
        log.unlink()
        for tree in trees:
            for part in ("build", "publish"):
                shutil.rmtree(folder / part, ignore_errors=True)
            (folder / "build").mkdir()
            analyse(tree, folder, memory, landed)


def limit(folder: Path, memory: str) -> None:
    """Set the data folder, one thread and the memory limit for the commands run after this."""
    os.environ |= {
        "L2C_DATA_DIR": str(folder),
        "L2C_THREADS": "1",
        "L2C_MEMORY_LIMIT": memory,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
    }


def analyse(tree: Path, folder: Path, memory: str, landed: list[dict[str, Any]]) -> None:
    """Build, check and publish the landing with the project at `tree`."""
    commit = version(tree)
    report = folder / "report.json"
    before = in_child("yardsticks", folder, report)
    spent = measured(tree, sys.executable, SCRIPT, "build", str(folder), str(report))
    built = step("build", spent, folder / "build" / "lead_to_cash.duckdb")
    nodes = json.loads(report.read_text())
    after = in_child("yardsticks", folder, report)
    events = int(before.pop("events"))
    after.pop("events")
    yardsticks = {name: statistics.mean([before[name], after[name]]) for name in before}
    steps = [*landed, built]
    for name, spent_s in yardsticks.items():
        steps.append({"step": name, "kind": "yardstick", "cpu_s": spent_s})
    models = [node for node in nodes if node["kind"] == "model"]
    for what, chosen in {
        "log and timeline": [node for node in models if node["chapter"] in LOG_CHAPTERS],
        "all models": models,
        "tests": [node for node in nodes if node["kind"] == "test"],
    }.items():
        spent = {key: sum(node[key] for node in chosen) for key in ("cpu_s", "wall_s")}
        steps.append({"step": what, "kind": "sum", **spent})
    steps += [{**node, "step": f"{node['chapter']}/{node['step']}"} for node in models]
    # Each step is written at once: a failing step does not lose an hour of measurements.
    append(commit, events, memory, steps, yardsticks["L"])
    for command, made in {"check": None, "publish": folder / "publish/lead_to_cash.duckdb"}.items():
        done = step(command, measured(tree, L2C, command), made)
        append(commit, events, memory, [done], yardsticks["L"])


def step(what: str, spent: dict[str, float], made: Path | None = None) -> dict[str, Any]:
    """Return the record of a step: its cost and the size of its result."""
    size = made.stat().st_size / 1e6 if made else None
    return {"step": what, "kind": "step", **spent, "megabytes": size}


def in_child(task: str, folder: Path, report: Path) -> dict[str, float]:
    """Run a task of this script in its own process; return its output."""
    subprocess.run(
        [sys.executable, SCRIPT, task, str(folder), str(report)], check=True, cwd=PROJECT
    )
    answer: dict[str, float] = json.loads(report.read_text())
    return answer


def build(folder: Path, report: Path) -> None:
    """Build as `l2c build` does, and print the cost of each node."""
    import dbt.cli.main as dbt_main

    from runner.cli import cli

    try:
        from runner.engines import dbt
    except ImportError:  # a commit before the rooms
        pass
    else:
        # It would drop the measured events.
        dbt.listen = lambda _: None

    nodes: dict[str, dict[str, Any]] = {}

    def meter(event: Any) -> None:
        if event.info.name not in ("NodeStart", "NodeFinished"):
            return
        info = event.data.node_info
        now = {"cpu_s": time.process_time(), "wall_s": time.perf_counter()}
        if event.info.name == "NodeStart":
            chapter = Path(info.node_path).parts[0]
            nodes[info.unique_id] = {
                "step": info.node_name,
                "kind": info.resource_type,
                "chapter": chapter,
                **now,
            }
        else:
            node = nodes[info.unique_id]
            for key, value in now.items():
                node[key] = value - node[key]
            node["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

    runner = dbt_main.dbtRunner
    dbt_main.dbtRunner = lambda callbacks=(): runner(callbacks=[*callbacks, meter])  # type: ignore
    cli(["build", "--data-dir", str(folder)], standalone_mode=False)
    report.write_text(json.dumps(list(nodes.values())))


def yardsticks(folder: Path, report: Path) -> None:
    """Measure P, L and T on the landing of `folder`: CPU seconds, the median of three."""
    import duckdb

    landing = f"read_parquet('{folder}/landing/*.parquet')"
    typed = folder / "typed.parquet"
    database = folder / "yardsticks.duckdb"
    memory = os.environ["L2C_MEMORY_LIMIT"]
    connection = duckdb.connect(str(database), config={"memory_limit": memory})
    connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
    connection.execute(f"""
        copy (
            select source_order, coalesce("SalesOpportunity", "LeadNumber") as case_id, activity,
                event_at, is_date_only
            from {landing}
        ) to '{typed}' (format parquet);
        create table codes as
            select activity, cast(row_number() over (order by activity) as smallint) as code
            from (select distinct activity from '{typed}');
        create table numbers as
            select source_order, cast(hash(case_id) >> 1 as bigint) as case_key, code, event_at
            from '{typed}' inner join codes using (activity);
    """)
    (events,) = connection.execute("select count(*) from numbers").fetchone()  # type: ignore
    timeline = """
        create table timeline as
        select source_order, case_key, cast(row_number() over history as integer) as event_number,
            is_date_only, code, lag(code) over history as previous_code, event_at,
            lag(event_at) over history as left_at
        from ({events}) window history as (partition by case_key order by event_at, source_order)
    """
    keyed = (
        "select source_order, cast(hash(case_id) >> 1 as bigint) as case_key, code, event_at,"
        " is_date_only"
    )
    forms = {
        "P": "create table timeline as from numbers order by case_key, event_at, source_order",
        "L": timeline.format(events=f"{keyed} from '{typed}' inner join codes using (activity)"),
        "T": timeline.format(
            events=f"""
            {keyed} from (
                select source_order, coalesce("SalesOpportunity", "LeadNumber") as case_id, code,
                    cast(case when length("EventTime") = 10 then "EventTime" || 'T00:00:00+09:00'
                        else "EventTime" end as timestamptz) as event_at,
                    length("EventTime") = 10 as is_date_only
                from {landing} inner join codes on "ActivityName" = codes.activity
            )"""
        ),
    }
    spent: dict[str, list[float]] = {name: [] for name in forms}
    for _round in range(3):
        for name, sql in forms.items():
            started = time.process_time()
            connection.execute(sql)
            spent[name].append(time.process_time() - started)
            connection.execute("drop table timeline")
    connection.close()
    database.unlink()
    typed.unlink()
    answer = {name: statistics.median(each) for name, each in spent.items()}
    report.write_text(json.dumps({**answer, "events": events}))


def append(
    commit: str, events: int, memory: str, steps: list[dict[str, Any]], yardstick: float
) -> None:
    """Append the steps of one size to the history."""
    fresh = not HISTORY.exists()
    RESULTS.mkdir(exist_ok=True)
    with HISTORY.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        if fresh:
            writer.writeheader()
        for step in steps:
            row = {
                "commit": commit,
                "events": events,
                "memory_limit": memory,
                "times_l": step["cpu_s"] / yardstick,
                **step,
            }
            writer.writerow({key: rounded(value) for key, value in row.items()})


def rounded(value: Any) -> Any:
    """Round measurements to two decimals."""
    return f"{value:.2f}" if isinstance(value, float) else value


def history() -> list[dict[str, str]]:
    """Return all measured steps of the history."""
    with HISTORY.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def latest(commit: str = "") -> dict[tuple[str, str], dict[str, str]]:
    """Return each step of the last run of each size, of one commit or of any.

    A changed simulator writes a log of about the same size: the later run counts.
    """
    rows = [row for row in history() if row["commit"].startswith(commit)]
    sizes = {round(int(row["events"]), -5): row["events"] for row in rows}
    last = {row["events"]: row["commit"] for row in rows if row["events"] in sizes.values()}
    return {
        (row["events"], row["step"]): row
        for row in rows
        if row["commit"] == last.get(row["events"])
    }


def compare(commits: list[str], millions: float, memory: str, keep: Path | None) -> None:
    """Check out and measure two commits; print each step with the ratio of second to first."""
    # Resolved at the start: a branch may move meanwhile.
    one, two = (git("describe", "--always", "--abbrev=10", commit) for commit in commits)
    with tempfile.TemporaryDirectory(dir=keep, prefix="trees-") as name:
        trees = [Path(name) / str(place) for place in range(len(commits))]
        try:
            for tree, commit in zip(trees, (one, two), strict=True):
                git("worktree", "add", "--quiet", "--detach", str(tree), commit)
            run(millions, memory, keep, trees)
        finally:
            for tree in trees:
                git("worktree", "remove", "--force", str(tree))
    before, after = latest(one), latest(two)
    size = history()[-1]["events"]
    print(f"{'step':<32} {one:>10} {two:>10}  ratio of CPU seconds, {int(size):,} events")
    for key in before:
        if key in after and key[0] == size:
            old, new = (float(each[key]["cpu_s"]) for each in (before, after))
            print(f"{key[1]:<32} {old:>10.2f} {new:>10.2f}  {new / old if old else 1:.2f}")


def version(tree: Path) -> str:
    """Return the commit of a tree, marked if files other than this script's results differ."""
    commit = git("describe", "--always", "--abbrev=10", tree=tree)
    changed = git("status", "--porcelain", "--", ".", ":!bench/results", tree=tree)
    return f"{commit}-dirty" if changed else commit


def git(*arguments: str, tree: Path = PROJECT) -> str:
    """Run git in this project or in another tree of it; return its output."""
    command = ["git", *arguments]
    done = subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def table() -> None:
    """Write the last measurement of each size as a page."""
    rows = latest()
    sizes = sorted({int(events) for events, _step in rows})
    steps = dict.fromkeys(step for _events, step in rows)
    lines = [
        "# Steps by size",
        "",
        "Written by `bench/spine.py table` from `spine.csv`: CPU seconds, in brackets multiples",
        f"of L. {platform.system()}, {os.cpu_count()} cores shared with other work: compare within",
        "a column only.",
        "",
        "| step | " + " | ".join(f"{size:,} events" for size in sizes) + " |",
        "| --- |" + " ---: |" * len(sizes),
    ]
    for step in steps:
        cells = [rows.get((str(size), step)) for size in sizes]
        shown = [
            f"{row['cpu_s']} ({row['times_l']})".removesuffix(" ()") if row else "" for row in cells
        ]
        lines.append(f"| {step} | " + " | ".join(shown) + " |")
    for name, label in {"peak_mb": "peak MB", "megabytes": "MB written"}.items():
        for step in ("import", "build", "check", "publish"):
            cells = [rows.get((str(size), step)) for size in sizes]
            shown = [f"{float(row[name]):,.0f}" if row and row[name] else "" for row in cells]
            lines.append(f"| {step}, {label} | " + " | ".join(shown) + " |")
    (RESULTS / "spine.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    tasks = parser.add_subparsers(dest="task", required=True)
    running = tasks.add_parser("run")
    running.add_argument("millions", type=float, nargs="*")
    running.add_argument("--landed", type=Path, help="measure what is landed in this data folder")
    comparing = tasks.add_parser("compare")
    comparing.add_argument("commits", nargs=2)
    comparing.add_argument("--millions", type=float, default=1)
    for measuring in (running, comparing):
        measuring.add_argument("--memory", default="16GB")
        measuring.add_argument("--folder", type=Path, help="where the scratch folder goes")
    tasks.add_parser("table")
    for name in ("build", "yardsticks"):
        child = tasks.add_parser(name)
        child.add_argument("folder", type=Path)
        child.add_argument("report", type=Path)
    given = parser.parse_args()
    children: dict[str, Callable[[Path, Path], None]] = {"build": build, "yardsticks": yardsticks}
    if given.task in children:
        os.chdir(PROJECT)
        children[given.task](given.folder, given.report)
    elif given.task == "run":
        for millions in given.millions:
            run(millions, given.memory, given.folder, [PROJECT])
        if given.landed:
            limit(given.landed.resolve(), given.memory)
            analyse(PROJECT, given.landed.resolve(), given.memory, [])
        table()
    elif given.task == "compare":
        compare(given.commits, given.millions, given.memory, given.folder)
    else:
        table()


if __name__ == "__main__":
    main()
