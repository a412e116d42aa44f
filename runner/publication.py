"""Publishing: a candidate is staged, judged, and put in the place of the published file at once.

The candidate is the marts of the last build as tables. What is published is the file that the gates
judged, with its manifest (`runs`) and the history of the KPIs added.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner import __version__, checks
from runner.faults import Fault
from runner.files import replace_text
from runner.messages import _
from runner.vocabulary import TEMPLATE
from runner.warehouse import Warehouse, WarehouseError, identifier, text

if TYPE_CHECKING:
    from runner.checks import Verdict
    from runner.dbt import Built

STEM = "lead_to_cash"
# Every 1.x client opens files of this version; DuckDB 2's own default none of them.
STORAGE_VERSION = "v1.4.0"
# Tables that tell of the run, not of its data: no part of the content hash.
OF_THE_RUN = ("runs", "kpi_history")
COMMENTS = {
    "runs": "One row: what was published, from which files, with which versions and checks.",
    "kpi_history": "One row per publication, KPI and segment; carried on from file to file.",
}


@dataclass(frozen=True)
class Candidate:
    """A staged file, the rows of each table and the hash of each, and of all."""

    path: Path
    rows: dict[str, int]
    hashes: dict[str, str]

    @property
    def content_hash(self) -> str:
        """Give one hash of all tables that hold data."""
        return hashlib.sha256(json.dumps(self.hashes, sort_keys=True).encode()).hexdigest()


def build_path(data_dir: Path) -> Path:
    """Give the file dbt builds."""
    return data_dir / "build" / f"{STEM}.duckdb"


def published_path(data_dir: Path) -> Path:
    """Give the file that BI tools read."""
    return data_dir / "publish" / f"{STEM}.duckdb"


def candidate_path(data_dir: Path) -> Path:
    """Give the file that waits to be published."""
    return data_dir / "build" / "publish" / f"{STEM}.duckdb"


def wal(path: Path) -> Path:
    """Give the log that DuckDB keeps beside a file."""
    return path.with_name(path.name + ".wal")


def remove_candidate(data_dir: Path) -> None:
    """Remove the candidate; with it goes what it was judged to be."""
    candidate_path(data_dir).unlink(missing_ok=True)
    wal(candidate_path(data_dir)).unlink(missing_ok=True)


def attach(warehouse: Warehouse, path: Path, name: str) -> None:
    """Attach a file for reading under a name."""
    warehouse.run(f"attach {text(str(path))} as {name} (read_only)")


def inputs(data_dir: Path) -> list[dict[str, Any]]:
    """Say what is landed: import, file, sheet, hash of the content; else the carried log."""
    files = text(str(data_dir / "landing" / "*.parquet"))
    with Warehouse() as warehouse:
        written = warehouse.rows(
            "select file_name, decode(key), decode(value)"
            f" from parquet_kv_metadata({files}) order by file_name"
        )
    landed: dict[str, dict[str, Any]] = {}
    for file, key, value in written:
        if Path(file).stem.isdecimal():
            landed.setdefault(file, {"import_id": int(Path(file).stem)})[key] = value
    if landed:
        return [
            {key: each.get(key, "") for key in ("import_id", "source_file", "sheet", "sha256")}
            for each in landed.values()
        ]
    seed = TEMPLATE / "event_log.csv"
    digest = hashlib.sha256(seed.read_bytes()).hexdigest()
    return [{"import_id": 1, "source_file": seed.name, "sheet": "", "sha256": digest}]


def built_id(data_dir: Path) -> str:
    """Give dbt's id of the build that made the file; empty when it names none."""
    with Warehouse() as warehouse:
        attach(warehouse, build_path(data_dir), STEM)
        try:
            found = warehouse.rows(f"select invocation_id from {STEM}.main.last_invocation")
        except WarehouseError:
            return ""
    return str(found[0][0]) if found else ""


