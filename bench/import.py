"""Measure the import on generated data, against its limits.

For CSV of 1, 2 and 4 million rows and the same as Parquet: CPU seconds of the import, of DuckDB
copying the same CSV to Parquet in the same round, their ratio, and the peak of memory, each in a
process of its own; for an xlsx of 100,000 rows the wall seconds. Print lines of
results/import.csv and append them. This takes some minutes; run it on a quiet machine. With names
of files (1m.csv, 100k.xlsx …) as arguments, measure only these.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "import.csv"
HEADER = "python,duckdb,file,rows,import_cpu_s,copy_cpu_s,ratio,import_wall_s,peak_mb"
ROUNDS = 3
WIDTH = 12

EVENTS = """
    select
        'OP-' || lpad((i // 10)::varchar, 8, '0') as "SalesOpportunity",
        (['Lead Captured', 'Opportunity Created', 'Quote Created', 'Quote Issued', 'Quote Accepted',
        'Opportunity Won', 'Sales Order Created', 'Order Fulfilled', 'Invoice Generated',
        'Payment Received'])[1 + i % 10] as "ActivityName",
        strftime(timestamp '2024-01-01' + to_minutes((hash(i) % 1000000)::int), '{time}')
            as "EventTime",
        'CRM' as "SourceSystem",
        (hash(i // 10) % 100000000)::varchar as "OpportunityValue",
        'rep ' || (hash(i // 10) % 200) as "SalesRepresentative",
        (['East', 'West', 'North', 'South'])[1 + (i // 10) % 4] as "Region",
        case when i % 10 = 9 then (hash(i) % 1000000)::varchar end as "Amount",
        'Customer ' || (hash(i // 10) % 20000) as "CustomerName",
        strftime(date '2024-01-01' + (hash(i // 10) % 900)::int, '%Y-%m-%d') as "ExpectedCloseDate",
        case when i % 10 = 8 then 'INV-' || i end as "InvoiceNumber",
        'note ' || (i % 1000) as "Remark"
    from range({rows}) as numbers (i)
"""

LAND = """
import json, resource, sys, tempfile, time
from pathlib import Path
from runner.columns.options import Options
from runner.data_folder import DataFolder
from runner.landing.imports import import_files
with tempfile.TemporaryDirectory() as folder:
    cpu, wall = time.process_time(), time.perf_counter()
    options = Options(time_zone="Asia/Tokyo")
    [landed] = import_files([Path(sys.argv[1])], DataFolder(Path(folder)), options)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"rows": landed.events, "cpu": cpu, "wall": wall, "peak": peak}))
"""

COPY = """
import duckdb, json, sys, time
duckdb.sql("set enable_progress_bar = false")
cpu = time.process_time()
duckdb.sql(f"copy (from '{sys.argv[1]}') to '{sys.argv[1]}.copy' (format parquet)")
print(json.dumps({"cpu": time.process_time() - cpu}))
"""


def measured(script: str, file: Path) -> dict[str, float]:
    """Run a script on a file in its own process; return its output."""
    process = subprocess.run(
        [sys.executable, "-c", script, str(file)],
        cwd=RESULTS.parent.parent.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(process.stdout.splitlines()[-1])
    return found


def write_workbook(file: Path, rows: list[tuple[str, ...]], headers: list[str]) -> None:
    """Write an xlsx whose times are dates of Excel and whose amounts are numbers."""
    import xlsxwriter

    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet("events")
    sheet.write_row(0, 0, headers)
    clock = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, row)
        sheet.write_datetime(number, 2, row[2], clock)
        sheet.write_number(number, 4, float(row[4]))
    book.close()


def record(line: str) -> None:
    """Print a line and append it to the results."""
    print(line, flush=True)
    is_new = not RESULTS.exists()
    with RESULTS.open("a", encoding="utf-8") as results:
        results.write(f"{HEADER}\n{line}\n" if is_new else f"{line}\n")


def main() -> None:
    """Generate the files, measure each, print and append the lines."""
    import duckdb

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = []
        for millions in (1, 2, 4):
            for kind, time in [("csv", "%Y-%m-%d %H:%M"), ("parquet", "%Y-%m-%d %H:%M")]:
                file = folder / f"{millions}m.{kind}"
                rows = EVENTS.format(rows=millions * 1_000_000, time=time)
                duckdb.sql(f"copy ({rows}) to '{file}' (format {kind})")
                files.append(file)
        kanji = folder / "1m kanji times.csv"
        duckdb.sql(
            f"copy ({EVENTS.format(rows=1_000_000, time='%Y年%-m月%-d日 %-H:%M')})"
            f" to '{kanji}' (format csv)"
        )
        sheet = folder / "100k.xlsx"
        cells = duckdb.sql(EVENTS.format(rows=100_000, time="%Y-%m-%d %H:%M"))
        typed = duckdb.sql(
            'select * replace (cast("EventTime" as timestamp) as "EventTime") from cells'
        )
        write_workbook(sheet, typed.fetchall(), cells.columns)
        wanted = sys.argv[1:]
        for file in [*files, kanji, sheet]:
            if wanted and file.name not in wanted:
                continue
            is_csv = file.suffix == ".csv"
            found, ratios = [], []
            for _round in range(ROUNDS):
                copied = measured(COPY, file)["cpu"] if is_csv else None
                found.append(measured(LAND, file) | {"copy": copied or 0.0})
                ratios.append(found[-1]["cpu"] / copied if copied else 0.0)

            def middle(key: str, found: list[dict[str, float]] = found) -> float:
                return statistics.median(entry[key] for entry in found)

            copies = f"{middle('copy'):.1f},{statistics.median(ratios):.1f}" if is_csv else ","
            peak = max(entry["peak"] for entry in found)
            record(
                f"{platform.python_version()},{duckdb.__version__},{file.name},{found[0]['rows']},"
                f"{middle('cpu'):.1f},{copies},{middle('wall'):.1f},{peak:.0f}"
            )


if __name__ == "__main__":
    main()
