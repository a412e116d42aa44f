"""The gates: what dbt's tests and Great Expectations say of a build, in one list and one file.

`build.json` holds what dbt said of the build, `gates.json` what all checks say of the candidate,
the copy of the marts that publishing puts in the place of the published file.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from runner.checks import data_docs, expectations, rejected
from runner.engines.dbt import Built, Node
from runner.engines.warehouse import Warehouse, WarehouseError, identifier, text
from runner.faults import Fault
from runner.files import replace_text
from runner.landing.landing_sql import landing_columns
from runner.messages import _, in_each
from runner.publish import publication
from runner.publish.publication import STEM, Candidate
from runner.verdict import EXAMPLES, Check, Texts, Verdict, example, own_remedy, tally

# A table of more rows is judged on the cases that a hash picks.
SAMPLE_ROWS = 1_000_000
# Expectations that judge each row by itself; the others judge a column as a whole.
BY_ROW = ("expect_column_values_", "expect_column_pair_values_")
ORIGIN = ("import_id", "source_file", "source_row", "source_order")


def forget(data_dir: Path, target: str = "dev") -> None:
    """Take away what is known of a target's last build, before another changes its tables."""
    for name in ("build.json", "gates.json"):
        (publication.state_path(data_dir, target) / name).unlink(missing_ok=True)
    rejected.path(data_dir, target).unlink(missing_ok=True)
    publication.remove_candidate(data_dir, target)


def record(data_dir: Path, built: Built, target: str = "dev") -> None:
    """Write what dbt said of a build, and what was landed then."""
    record = asdict(built) | {"inputs": publication.inputs(data_dir)}
    path = publication.state_path(data_dir, target) / "build.json"
    replace_text(path, json.dumps(record, ensure_ascii=False))


def check(data_dir: Path, target: str = "dev") -> Verdict:
    """Judge the last build: hold its marts as a candidate, ask every check, write gates.json.

    Raises `Fault` when there is no finished build of what is landed now.
    """
    built, inputs = _last_build(data_dir, target)
    state = publication.state_path(data_dir, target)
    listed = [_of_node(node) for node in built.nodes if node.kind in ("test", "unit_test")]
    listed += [_of_model(node) for node in built.nodes if node.is_broken and not _is_test(node)]
    listed = _with_examples(data_dir, listed, built, target)
    candidate = None
    if not any(
        node.status == "skipped" or (node.is_broken and not _is_test(node)) for node in built.nodes
    ):
        candidate = publication.stage(data_dir, built, inputs, target)
        rejected.write(data_dir, candidate.path, target)
        listed += expectations.judge(_batches(data_dir, candidate, target))
    content_hash = candidate.content_hash if candidate else ""
    verdict = Verdict(built.invocation_id, content_hash, listed)
    written = asdict(verdict) | {"passed": verdict.passed, "counts": tally(listed)}
    pages = state if target == "spark" else data_dir / "publish"
    data_docs.write(pages / "data_docs", verdict, candidate.path if candidate else None)
    replace_text(state / "gates.json", json.dumps(written, indent=1, ensure_ascii=False) + "\n")
    return verdict