def stage(data_dir: Path, built: Built, landed: list[dict[str, Any]]) -> Candidate:
    """Copy the marts of the last build into a new file of tables with comments."""
    fresh = candidate_path(data_dir)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    remove_candidate(data_dir)
    with Warehouse(spill=data_dir / "build" / "spill") as warehouse:
        attach(warehouse, build_path(data_dir), STEM)
        warehouse.run(
            f"attach {text(str(fresh))} as published (storage_version '{STORAGE_VERSION}')"
        )
        warehouse.run("create schema published.marts")
        names = warehouse.rows(
            "select table_name from information_schema.tables"
            f" where table_catalog = '{STEM}' and table_schema = 'marts' order by table_name"
        )
        for (name,) in names:
            mart = f"marts.{identifier(name)}"
            warehouse.run(f"create table published.{mart} as select * from {STEM}.{mart}")
        for node in built.nodes:
            if node.schema == "marts":
                _comment(warehouse, node.name, node.description, node.columns)
        candidate = _measured(warehouse, fresh)
        manifest = {
            "content_hash": candidate.content_hash,
            **_facts(warehouse),
            "inputs": json.dumps(landed, ensure_ascii=False),
            "row_counts": json.dumps(candidate.rows),
            "table_hashes": json.dumps(candidate.hashes),
            "versions": json.dumps(_versions(warehouse, built)),
        }
        _write_runs(warehouse, manifest)
        _close(warehouse, fresh)
    return candidate


def publish(data_dir: Path, verdict: Verdict | None, reason: str = "") -> Path:
    """Put the judged candidate in the place of the published file; give its path.

    `reason` publishes in spite of failed checks and lands in `runs`. Raises `Fault` when the gates
    are missing, failed or of another build; the published file is left as it is then.
    """
    if not build_path(data_dir).exists():
        raise Fault(_("nothing is built yet; run: l2c build"))
    if verdict is None:
        raise Fault(_("the build was not checked; run: l2c check"))
    if verdict.build != built_id(data_dir):
        raise Fault(_("the checks are of another build; run: l2c check"))
    broken = [check.name for check in checks.failed(verdict.checks, "critical")]
    if broken and not (reason and verdict.is_complete):
        problem = _("the build failed its checks; nothing is published:")
        raise Fault("\n  ".join([problem, *broken]))
    target, fresh = published_path(data_dir), candidate_path(data_dir)
    if not fresh.exists():
        if (runs := read_runs(target)) and runs["content_hash"] == verdict.content_hash:
            return target
        raise Fault(_("the checks are of another build; run: l2c check"))
    target.parent.mkdir(parents=True, exist_ok=True)
    # A log of an old file, which would be replayed into the new one; readers write none.
    wal(target).unlink(missing_ok=True)
    with Warehouse() as warehouse:
        warehouse.run(f"attach {text(str(fresh))} as published")
        if _measured(warehouse, fresh).content_hash != verdict.content_hash:
            raise Fault(_("the checks are of another build; run: l2c check"))
        run = _carry_history(warehouse, target)
        names, rows = warehouse.table(
            "select * exclude (run, gates, forced_because) from published.marts.runs"
        )
        manifest = {"run": str(run), **dict(zip(names, rows[0], strict=True))}
        gates = checks.tally(verdict.checks)
        failing = [check.name for check in checks.failed(verdict.checks)]
        manifest["gates"] = json.dumps({**gates, "failing": failing})
        manifest["forced_because"] = reason if broken else ""
        _write_runs(warehouse, manifest)
        _close(warehouse, fresh)
    _describe(target, manifest)
    fresh.replace(target)
    return target


def repair(data_dir: Path) -> list[str]:
    """Make what lies beside the published file agree with it; say what was done."""
    target = published_path(data_dir)
    if not target.exists():
        return []
    done = []
    if wal(target).exists():
        wal(target).unlink()
        done.append(_("removed {file}, left by another program", file=wal(target).name))
    runs = read_runs(target)
    beside = target.parent / "manifest.json"
    if runs and (not beside.exists() or beside.read_text("utf-8") != described(runs)):
        _describe(target, runs)
        done.append(_("wrote {file} again from the published file", file=beside.name))
    return done


def read_runs(target: Path) -> dict[str, str] | None:
    """Give the manifest inside a published file; None when there is no file."""
    if not target.exists():
        return None
    with Warehouse() as warehouse:
        attach(warehouse, target, "published")
        names, rows = warehouse.table("select * from published.marts.runs")
    return dict(zip(names, rows[0], strict=True))


def volumes(data_dir: Path, candidate: Candidate) -> tuple[list[str], list[list[Any]]]:
    """Compare the rows of each table with those published last, and the as-of moments."""
    before = read_runs(published_path(data_dir)) or {}
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


