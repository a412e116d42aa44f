"""dbt tests as checks: expectation, result and remedy of each."""

from __future__ import annotations

from runner.engines.build_result import BuildResult, Node
from runner.engines.builds import Build
from runner.engines.warehouse import Warehouse, WarehouseError
from runner.messages import _, in_each
from runner.severity import CRITICAL
from runner.verdict import EXAMPLES, Check, Texts, example, own_remedy


def of_result(build: Build, result: BuildResult) -> list[Check]:
    """Return the checks from dbt tests, and a failed check for each model that was not built."""
    listed = [of_node(node) for node in result.nodes if is_test(node)]
    listed += [of_model(node) for node in result.nodes if is_broken_model(node)]
    return with_examples(build, listed, result)


def is_finished(result: BuildResult) -> bool:
    """Return whether every model was built; else nothing can be checked."""
    return not any(node.status == "skipped" or is_broken_model(node) for node in result.nodes)


def is_test(node: Node) -> bool:
    """Return whether a node of the build is a test."""
    return node.kind in ("test", "unit_test")


def is_broken_model(node: Node) -> bool:
    """Return whether a node of the build is a model or seed that could not be built."""
    return node.is_broken and not is_test(node)


def of_node(node: Node) -> Check:
    """Return the check of a dbt test; the severity of a data test is in its meta."""
    status = {"pass": "passed", "fail": "failed", "warn": "failed", "skipped": "skipped"}
    return Check(
        name=node.name,
        tool="dbt",
        where=node.table,
        severity=node.meta["severity"] if node.kind == "test" else CRITICAL,
        status=status.get(node.status, "error"),
        what=_expectation(node),
        problem=_problem(node),
        found=in_each(lambda: _found(node)),
        remedy=own_remedy(node.meta) or in_each(lambda: _remedy(node)),
        count=node.failures if node.status in ("fail", "warn") else None,
    )


def of_model(node: Node) -> Check:
    """Return the check that a model could be built."""
    return Check(
        name=node.name,
        tool="dbt",
        where=node.table,
        severity=CRITICAL,
        status="error",
        what=in_each(lambda: _("{table} can be built.", table=node.table)),
        problem=in_each(lambda: _("{table} could not be built.", table=node.table)),
        found=in_each(lambda: node.message),
        remedy=in_each(
            lambda: _("If seeds or models were changed, undo that; else report this message.")
        ),
    )


def _expectation(node: Node) -> Texts:
    """Return the expectation of a test: its own text, else that of its kind."""
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
    """Return the problem of a failed test: its own text, else that of its kind."""
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
    """Return the values for the placeholders in the texts of a test."""
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
        return _("not run: the build stopped earlier")
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


def with_examples(build: Build, listed: list[Check], result: BuildResult) -> list[Check]:
    """Add five failing rows to each failed dbt test, queried again from the build."""
    queries = {node.name: node.sql for node in result.nodes if node.sql and node.kind == "test"}
    wanted = [check for check in listed if check.has_failed and check.name in queries]
    if not wanted:
        return listed
    with Warehouse() as warehouse:
        warehouse.run(f"use {build.attach(warehouse)}")
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