def last(data_dir: Path, target: str = "dev") -> Verdict | None:
    """Give what the gates said last of a target; None when they have not spoken."""
    path = publication.state_path(data_dir, target) / "gates.json"
    if not path.exists():
        return None
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        return Verdict(
            written["build"],
            written["content_hash"],
            [Check.of(each) for each in written["checks"]],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Fault(_("{file} cannot be read; run: l2c check", file=path.name)) from error


def is_of_last_build(data_dir: Path, verdict: Verdict, target: str = "dev") -> bool:
    """Whether a verdict is about what was built last."""
    return (
        publication.build_path(data_dir, target).exists()
        and publication.built_id(data_dir, target) == verdict.build
    )


def recorded(data_dir: Path, target: str = "dev") -> tuple[Built, list[dict[str, Any]]]:
    """Give what dbt said of a target's last build, and what was landed then."""
    path = publication.state_path(data_dir, target) / "build.json"
    if not publication.build_path(data_dir, target).exists() or not path.exists():
        raise Fault(_("nothing is built yet, or a build did not finish; run: l2c build"))
    written = json.loads(path.read_text(encoding="utf-8"))
    inputs = written.pop("inputs")
    return Built(**{**written, "nodes": [Node(**node) for node in written["nodes"]]}), inputs


def _last_build(data_dir: Path, target: str = "dev") -> tuple[Built, list[dict[str, Any]]]:
    built, inputs = recorded(data_dir, target)
    if publication.built_id(data_dir, target) != built.invocation_id:
        raise Fault(_("the build was made by another program than l2c; run: l2c build"))
    if inputs != publication.inputs(data_dir):
        raise Fault(_("the landing has changed since the build; run: l2c build"))
    return built, inputs


def _is_test(node: Node) -> bool:
    return node.kind in ("test", "unit_test")


def _of_node(node: Node) -> Check:
    """Give the check that a dbt test is; the severity of a data test stands in its meta."""
    status = {"pass": "passed", "fail": "failed", "warn": "failed", "skipped": "skipped"}
    return Check(
        name=node.name,
        tool="dbt",
        where=node.table,
        severity=node.meta["severity"] if node.kind == "test" else "critical",
        status=status.get(node.status, "error"),
        what=_expectation(node),
        problem=_problem(node),
        found=in_each(lambda: _found(node)),
        remedy=own_remedy(node.meta) or in_each(lambda: _remedy(node)),
        count=node.failures if node.status in ("fail", "warn") else None,
    )


def _of_model(node: Node) -> Check:
    return Check(
        name=node.name,
        tool="dbt",
        where=node.table,
        severity="critical",
        status="error",
        what=in_each(lambda: _("{table} can be built.", table=node.table)),
        problem=in_each(lambda: _("{table} could not be built.", table=node.table)),
        found=in_each(lambda: node.message),
        remedy=in_each(
            lambda: _("If seeds or models were changed, undo that; else report this message.")
        ),
    )


def _expectation(node: Node) -> Texts:
    """Give what a test expects: its own text, else that of its kind."""
    if "text_ja" in node.meta:
        return {"en": node.description, "ja": node.meta["text_ja"]}
    place = _place(node)
    kinds = {
        "unique_key": lambda: _("No two rows of {table} share {columns}.", **place),
        "holds": lambda: _("Every row of {table} keeps to: {condition}", **place),
        "accepted_values": lambda: _("{column} of {table} is one of: {values}", **place),
    }
    return in_each(kinds.get(node.test, lambda: _("Test: {sentence}", **place)))


def _problem(node: Node) -> Texts:
    """Give what is wrong when a test fails: its own text, else that of its kind."""
    if "problem_ja" in node.meta:
        return {"en": node.meta["problem_en"], "ja": node.meta["problem_ja"]}
    place = _place(node)
    kinds = {
        "unique_key": lambda: _("Rows of {table} share {columns}.", **place),
        "holds": lambda: _("Rows of {table} break the rule: {condition}", **place),
        "accepted_values": lambda: _(
            "{column} of {table} holds other values than: {values}", **place
        ),
    }
    return in_each(kinds.get(node.test, lambda: _("Does not hold: {sentence}", **place)))


def _place(node: Node) -> dict[str, str]:
    """Give what the texts about a test name."""
    given = node.arguments
    return {
        "table": node.table,
        "columns": ", ".join(given.get("columns", [])),
        "column": str(given.get("column_name", "")),
        "condition": " ".join(str(given.get("condition", "")).split()),
        "values": ", ".join(map(str, given.get("values", []))),
        "sentence": node.name.replace("_", " "),
    }


def _found(node: Node) -> str:
    if node.status in ("fail", "warn") and node.kind == "test":
        return _("rows: {count}", count=f"{node.failures:,}")
    if node.status == "skipped":
        return _("not asked: the build stopped before")
    return "" if node.status == "pass" else node.message


def _remedy(node: Node) -> str:
    if node.kind == "unit_test":
        return _(
            "A model or seed no longer computes its worked example ({file}): undo the change, or"
            " correct the example.",
            file=node.path,
        )
    if node.table.startswith("stg_"):
        return _("The landing was changed by hand: l2c imports, l2c forget, then import again.")
    if node.path.startswith("seeds/"):
        return _("Correct the seed: the rows shown are wrong or named nowhere else.")
    return _(
        "If seeds or models were changed, undo that; else report this check and its examples,"
        " with the versions that l2c doctor shows."
    )


def _with_examples(data_dir: Path, listed: list[Check], built: Built, target: str) -> list[Check]:
    """Give failed tests of dbt five of the rows they found, asked again of the build by DuckDB."""
    queries = {node.name: node.sql for node in built.nodes if node.sql and node.kind == "test"}
    wanted = [check for check in listed if check.has_failed and check.name in queries]
    if not wanted:
        return listed
    with Warehouse() as warehouse:
        warehouse.attach(publication.build_path(data_dir, target), STEM)
        warehouse.run(f"use {publication.schema(warehouse)}")
        found = {check.name: _rows(warehouse, queries[check.name]) for check in wanted}
    return [
        Check(**{**vars(check), "examples": found[check.name]}) if check.name in found else check
        for check in listed
    ]


def _rows(warehouse: Warehouse, query: str) -> tuple[str, ...]:
    try:
        columns, rows = warehouse.table(f"select * from ({query}) order by all limit {EXAMPLES}")
    except WarehouseError:
        return ()
    return tuple(dict.fromkeys(example(dict(zip(columns, row, strict=True))) for row in rows))


def _batches(data_dir: Path, candidate: Candidate, target: str = "dev") -> list[expectations.Batch]:
    """Project from the candidate what each suite judges."""
    frames = {
        "landed_columns": lambda: expectations.frame(*_landed_columns(data_dir)),
        "publication": lambda: expectations.frame(
            *publication.volumes(data_dir, candidate, target)
        ),
    }
    batches = []
    with Warehouse() as warehouse:
        warehouse.attach(publication.build_path(data_dir, target), STEM)
        warehouse.attach(candidate.path, "candidate")
        for suite in expectations.suites():
            about = suite["meta"]
            parameters = {
                name: [
                    value
                    for (value,) in warehouse.rows(_placed(warehouse, query))
                    if value is not None
                ]
                for name, query in about.get("parameters", {}).items()
            }
            if suite["name"] in frames:
                batch = expectations.Batch(suite, frames[suite["name"]](), parameters)
            else:
                whole, query = _projection(warehouse, suite)
                batch = expectations.Batch(suite, warehouse.frame(query), parameters, whole)
            batches.append(batch)
    return batches


def _placed(warehouse: Warehouse, query: str) -> str:
    return query.replace("from marts.", "from candidate.marts.").replace(
        "from main.", f"from {publication.schema(warehouse)}."
    )


def _projection(warehouse: Warehouse, suite: dict[str, Any]) -> tuple[int | None, str]:
    """Give the query of a batch and, when it is a sample, the rows of the whole table."""
    about = suite["meta"]
    table = f"candidate.{about['table']}"
    key = ", ".join(identifier(column) for column in about["key"])
    query = f"select {', '.join(about['columns'])} from {table}"
    (rows,) = warehouse.rows(f"select count(*) from {table}")[0]
    # A sum of a sample is no sum.
    by_row = all(check["type"].startswith(BY_ROW) for check in suite["expectations"])
    if rows <= SAMPLE_ROWS or not by_row:
        return None, f"{query} order by {key}"
    share = -(-rows // SAMPLE_ROWS)
    picked = f"hash({identifier(about['key'][0])}) % {share} = 0"
    return rows, f"{query} where {picked} order by {key}"


def _landed_columns(data_dir: Path) -> tuple[list[str], list[list[Any]]]:
    """Say of each landed column, from the files' own statistics, what its contract asks."""
    expected = dict(landing_columns())
    files = text(str(data_dir / "landing" / "*.parquet"))
    with Warehouse() as warehouse:
        written = warehouse.rows(
            f"select file_name, name, lower(duckdb_type) from parquet_schema({files})"
            " where duckdb_type is not null"
        )
        filled = {
            name: (values, nulls)
            for name, values, nulls in warehouse.rows(
                "select path_in_schema, sum(num_values), sum(stats_null_count)"
                f" from parquet_metadata({files}) group by path_in_schema"
            )
        }
        types = {
            kind: warehouse.rows(f"select lower(typeof(cast(null as {kind})))")[0][0]
            for kind in set(expected.values())
        }
    names = {file for file, _name, _type in written}
    rows = []
    for column in dict.fromkeys([*expected, *(name for _file, name, _type in written)]):
        found = [(file, kind) for file, name, kind in written if name == column]
        wanted = types.get(expected.get(column, ""))
        values, nulls = filled.get(column) or (0, 0)
        share = (values - (nulls or 0)) / values if values else None
        other = next((kind for _file, kind in found if wanted and kind != wanted), None)
        missing = len(names) - len(found) if wanted else 0
        rows.append([column, wanted, other, missing, share, column in ORIGIN])
    headers = "column_name expected_type other_type files_without filled_share is_origin"
    return headers.split(), rows
