"""Find which models sort, and how many rows, according to DuckDB's profile of each model.

    L2C_DATA_DIR=DIR python bench/sorts.py     # DIR holds a finished build (l2c build)

Run the compiled SQL of every model again with `explain analyze` and add up the rows that enter
a window or an ORDER BY. Write results/sorts.csv: model, rows sorted, share of the log's events.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

SORTING = ("WINDOW", "ORDER_BY")
RESULT = Path(__file__).parent / "results" / "sorts.csv"


def sorted_rows(operators: list[dict[str, Any]]) -> Iterator[int]:
    """Yield the output rows of each sorting operator of a profile, which equal its input rows."""
    for operator in operators:
        # A streaming window sorts nothing.
        if operator["type"] in SORTING:
            yield operator["intermediate_rows"]
        yield from sorted_rows(operator.get("children", []))


def main() -> None:
    """Profile every model of the build in L2C_DATA_DIR."""
    build = Path(os.environ["L2C_DATA_DIR"]) / "build"
    connection = duckdb.connect()
    connection.execute(f"attach '{build}/lead_to_cash.duckdb' as lead_to_cash (read_only)")
    connection.execute("use lead_to_cash; set TimeZone = 'UTC'")
    (events,) = connection.execute("select count(*) from timeline").fetchone()  # type: ignore
    found = []
    for file in sorted((build / "target/compiled/lead_to_cash/models").glob("*/*.sql")):
        if file.parent.name == "marts":
            continue
        sql = file.read_text(encoding="utf-8")
        profile = connection.execute(f"explain (analyze, format json) {sql}").fetchall()[0][1]
        rows = sum(sorted_rows(json.loads(profile)["operator"]))
        found.append((f"{file.parent.name}/{file.stem}", rows, f"{rows / events:.3f}"))
    found.sort(key=lambda model: (-model[1], model[0]))
    with RESULT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["model", "rows_sorted", "share_of_events"])
        writer.writerows(found)


if __name__ == "__main__":
    main()
