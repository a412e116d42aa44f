"""Publishing: a candidate is staged, judged, and put in the place of the published one at once.

The candidate is the marts of the last build as tables: of DuckDB one file, of Spark a folder of
Parquet for each table. What is published is what the gates judged, with its manifest (`runs`) and
the history of the KPIs added.
"""

from __future__ import annotations

import glob
import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner import __version__
from runner.engines.warehouse import Warehouse, WarehouseError, identifier, path_text, text
from runner.faults import Fault
from runner.files import link, replace_folder, replace_text
from runner.messages import _
from runner.verdict import failed_checks, tally
from runner.vocabulary import TEMPLATE

if TYPE_CHECKING:
    from runner.engines.dbt import Built
    from runner.verdict import Verdict

STEM = "lead_to_cash"
MANIFEST = "manifest.json"
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
    """What is staged, the rows of each table and the hash of each, and of all."""

    path: Path
    rows: dict[str, int]
    hashes: dict[str, str]

    @property
    def content_hash(self) -> str:
        """Give one hash of all tables that hold data."""
        return hashlib.sha256(json.dumps(self.hashes, sort_keys=True).encode()).hexdigest()


def state_path(data_dir: Path, target: str = "dev") -> Path:
    """Give the folder of what is known of the last build of a target of profiles.yml."""
    return data_dir / ("spark" if target == "spark" else "build")


def build_path(data_dir: Path, target: str = "dev") -> Path:
    """Give the file dbt builds; of Spark the folder of its tables."""
    return state_path(data_dir, target) / ("warehouse" if target == "spark" else f"{STEM}.duckdb")


def published_path(data_dir: Path, target: str = "dev") -> Path:
    """Give the file that BI tools read; of Spark the folder of Parquet that other engines read."""
    return data_dir / "publish" / ("parquet" if target == "spark" else f"{STEM}.duckdb")


def candidate_path(data_dir: Path, target: str = "dev") -> Path:
    """Give the file or folder that waits to be published."""
    return state_path(data_dir, target) / "publish" / published_path(data_dir, target).name


def wal(path: Path) -> Path:
    """Give the log that DuckDB keeps beside a file."""
    return path.with_name(path.name + ".wal")


def remove_candidate(data_dir: Path, target: str = "dev") -> None:
    """Remove the candidate; with it goes what it was judged to be."""
    fresh = candidate_path(data_dir, target)
    if fresh.is_dir():
        shutil.rmtree(fresh)
    fresh.unlink(missing_ok=True)
    wal(fresh).unlink(missing_ok=True)


def inputs(data_dir: Path) -> list[dict[str, Any]]:
    """Say what is landed: import, file, sheet, hash of the content; else the carried log."""
    files = text(f"{glob.escape(str(data_dir))}/landing/*.parquet")
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


def schema(warehouse: Warehouse) -> str:
    """Give the schema of an attached build, the one its target names in profiles.yml."""
    found = warehouse.rows(
        "select table_schema from information_schema.tables"
        f" where table_catalog = '{STEM}' and table_name = 'last_invocation' order by 1 limit 1"
    )
    return f"{STEM}.{identifier(found[0][0] if found else 'main')}"


def built_id(data_dir: Path, target: str = "dev") -> str:
    """Give dbt's id of the build that made the tables; empty when it names none."""
    with Warehouse() as warehouse:
        warehouse.attach(build_path(data_dir, target), STEM)
        try:
            found = warehouse.rows(f"select invocation_id from {schema(warehouse)}.last_invocation")
        except WarehouseError:
            return ""
    return str(found[0][0]) if found else ""


def stage(
    data_dir: Path, built: Built, landed: list[dict[str, Any]], target: str = "dev"
) -> Candidate:
    """Hold the marts of the last build still: DuckDB's as a new file, Spark's files by links."""
    fresh = candidate_path(data_dir, target)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    remove_candidate(data_dir, target)
    with Warehouse(spill=data_dir / "build" / "spill") as warehouse:
        warehouse.attach(build_path(data_dir, target), STEM)
        if target == "spark":
            # Spark never writes into a file again, so a link keeps what the gates see.
            for file in sorted((build_path(data_dir, target) / "marts.db").glob("*/*.parquet")):
                link(file, fresh / file.parent.name)
            warehouse.attach(fresh, "published")
        else:
            _copy(warehouse, fresh, built)
        candidate = _measured(warehouse, fresh)
        manifest = {
            "content_hash": candidate.content_hash,
            **_facts(warehouse),
            "inputs": json.dumps(landed, ensure_ascii=False),
            "row_counts": json.dumps(candidate.rows),
            "table_hashes": json.dumps(candidate.hashes),
            "versions": json.dumps(_versions(warehouse, built, target)),
        }
        _write_runs(warehouse, fresh, manifest)
        _close(warehouse, fresh)
    return candidate


