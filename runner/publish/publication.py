"""Publishing: the checked candidate replaces the published result atomically.

The published result is the checked candidate with its manifest (`runs`) and the history of the
KPIs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from runner import checkpoints
from runner.checks.candidate import as_text, measured, read_runs, write_runs
from runner.engines.build_result import Node
from runner.engines.builds import (
    PUBLISHED,
    STEM,
    Build,
    DuckDbBuild,
    close_file,
    copy_marts,
    wal,
)
from runner.engines.warehouse import Warehouse, sql_literal
from runner.faults import Fault
from runner.files import replace_text
from runner.messages import _
from runner.severity import CRITICAL
from runner.verdict import Verdict, failed_checks, how_to_force, tally


def publish(build: Build, verdict: Verdict | None, reason: str = "") -> Path:
    """Replace the published result by the checked candidate; return its path.

    `reason` publishes despite failed checks and is stored in `runs`. Raise `Fault`, without a
    change, when the verdict is missing, failed or of another build.
    """
    verdict = _allowed(build, verdict, reason)
    other_build = Fault(_("the checks are of another build; run: l2c check"))
    if not build.candidate.exists():
        runs = read_runs(build.published)
        if runs and runs["content_hash"] == verdict.content_hash:
            return build.published
        raise other_build
    build.published.parent.mkdir(parents=True, exist_ok=True)
    with Warehouse() as warehouse:
        build.open_candidate(warehouse)
        if measured(warehouse, build.candidate).content_hash != verdict.content_hash:
            raise other_build
        checkpoints.reach("history")
        run = _carry_history(warehouse, build)
        manifest = _manifest(warehouse, run, verdict, reason)
        write_runs(warehouse, build, manifest)
        build.close_candidate(warehouse)
    checkpoints.reach("manifest")
    build.swap(described(manifest))
    checkpoints.reach("after the swap")
    return build.published


def _allowed(build: Build, verdict: Verdict | None, reason: str) -> Verdict:
    """Return the verdict if the last build may be published, else raise `Fault`."""
    if not build.tables.exists():
        raise Fault(_("nothing is built yet; run: l2c build"))
    if verdict is None:
        raise Fault(_("the build was not checked; run: l2c check"))
    if verdict.build != build.invocation_id():
        raise Fault(_("the checks are of another build; run: l2c check"))
    broken = _broken(verdict)
    if broken and not (reason and verdict.is_complete):
        problem = _("the build failed its checks; nothing is published:")
        raise Fault(
            "\n  ".join([problem, *broken, *([how_to_force()] if verdict.is_complete else [])])
        )
    return verdict


def _broken(verdict: Verdict) -> list[str]:
    return [check.name for check in failed_checks(verdict.checks, CRITICAL)]


def _manifest(warehouse: Warehouse, run: int, verdict: Verdict, reason: str) -> dict[str, str]:
    """Return the manifest of the candidate with run, checks and the reason for --force."""
    names, rows = warehouse.table(
        f"select * exclude (run, gates, forced_because) from {PUBLISHED}.marts.runs"
    )
    failing = [check.name for check in failed_checks(verdict.checks)]
    return {
        "run": str(run),
        **as_text(names, rows[0]),
        "gates": json.dumps({**tally(verdict.checks), "failing": failing}),
        "forced_because": reason if _broken(verdict) else "",
    }


def _carry_history(warehouse: Warehouse, build: Build) -> int:
    """Write the history of the KPIs: the published one and this run; return the run's number."""
    content_hash = warehouse.rows(f"select content_hash from {PUBLISHED}.marts.runs")[0][0]
    history = "before.marts.kpi_history"
    latest = None
    has_before = build.published.exists()
    if has_before:
        warehouse.attach(build.published, "before")
        if "kpi_history" in warehouse.tables("before"):
            latest = warehouse.rows(
                f"select run, content_hash from {history} order by run desc, content_hash limit 1"
            )
    run, last_hash = latest[0] if latest else (0, "")
    # The same content published again is the same run.
    run = run if last_hash == content_hash else run + 1
    earlier = f"select * from {history} where run != {run} union all by name " if latest else ""
    query = f"""{earlier}(
        select {run}::bigint as run, {sql_literal(content_hash)} as content_hash,
            as_of, kpi, dimension, segment, value, n
        from {PUBLISHED}.marts.kpi_values
        cross join (select as_of from {PUBLISHED}.marts.runs)
        where period_grain = 'all'
        order by kpi, dimension, segment
    )"""
    build.write(warehouse, "kpi_history", query)
    if has_before:
        warehouse.run("detach before")
    return int(run)


def write_duckdb(parquet: Build, nodes: Sequence[Node]) -> Path:
    """Publish the tables of the published Parquet as a DuckDB file too; return its path."""
    file = DuckDbBuild(parquet.folder)
    place = file.published
    fresh = parquet.candidate.with_name(place.name)
    for left_over in (fresh, wal(fresh), wal(place)):
        left_over.unlink(missing_ok=True)
    with Warehouse(spill=parquet.folder.spill) as warehouse:
        warehouse.attach(parquet.published, STEM)
        copy_marts(warehouse, fresh, nodes, with_run=True)
        close_file(warehouse, fresh)
    replace_text(file.manifest, described(read_runs(fresh) or {}))
    fresh.replace(place)
    return place


def repair(file: DuckDbBuild) -> list[str]:
    """Repair the files beside the published file to match it; return messages on the repairs."""
    place = file.published
    if not place.exists():
        return []
    done = []
    if wal(place).exists():
        wal(place).unlink()
        done.append(_("removed {file}, left by another program", file=wal(place).name))
    if not matches_manifest(file, runs := read_runs(place)):
        replace_text(file.manifest, described(runs or {}))
        done.append(_("wrote {file} again from the published file", file=file.manifest.name))
    return done


def matches_manifest(file: DuckDbBuild, runs: dict[str, str] | None) -> bool:
    """Return whether the manifest beside the published file equals the one inside."""
    if not runs:
        return True
    return file.manifest.exists() and file.manifest.read_text("utf-8") == described(runs)


def described(manifest: dict[str, str]) -> str:
    """Return the manifest as JSON, for the file beside the published file."""
    decoded = {
        key: json.loads(value) if value[:1] in ("[", "{") else value
        for key, value in sorted(manifest.items())
    }
    return json.dumps(decoded, indent=2, ensure_ascii=False) + "\n"