def _measured(warehouse: Warehouse, path: Path) -> Candidate:
    """Count and hash the rows of each table of data.

    The hash is the sum of the rows' hashes, so it does not depend on their order.
    """
    rows, hashes = {}, {}
    for (name,) in warehouse.rows(
        "select table_name from duckdb_tables()"
        " where database_name = 'published' and schema_name = 'marts' order by table_name"
    ):
        if name not in OF_THE_RUN:
            rows[name], total = warehouse.rows(
                f"select count(*), sum(hash(t)) from published.marts.{identifier(name)} as t"
            )[0]
            hashes[name] = f"{total or 0:x}"
    return Candidate(path, rows, hashes)


def _facts(warehouse: Warehouse) -> dict[str, str]:
    """Say as of when the log is complete, and each source, without a clock of ours."""
    as_of = warehouse.rows(f"select strftime(as_of, '%Y-%m-%d %H:%M:%S') from {STEM}.main.cutoffs")
    sources = warehouse.rows(
        "select source_system, strftime(last_data_update, '%Y-%m-%d %H:%M:%S')"
        f" from {STEM}.main.source_systems order by source_system"
    )
    return {
        "as_of": as_of[0][0] or "",
        "as_of_by_source": json.dumps(dict(sources), ensure_ascii=False),
    }


def _versions(warehouse: Warehouse, built: Built) -> dict[str, str]:
    from runner import expectations

    return {
        "lead_to_cash": __version__,
        "dbt": built.dbt_version,
        "duckdb": warehouse.rows("select version()")[0][0],
        "great_expectations": expectations.version(),
        "storage": STORAGE_VERSION,
    }


def _carry_history(warehouse: Warehouse, target: Path) -> int:
    """Write the history of the KPIs: that of the published file, then this run; give its number."""
    warehouse.run(
        "create or replace table published.marts.kpi_history (run bigint, content_hash varchar,"
        " as_of timestamp, kpi varchar, dimension varchar, segment varchar, value double, n bigint)"
    )
    history = "published.marts.kpi_history"
    if target.exists():
        attach(warehouse, target, "before")
        if warehouse.rows(
            "select 1 from duckdb_tables() where database_name = 'before'"
            " and table_name = 'kpi_history'"
        ):
            warehouse.run(f"insert into {history} by name select * from before.marts.kpi_history")
        warehouse.run("detach before")
    latest = warehouse.rows(
        f"select run, content_hash from {history} order by run desc, content_hash limit 1"
    )
    current = warehouse.rows("select content_hash, as_of from published.marts.runs")[0]
    run, last_hash = latest[0] if latest else (0, "")
    # The same content published again is the same run.
    run = run if last_hash == current[0] else run + 1
    warehouse.run(f"delete from {history} where run = {run}")
    warehouse.run(
        f"insert into {history} select {run}, ?, nullif(?, '')::timestamp, kpi, dimension, segment,"
        " value, n from published.marts.kpi_values where period_grain = 'all'"
        " order by kpi, dimension, segment",
        current,
    )
    _comment(warehouse, "kpi_history", COMMENTS["kpi_history"], {})
    return int(run)


def _write_runs(warehouse: Warehouse, manifest: dict[str, str]) -> None:
    values = {"run": "", "gates": "", "forced_because": "", **manifest}
    columns = ", ".join(f"{text(value)} as {identifier(key)}" for key, value in values.items())
    warehouse.run(f"create or replace table published.marts.runs as select {columns}")
    _comment(warehouse, "runs", COMMENTS["runs"], {})


def _comment(warehouse: Warehouse, table: str, about: str, columns: dict[str, str]) -> None:
    name = f"published.marts.{identifier(table)}"
    warehouse.run(f"comment on table {name} is {text(about.strip())}")
    for column, description in columns.items():
        warehouse.run(
            f"comment on column {name}.{identifier(column)} is {text(description.strip())}"
        )


def _close(warehouse: Warehouse, fresh: Path) -> None:
    warehouse.run("checkpoint published")
    warehouse.run("detach published")
    if wal(fresh).exists():
        raise Fault(_("{file} was not written to its end; run: l2c check", file=fresh.name))


def _describe(target: Path, manifest: dict[str, str]) -> None:
    replace_text(target.parent / "manifest.json", described(manifest))


def described(manifest: dict[str, str]) -> str:
    """Give the manifest as it stands beside the published file."""
    decoded = {
        key: json.loads(value) if value[:1] in ("[", "{") else value
        for key, value in sorted(manifest.items())
    }
    return json.dumps(decoded, indent=2, ensure_ascii=False) + "\n"