def publish(data_dir: Path, verdict: Verdict | None, reason: str = "", target: str = "dev") -> Path:
    """Put the judged candidate in the place of the published one; give its path.

    `reason` publishes in spite of failed checks and lands in `runs`. Raises `Fault` when the gates
    are missing, failed or of another build; what is published is left as it is then.
    """
    if not build_path(data_dir, target).exists():
        raise Fault(_("nothing is built yet; run: l2c build"))
    if verdict is None:
        raise Fault(_("the build was not checked; run: l2c check"))
    if verdict.build != built_id(data_dir, target):
        raise Fault(_("the checks are of another build; run: l2c check"))
    broken = [check.name for check in failed_checks(verdict.checks, "critical")]
    if broken and not (reason and verdict.is_complete):
        problem = _("the build failed its checks; nothing is published:")
        way = in_spite()
        raise Fault("\n  ".join([problem, *broken, *([way] if verdict.is_complete else [])]))
    place, fresh = published_path(data_dir, target), candidate_path(data_dir, target)
    if not fresh.exists():
        if (runs := read_runs(place)) and runs["content_hash"] == verdict.content_hash:
            return place
        raise Fault(_("the checks are of another build; run: l2c check"))
    place.parent.mkdir(parents=True, exist_ok=True)
    # A log of an old file, which would be replayed into the new one; readers write none.
    wal(place).unlink(missing_ok=True)
    with Warehouse() as warehouse:
        if fresh.is_dir():
            warehouse.attach(fresh, "published")
        else:
            warehouse.run(f"attach {text(str(fresh))} as published")
        if _measured(warehouse, fresh).content_hash != verdict.content_hash:
            raise Fault(_("the checks are of another build; run: l2c check"))
        run = _carry_history(warehouse, fresh, place)
        names, rows = warehouse.table(
            "select * exclude (run, gates, forced_because) from published.marts.runs"
        )
        manifest = {"run": str(run), **_as_text(names, rows[0])}
        gates = tally(verdict.checks)
        failing = [check.name for check in failed_checks(verdict.checks)]
        manifest["gates"] = json.dumps({**gates, "failing": failing})
        manifest["forced_because"] = reason if broken else ""
        _write_runs(warehouse, fresh, manifest)
        _close(warehouse, fresh)
    if fresh.is_dir():
        replace_text(fresh / MANIFEST, described(manifest))
        replace_folder(fresh, place)
    else:
        _describe(place, manifest)
        fresh.replace(place)
    return place


def in_spite() -> str:
    """Say how to publish a build that failed its checks."""
    return _('To publish in spite of it: l2c publish --force --reason "…"')


def write_duckdb(data_dir: Path, built: Built) -> Path:
    """Put a DuckDB file with all tables of the published Parquet in the published file's place."""
    place = published_path(data_dir)
    fresh = state_path(data_dir, "spark") / "publish" / place.name
    for file in (fresh, wal(fresh), wal(place)):
        file.unlink(missing_ok=True)
    with Warehouse(spill=data_dir / "build" / "spill") as warehouse:
        warehouse.attach(published_path(data_dir, "spark"), STEM)
        _copy(warehouse, fresh, built)
        for name, about in COMMENTS.items():
            _comment(warehouse, name, about, {})
        _close(warehouse, fresh)
    _describe(place, read_runs(fresh) or {})
    fresh.replace(place)
    return place


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
    beside = target.parent / MANIFEST
    if runs and (not beside.exists() or beside.read_text("utf-8") != described(runs)):
        _describe(target, runs)
        done.append(_("wrote {file} again from the published file", file=beside.name))
    return done


def read_runs(target: Path) -> dict[str, str] | None:
    """Give the manifest inside a published file; None when there is no file."""
    if not target.exists():
        return None
    with Warehouse() as warehouse:
        warehouse.attach(target, "published")
        names, rows = warehouse.table("select * from published.marts.runs")
    return _as_text(names, rows[0])


def _as_text(names: list[str], row: tuple[Any, ...]) -> dict[str, str]:
    return {
        name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)
    }


def volumes(
    data_dir: Path, candidate: Candidate, target: str = "dev"
) -> tuple[list[str], list[list[Any]]]:
    """Compare the rows of each table with those published last, and the as-of moments."""
    before = read_runs(published_path(data_dir, target)) or {}
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
    for name in warehouse.tables("published"):
        if name not in OF_THE_RUN:
            rows[name], total = warehouse.rows(
                f"select count(*), sum(hash(t)) from published.marts.{identifier(name)} as t"
            )[0]
            hashes[name] = f"{total or 0:x}"
    return Candidate(path, rows, hashes)


def _facts(warehouse: Warehouse) -> dict[str, str]:
    """Say as of when the log is complete, and each source, without a clock of ours."""
    names, rows = warehouse.table(
        f"select as_of, reporting_time_zone from {schema(warehouse)}.as_of_moment"
    )
    sources = warehouse.rows(
        "select source_system, strftime(last_data_update, '%Y-%m-%d %H:%M:%S')"
        f" from {schema(warehouse)}.source_systems order by source_system"
    )
    return {
        **_as_text(names, rows[0]),
        "as_of_by_source": json.dumps(dict(sources), ensure_ascii=False),
    }


