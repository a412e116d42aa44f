"""The candidate: a frozen copy of the marts of the last build, to be checked and published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from runner import __version__, checkpoints
from runner.checks import expectations
from runner.engines.build_result import BuildResult
from runner.engines.builds import PUBLISHED, TABLES_OF_THE_RUN, Build
from runner.engines.warehouse import Warehouse, quote_identifier, sql_literal


@dataclass(frozen=True)
class Candidate:
    """A candidate: its file or folder, rows and hash of each table, and the content hash."""

    path: Path
    rows: dict[str, int]
    hashes: dict[str, str]

    @property
    def content_hash(self) -> str:
        """One hash over all tables with data."""
        return hashlib.sha256(json.dumps(self.hashes, sort_keys=True).encode()).hexdigest()


def make(build: Build, result: BuildResult, landed: Sequence[dict[str, Any]]) -> Candidate:
    """Copy the marts of the last build as candidate, with a manifest of their inputs."""
    build.candidate.parent.mkdir(parents=True, exist_ok=True)
    build.remove_candidate()
    with Warehouse(spill=build.folder.spill) as warehouse:
        schema = build.attach(warehouse)
        build.fill_candidate(warehouse, result.nodes)
        checkpoints.reach("candidate filled")
        candidate = measured(warehouse, build.candidate)
        manifest = {
            "content_hash": candidate.content_hash,
            **_facts(warehouse, schema),
            "inputs": json.dumps(landed, ensure_ascii=False),
            "row_counts": json.dumps(candidate.rows),
            "table_hashes": json.dumps(candidate.hashes),
            "versions": json.dumps(_versions(warehouse, schema, build, result)),
        }
        write_runs(warehouse, build, manifest)
        build.close_candidate(warehouse)
    return candidate


def measured(warehouse: Warehouse, path: Path) -> Candidate:
    """Count and hash the rows of each data table of the attached candidate.

    The hash is the sum of the rows' hashes, so it does not depend on their order.
    """
    rows, hashes = {}, {}
    for name in warehouse.tables(PUBLISHED):
        if name not in TABLES_OF_THE_RUN:
            table = f"{PUBLISHED}.marts.{quote_identifier(name)}"
            rows[name], total = warehouse.rows(f"select count(*), sum(hash(t)) from {table} as t")[
                0
            ]
            hashes[name] = f"{total or 0:x}"
    return Candidate(path, rows, hashes)


def write_runs(warehouse: Warehouse, build: Build, manifest: dict[str, str]) -> None:
    """Write the manifest into the open candidate, as its table `runs`."""
    values = {"run": "", "gates": "", "forced_because": "", **manifest}
    columns = ", ".join(
        f"{sql_literal(value)} as {quote_identifier(key)}" for key, value in values.items()
    )
    build.write(
        warehouse,
        "runs",
        f"select * replace (nullif(as_of, '')::timestamp as as_of) from (select {columns})",
    )


def read_runs(published: Path) -> dict[str, str] | None:
    """Return the manifest inside a candidate or published file; None when there is no file."""
    if not published.exists():
        return None
    with Warehouse() as warehouse:
        warehouse.attach(published, PUBLISHED)
        names, rows = warehouse.table(f"select * from {PUBLISHED}.marts.runs")
    return as_text(names, rows[0])


def as_text(names: Sequence[str], row: tuple[Any, ...]) -> dict[str, str]:
    """Return a row as texts by column, empty for null."""
    return {
        name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)
    }


def volumes(build: Build, candidate: Candidate) -> tuple[list[str], list[list[Any]]]:
    """Return the rows of each table and the as-of moments, beside those published last."""
    before = read_runs(build.published) or {}
    now = read_runs(candidate.path) or {}
    counts = json.loads(before.get("row_counts", "{}"))
    ahead = None
    if before.get("as_of") and now.get("as_of"):
        ahead = (
            datetime.fromisoformat(now["as_of"]) - datetime.fromisoformat(before["as_of"])
        ).total_seconds() / 86400
    return (
        ["table_name", "rows_now", "rows_before", "kept_share", "days_ahead"],
        [
            [
                name,
                rows,
                counts.get(name),
                rows / counts[name] if counts.get(name) else None,
                ahead if name == "events" else None,
            ]
            for name, rows in candidate.rows.items()
        ],
    )


def _facts(warehouse: Warehouse, schema: str) -> dict[str, str]:
    """Return the as-of moments of the log and of each source, computed without the system clock."""
    names, rows = warehouse.table(
        "select as_of, reporting_time_zone, reporting_currency, minimum_cases,"
        f" minimum_value_coverage from {schema}.as_of_moment cross join {schema}.last_invocation"
    )
    sources = warehouse.rows(
        "select source_system, strftime(last_data_update, '%Y-%m-%d %H:%M:%S')"
        f" from {schema}.source_systems order by source_system"
    )
    return {
        **as_text(names, rows[0]),
        "as_of_by_source": json.dumps(dict(sources), ensure_ascii=False),
    }


def _versions(
    warehouse: Warehouse, schema: str, build: Build, result: BuildResult
) -> dict[str, str]:
    engine = warehouse.rows(f"select engine_version from {schema}.last_invocation")[0][0]
    return {
        **build.engine_version(engine),
        "lead_to_cash": __version__,
        "dbt": result.dbt_version,
        "duckdb": warehouse.rows("select version()")[0][0],
        "great_expectations": expectations.version(),
        "storage": build.storage,
    }
