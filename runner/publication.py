"""Publishing: what passed becomes one new file, at once, or nothing changes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from runner import __version__, dbt
from runner.faults import Fault
from runner.messages import _
from runner.warehouse import Warehouse, identifier, text

STEM = "lead_to_cash"
# Every 1.x client opens files of this version; DuckDB 2's own default none of them.
STORAGE_VERSION = "v1.4.0"


@dataclass(frozen=True)
class Published:
    """A published file, the rows of each table, and the hash of all content."""

    path: Path
    rows: dict[str, int]
    content_hash: str


def build_path(data_dir: Path) -> Path:
    """Give the file dbt builds."""
    return data_dir / "build" / f"{STEM}.duckdb"


def published_path(data_dir: Path) -> Path:
    """Give the file that BI tools read."""
    return data_dir / "publish" / f"{STEM}.duckdb"


def record_gates(data_dir: Path, built: dbt.Built) -> None:
    """Write what the gates said of a build beside it; publishing asks for it."""
    (data_dir / "build" / "gates.json").write_text(
        json.dumps(asdict(built) | {"passed": built.passed}, indent=2, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )


def publish(data_dir: Path) -> Published:
    """Copy the marts of the last build into a new file and put it in the place of the published.

    Raises `Fault` when the gates are missing, failed or of another build; the published file is
    left as it is then.
    """
    target = published_path(data_dir)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = data_dir / "build" / "publish" / target.name
    fresh.parent.mkdir(parents=True, exist_ok=True)
    _remove(fresh)
    with Warehouse(spill=data_dir / "build" / "spill") as warehouse:
        source = build_path(data_dir)
        if not source.exists():
            raise Fault(_("nothing is built yet; run: l2c build"))
        warehouse.run(f"attach {text(str(source))} as {STEM} (read_only)")
        gates = _passed_gates(data_dir, warehouse)
        warehouse.run(
            f"attach {text(str(fresh))} as published (storage_version '{STORAGE_VERSION}')"
        )
        warehouse.run("create schema published.marts")
        tables = _copy_marts(warehouse)
        manifest = _manifest(warehouse, gates, tables)
        columns = ", ".join(
            f"{text(value)} as {identifier(key)}" for key, value in manifest.items()
        )
        warehouse.run(f"create table published.marts.runs as select {columns}")
        warehouse.run("checkpoint published")
        warehouse.run("detach published")
    if _wal(fresh).exists():
        raise Fault(_("{file} was not written to its end; run: l2c publish", file=fresh.name))
    described = json.dumps({**manifest, **_decoded(manifest)}, indent=2, ensure_ascii=False)
    (target.parent / "manifest.json").write_text(described + "\n", encoding="utf-8")
    # A log of the old file would be replayed into the new one.
    _wal(target).unlink(missing_ok=True)
    fresh.replace(target)
    return Published(
        path=target,
        rows={name: rows for name, (rows, _hash) in tables.items()},
        content_hash=manifest["content_hash"],
    )


def _passed_gates(data_dir: Path, warehouse: Warehouse) -> dict[str, Any]:
    path = data_dir / "build" / "gates.json"
    if not path.exists():
        raise Fault(_("the build was not checked; run: l2c build"))
    gates: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if not gates["passed"]:
        raise Fault(
            "\n  ".join([_("the build failed its checks; nothing is published:"), *gates["broken"]])
        )
    built = warehouse.rows(f"select invocation_id from {STEM}.main.last_invocation")
    if built != [(gates["invocation_id"],)]:
        raise Fault(_("the checks are of another build; run: l2c build"))
    return gates


def _copy_marts(warehouse: Warehouse) -> dict[str, tuple[int, str]]:
    """Write every published table; give its rows and the hash of its content.

    The hash is the sum of the rows' hashes, so it does not depend on their order.
    """
    names = warehouse.rows(
        "select table_name from information_schema.tables"
        f" where table_catalog = '{STEM}' and table_schema = 'marts' order by table_name"
    )
    tables = {}
    for (name,) in names:
        table = f"published.marts.{identifier(name)}"
        warehouse.run(f"create table {table} as select * from {STEM}.marts.{identifier(name)}")
        rows, total = warehouse.rows(f"select count(*), sum(hash(t)) from {table} as t")[0]
        tables[name] = (rows, f"{total or 0:x}")
    return tables


def _manifest(
    warehouse: Warehouse, gates: dict[str, Any], tables: dict[str, tuple[int, str]]
) -> dict[str, str]:
    """Describe the run, without a clock or a path, so that equal input gives equal rows."""
    as_of = warehouse.rows(f"select strftime(as_of, '%Y-%m-%d %H:%M:%S') from {STEM}.main.cutoffs")
    sources = warehouse.rows(
        "select source_system, strftime(last_data_update, '%Y-%m-%d %H:%M:%S')"
        f" from {STEM}.main.source_systems order by source_system"
    )
    files = warehouse.rows(
        "select import_id, source_file, sheet, rows_read"
        f" from {STEM}.marts.intake_summary order by import_id"
    )
    hashes = {name: value for name, (_rows, value) in tables.items()}
    content = hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()
    return {
        "content_hash": content,
        "as_of": as_of[0][0] or "",
        "as_of_by_source": json.dumps(dict(sources), ensure_ascii=False),
        "inputs": json.dumps(files, ensure_ascii=False),
        "row_counts": json.dumps({name: rows for name, (rows, _hash) in tables.items()}),
        "table_hashes": json.dumps(hashes),
        "gates": json.dumps(gates["counts"]),
        "versions": json.dumps(
            {
                "lead_to_cash": __version__,
                "dbt": gates["dbt_version"],
                "duckdb": warehouse.rows("select version()")[0][0],
                "storage": STORAGE_VERSION,
            }
        ),
    }


def _decoded(manifest: dict[str, str]) -> dict[str, Any]:
    return {key: json.loads(value) for key, value in manifest.items() if value[:1] in ("[", "{")}


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _wal(path).unlink(missing_ok=True)