def _versions(warehouse: Warehouse, built: Built, target: str) -> dict[str, str]:
    from runner.checks import expectations

    engine = warehouse.rows(f"select engine_version from {schema(warehouse)}.last_invocation")[0][0]
    return {
        **({"spark": engine.split(" ")[0]} if target == "spark" else {}),
        "lead_to_cash": __version__,
        "dbt": built.dbt_version,
        "duckdb": warehouse.rows("select version()")[0][0],
        "great_expectations": expectations.version(),
        "storage": "parquet" if target == "spark" else STORAGE_VERSION,
    }


def _carry_history(warehouse: Warehouse, fresh: Path, target: Path) -> int:
    """Write the history of the KPIs: that published before, then this run; give its number."""
    content_hash = warehouse.rows("select content_hash from published.marts.runs")[0][0]
    history = "before.marts.kpi_history"
    latest = None
    if target.exists():
        warehouse.attach(target, "before")
        if "kpi_history" in warehouse.tables("before"):
            latest = warehouse.rows(
                f"select run, content_hash from {history} order by run desc, content_hash limit 1"
            )
    run, last_hash = latest[0] if latest else (0, "")
    # The same content published again is the same run.
    run = run if last_hash == content_hash else run + 1
    told = f"select * from {history} where run != {run} union all by name " if latest else ""
    query = f"""{told}(
        select {run}::bigint as run, {text(content_hash)} as content_hash,
            as_of, kpi, dimension, segment, value, n
        from published.marts.kpi_values cross join (select as_of from published.marts.runs)
        where period_grain = 'all'
        order by kpi, dimension, segment
    )"""
    _write(warehouse, fresh, "kpi_history", query)
    if target.exists():
        warehouse.run("detach before")
    return int(run)


def _write_runs(warehouse: Warehouse, fresh: Path, manifest: dict[str, str]) -> None:
    values = {"run": "", "gates": "", "forced_because": "", **manifest}
    columns = ", ".join(f"{text(value)} as {identifier(key)}" for key, value in values.items())
    _write(
        warehouse,
        fresh,
        "runs",
        f"select * replace (nullif(as_of, '')::timestamp as as_of) from (select {columns})",
    )


def _write(warehouse: Warehouse, fresh: Path, table: str, query: str) -> None:
    """Write a table of the run into the candidate, in its form."""
    if not fresh.is_dir():
        warehouse.run(f"create or replace table published.marts.{table} as {query}")
        _comment(warehouse, table, COMMENTS[table], {})
        return
    (fresh / table).mkdir(exist_ok=True)
    file = fresh / table / "part-0.parquet"
    warehouse.run(f"copy ({query}) to {text(str(file))} (format parquet)")
    warehouse.run(
        f"create or replace view published.marts.{table} as from read_parquet({path_text(file)})"
    )


def _copy(warehouse: Warehouse, fresh: Path, built: Built) -> None:
    """Copy the marts of an attached result into a new file of tables with comments."""
    # Each mart names on the right what it looks up. DuckDB would turn the largest join round, keep
    # every event with its words in memory for it, and lose the order of cases.
    warehouse.run("set disabled_optimizers = 'build_side_probe_side'")
    warehouse.run(f"attach {text(str(fresh))} as published (storage_version '{STORAGE_VERSION}')")
    warehouse.run("create schema published.marts")
    for name in warehouse.tables(STEM):
        mart = f"marts.{identifier(name)}"
        warehouse.run(f"create table published.{mart} as select * from {STEM}.{mart}")
    for node in built.nodes:
        if node.schema == "marts":
            _comment(warehouse, node.name, node.description, node.columns)


def _comment(warehouse: Warehouse, table: str, about: str, columns: dict[str, str]) -> None:
    name = f"published.marts.{identifier(table)}"
    warehouse.run(f"comment on table {name} is {text(about.strip())}")
    for column, description in columns.items():
        warehouse.run(
            f"comment on column {name}.{identifier(column)} is {text(description.strip())}"
        )


def _close(warehouse: Warehouse, fresh: Path) -> None:
    if fresh.is_dir():
        return
    warehouse.run("checkpoint published")
    warehouse.run("detach published")
    if wal(fresh).exists():
        raise Fault(_("{file} was not written to its end; run: l2c check", file=fresh.name))


def _describe(target: Path, manifest: dict[str, str]) -> None:
    replace_text(target.parent / MANIFEST, described(manifest))


def described(manifest: dict[str, str]) -> str:
    """Give the manifest as it stands beside the published file, or in the folder of Parquet."""
    decoded = {
        key: json.loads(value) if value[:1] in ("[", "{") else value
        for key, value in sorted(manifest.items())
    }
    return json.dumps(decoded, indent=2, ensure_ascii=False) + "\n"
