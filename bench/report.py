"""Measure the report of a published file: building the page, opening it, selecting in it.

Append a line to results/report.csv: cases, events, bytes of the page; CPU seconds and peak memory
of building it; milliseconds until the page can be used, and of a selection: counting (filter,
counts, totals, medians of all steps) and counting with the drawing of what is in sight, medians
and maxima over the selections below. Needs Chromium; run it on a quiet machine:

    python bench/report.py data/publish/lead_to_cash.duckdb
"""

from __future__ import annotations

import csv
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from runner.engines.warehouse import Warehouse

PROJECT = Path(__file__).parent.parent
RESULTS = PROJECT / "bench" / "results" / "report.csv"
FIELDS = (
    "commit", "cases", "events", "page_bytes", "build_cpu_s", "build_peak_mb", "ready_ms",
    "count_ms", "count_ms_max", "select_ms", "select_ms_max",
)  # fmt: skip
SWITCHES = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
    " --disable-background-networking --disable-component-update --disable-sync"
)


def built(file: Path, page: Path) -> tuple[float, float]:
    """Build the page in a process of its own; return CPU seconds and peak memory in MB."""
    command = [sys.executable, "-m", "runner.cli", "report", str(file), "-o", str(page)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return round(cpu, 1), round(after.ru_maxrss / 1024)


def selections(file: Path) -> list[str]:
    """Return addresses of selections: segments, periods, values, behaviour, combinations."""
    with Warehouse() as warehouse:
        warehouse.attach(file, "published")
        warehouse.run("use published.marts")
        segments = warehouse.rows(
            "select dimension, segment from segment_labels"
            " qualify row_number() over (partition by dimension order by case_count desc, segment)"
            " <= 2 and dimension != 'all'"
        )
        [(early, late)] = warehouse.rows(
            "select strftime(quantile_disc(started_at, 0.3), '%Y-%m-%d'),"
            " strftime(quantile_disc(started_at, 0.7), '%Y-%m-%d') from cases"
        )
        steps = warehouse.rows(
            "select from_activity, to_activity from process_map_edges"
            " order by transition_count desc, 1, 2 limit 3"
        )
    found = [f"{quote(dimension)}={quote(segment)}" for dimension, segment in segments]
    found += [f"{how}={early},{late}" for how in ("started", "completed", "intersecting")]
    found += ["days=30,90", "value=1000000,", "top=50", "outcome=won", "outcome=lost"]
    for from_, to in steps:
        found += [f"with={quote(from_)}", f"without={quote(to)}"]
        found += [f"follows={quote(from_)},{quote(to)},{how}" for how in ("direct", "eventual")]
    return [*found, *(f"{one}&{other}" for one, other in zip(found, found[5:], strict=False))]


def opened(page: Path, chosen: list[str]) -> tuple[float, list[float], list[float]]:
    """Open the page; return milliseconds until it can be used, of each count and selection."""
    from playwright.sync_api import sync_playwright

    program = os.environ.get("L2C_CHROMIUM") or shutil.which("chromium")
    count, select, ready = [], [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES.split())
        for _round in range(3):
            tab = browser.new_page(viewport={"width": 1280, "height": 800})
            started = time.perf_counter()
            tab.goto(f"file://{page}")
            tab.wait_for_selector('html[data-ready="true"]', state="attached")
            ready.append(1000 * (time.perf_counter() - started))
            tab.wait_for_selector('html[data-drawn="true"]', state="attached")
            if not select:
                for address in chosen:
                    tab.goto(f"file://{page}#{address}")
                    tab.wait_for_timeout(50)
                    tab.wait_for_selector('html[data-drawn="true"]', state="attached")
                    count.append(float(tab.get_attribute("html", "data-counted") or 0))
                    select.append(float(tab.get_attribute("html", "data-took") or 0))
            tab.close()
        browser.close()
    return statistics.median(ready), count, select


def main() -> None:
    """Measure one published file."""
    file = Path(sys.argv[1]).resolve()
    commit = (
        subprocess.run(
            ["git", "rev-parse", "--short=10", "HEAD"], cwd=PROJECT, check=True, capture_output=True
        )
        .stdout.decode()
        .strip()
    )
    with tempfile.TemporaryDirectory() as name, Warehouse() as warehouse:
        warehouse.attach(file, "published")
        [(cases, events)] = warehouse.rows(
            "select count(*), sum(event_count)::bigint from published.marts.cases"
        )
        page = Path(name) / "report.html"
        cpu, peak = built(file, page)
        ready, count, select = opened(page, selections(file))
        line = (
            commit, cases, events, page.stat().st_size, cpu, peak, round(ready),
            statistics.median(count), max(count), statistics.median(select), max(select),
        )  # fmt: skip
    is_new = not RESULTS.exists()
    with RESULTS.open("a", encoding="utf-8", newline="") as results:
        writer = csv.writer(results, lineterminator="\n")
        if is_new:
            writer.writerow(FIELDS)
        writer.writerow(line)
    print(*(f"{name} {value}" for name, value in zip(FIELDS, line, strict=True)), sep="\n")


if __name__ == "__main__":
    main()
