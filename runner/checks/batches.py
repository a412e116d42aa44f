"""The rows checked by each suite of Great Expectations."""

from __future__ import annotations

from typing import Any

from runner.checks import expectations
from runner.checks.candidate import Candidate, volumes
from runner.data_folder import DataFolder
from runner.engines.builds import Build
from runner.engines.warehouse import Warehouse, quote_identifier
from runner.landing import store
from runner.landing.contract import landing_columns

# Larger tables are checked on a sample of cases, selected by a hash.
SAMPLE_ROWS = 1_000_000
# Expectations on single rows; the others apply to a column as a whole.
BY_ROW = ("expect_column_values_", "expect_column_pair_values_")
ORIGIN = ("import_id", "source_file", "source_row", "source_order")


def batches(build: Build, candidate: Candidate) -> list[expectations.Batch]:
    """Return the batch of each suite, projected from the candidate."""
    frames = {
        "landed_columns": lambda: expectations.frame(*_landed_columns(build.folder)),
        "publication": lambda: expectations.frame(*volumes(build, candidate)),
    }
    found = []
    with Warehouse() as warehouse:
        schema = build.attach(warehouse)
        warehouse.attach(candidate.path, "candidate")
        for suite in expectations.suites():
            about = suite["meta"]
            parameters = {
                name: [
                    value
                    for (value,) in warehouse.rows(_placed(schema, query))
                    if value is not None
                ]
                for name, query in about.get("parameters", {}).items()
            }
            if suite["name"] in frames:
                batch = expectations.Batch(suite, frames[suite["name"]](), parameters)
            else:
                whole, query = _projection(warehouse, suite)
                batch = expectations.Batch(suite, warehouse.frame(query), parameters, whole)
            found.append(batch)
    return found


def _placed(schema: str, query: str) -> str:
    """Return a query of a suite with the qualified names of the attached tables."""
    return query.replace("from marts.", "from candidate.marts.").replace(
        "from main.", f"from {schema}."
    )


def _projection(warehouse: Warehouse, suite: dict[str, Any]) -> tuple[int | None, str]:
    """Return the query of a batch and, for a sample, the number of rows of the table."""
    about = suite["meta"]
    table = f"candidate.{about['table']}"
    key = ", ".join(quote_identifier(column) for column in about["key"])
    query = f"select {', '.join(about['columns'])} from {table}"
    (rows,) = warehouse.rows(f"select count(*) from {table}")[0]
    # A sum needs all rows.
    by_row = all(check["type"].startswith(BY_ROW) for check in suite["expectations"])
    if rows <= SAMPLE_ROWS or not by_row:
        return None, f"{query} order by {key}"
    share = -(-rows // SAMPLE_ROWS)
    picked = f"hash({quote_identifier(about['key'][0])}) % {share} = 0"
    return rows, f"{query} where {picked} order by {key}"


def _landed_columns(folder: DataFolder) -> tuple[list[str], list[list[Any]]]:
    """Return the contract properties of each landed column, from file statistics."""
    expected = dict(landing_columns())
    files = store.pattern(folder)
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
