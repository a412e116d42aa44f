"""The last build in a data folder, and the differences between DuckDB and Spark.

A build is checked and published as its candidate: a frozen copy of its marts. For DuckDB that is
one file of tables, for Spark a folder with a Parquet folder per table.
"""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from runner import checkpoints
from runner.data_folder import DataFolder
from runner.engines.build_result import Node
from runner.engines.warehouse import (
    Warehouse,
    WarehouseError,
    path_literal,
    quote_identifier,
    sql_literal,
)
from runner.faults import Fault
from runner.files import link, replace_folder, replace_text
from runner.messages import _

# The name of an attached build, and of the DuckDB files.
STEM = "lead_to_cash"
# The name of an attached candidate or published result.
PUBLISHED = "published"
MANIFEST = "manifest.json"
# Every 1.x client opens files of this version; none opens the default of DuckDB 2.
STORAGE_VERSION = "v1.4.0"
# Tables about the run, not about data: not part of the content hash.
TABLES_OF_THE_RUN = {
    "runs": "One row: what was published, from which files, with which versions and checks.",
    "kpi_history": "One row per publication, KPI and segment; carried on from file to file.",
}


class Build(ABC):
    """The last build of one engine in a data folder."""

    # The target of profiles.yml.
    target: ClassVar[str]
    # Whether the engine reads a seed's date as 2026/4/1.
    reads_slashed_dates: ClassVar[bool]
    # Whether the published result is a folder of Parquet, and its storage format.
    publishes_parquet: ClassVar[bool]
    storage: ClassVar[str]

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder

    @property
    @abstractmethod
    def state(self) -> Path:
        """The folder of the results of the build."""

    @property
    @abstractmethod
    def tables(self) -> Path:
        """The file or folder of the tables that dbt builds."""

    @property
    @abstractmethod
    def published(self) -> Path:
        """The file that BI tools read, or the folder of Parquet that other engines read."""

    @property
    @abstractmethod
    def data_docs(self) -> Path:
        """The folder of the pages with all checks."""

    @property
    def candidate(self) -> Path:
        """The file or folder to be published."""
        return self.state / "publish" / self.published.name

    @property
    def result(self) -> Path:
        """The file of dbt's results of the build."""
        return self.state / "build.json"

    @property
    def verdict(self) -> Path:
        """The file of the results of all checks."""
        return self.state / "gates.json"

    @property
    def rejected(self) -> Path:
        """The workbook of the rejected rows."""
        return self.state / "rejected_rows.xlsx"

    @property
    def dbt_target(self) -> Path:
        """The folder of dbt's own files."""
        return self.state.resolve() / "target"

    @property
    def dbt_logs(self) -> Path:
        """The folder of dbt's log."""
        return self.state.resolve() / "logs"

    def attach(self, warehouse: Warehouse) -> str:
        """Attach the tables as `STEM`; return their schema, that of the target."""
        warehouse.attach(self.tables, STEM)
        found = warehouse.rows(
            "select table_schema from information_schema.tables"
            f" where table_catalog = '{STEM}' and table_name = 'last_invocation' order by 1 limit 1"
        )
        return f"{STEM}.{quote_identifier(found[0][0] if found else 'main')}"

    def invocation_id(self) -> str:
        """Return dbt's invocation id of the build of the tables; empty without one."""
        with Warehouse() as warehouse:
            schema = self.attach(warehouse)
            try:
                found = warehouse.rows(f"select invocation_id from {schema}.last_invocation")
            except WarehouseError:
                return ""
        return str(found[0][0]) if found else ""

    def remove_candidate(self) -> None:
        """Remove the candidate and its verdict."""
        fresh = self.candidate
        if fresh.is_dir():
            shutil.rmtree(fresh)
        fresh.unlink(missing_ok=True)
        wal(fresh).unlink(missing_ok=True)

    @abstractmethod
    def fill_candidate(self, warehouse: Warehouse, nodes: Sequence[Node], /) -> None:
        """Copy the marts of the attached build as candidate, attached as `PUBLISHED`."""

    @abstractmethod
    def open_candidate(self, warehouse: Warehouse) -> None:
        """Attach the candidate as `PUBLISHED` for writing the tables of the run."""

    @abstractmethod
    def write(self, warehouse: Warehouse, table: str, query: str) -> None:
        """Write a table of the run into the open candidate."""

    @abstractmethod
    def close_candidate(self, warehouse: Warehouse) -> None:
        """Make sure that the candidate is completely written."""

    @abstractmethod
    def swap(self, manifest: str) -> None:
        """Replace the published result by the candidate atomically."""

    @abstractmethod
    def engine_version(self, engine: str, /) -> dict[str, str]:
        """Return the version of an engine other than DuckDB; `engine` is dbt's value."""


class DuckDbBuild(Build):
    """A build in a DuckDB file, published as another DuckDB file."""

    target = "dev"
    reads_slashed_dates = True
    publishes_parquet = False
    storage = STORAGE_VERSION

    @property
    def state(self) -> Path:
        """The folder of the results of the build."""
        return self.folder.build

    @property
    def tables(self) -> Path:
        """The file that dbt builds."""
        return self.state / f"{STEM}.duckdb"

    @property
    def published(self) -> Path:
        """The file that BI tools read."""
        return self.folder.published / f"{STEM}.duckdb"

    @property
    def data_docs(self) -> Path:
        """The folder of the pages, beside the published file."""
        return self.folder.published / "data_docs"

    @property
    def manifest(self) -> Path:
        """The manifest beside the published file."""
        return self.folder.published / MANIFEST

    def fill_candidate(self, warehouse: Warehouse, nodes: Sequence[Node], /) -> None:
        """Copy the marts to a new file."""
        copy_marts(warehouse, self.candidate, nodes)

    def open_candidate(self, warehouse: Warehouse) -> None:
        """Attach the candidate for writing."""
        # The log of an old file would be replayed into the new one; readers do not write a log.
        wal(self.published).unlink(missing_ok=True)
        warehouse.run(f"attach {sql_literal(str(self.candidate))} as {PUBLISHED}")

    def write(self, warehouse: Warehouse, table: str, query: str) -> None:
        """Write a table of the run."""
        warehouse.run(f"create or replace table {PUBLISHED}.marts.{table} as {query}")
        comment(warehouse, table, TABLES_OF_THE_RUN[table], {})

    def close_candidate(self, warehouse: Warehouse) -> None:
        """Write the whole candidate to its file."""
        close_file(warehouse, self.candidate)

    def swap(self, manifest: str) -> None:
        """Replace the file last; the next command repairs a mismatch beside it."""
        replace_text(self.manifest, manifest)
        checkpoints.reach("before the swap")
        self.candidate.replace(self.published)

    def engine_version(self, _engine: str, /) -> dict[str, str]:
        """Return an empty text: the version of DuckDB is recorded in any case."""
        return {}


class SparkBuild(Build):
    """A build in Spark's warehouse, published as a folder with a Parquet folder per table."""

    target = "spark"
    reads_slashed_dates = False
    publishes_parquet = True
    storage = "parquet"

    @property
    def state(self) -> Path:
        """The folder of the results of the build."""
        return self.folder.spark

    @property
    def tables(self) -> Path:
        """The folder of the tables that Spark builds."""
        return self.state / "warehouse"

    @property
    def published(self) -> Path:
        """The link to the folder of Parquet that other engines read."""
        return self.folder.published / "parquet"

    @property
    def data_docs(self) -> Path:
        """The folder of the pages, beside the build."""
        return self.state / "data_docs"

    def fill_candidate(self, warehouse: Warehouse, nodes: Sequence[Node], /) -> None:
        """Link each file of the marts; Spark never changes a written file."""
        marts = {node.name for node in marts_of(nodes)}
        for file in sorted((self.tables / "marts.db").glob("*/*.parquet")):
            if file.parent.name in marts:
                link(file, self.candidate / file.parent.name)
        warehouse.attach(self.candidate, PUBLISHED)

    def open_candidate(self, warehouse: Warehouse) -> None:
        """Attach the candidate; its tables of the run are separate files."""
        warehouse.attach(self.candidate, PUBLISHED)

    def write(self, warehouse: Warehouse, table: str, query: str) -> None:
        """Write a table of the run as a file."""
        (self.candidate / table).mkdir(exist_ok=True)
        file = self.candidate / table / "part-0.parquet"
        warehouse.run(f"copy ({query}) to {sql_literal(str(file))} (format parquet)")
        warehouse.run(
            f"create or replace view {PUBLISHED}.marts.{table}"
            f" as from read_parquet({path_literal(file)})"
        )

    def close_candidate(self, warehouse: Warehouse) -> None:
        """Do nothing: each file is already complete."""

    def swap(self, manifest: str) -> None:
        """Point the link to the new folder; the previous one is kept for its readers."""
        replace_text(self.candidate / MANIFEST, manifest)
        replace_folder(self.candidate, self.published)

    def engine_version(self, engine: str, /) -> dict[str, str]:
        """Return the version of Spark."""
        return {"spark": engine.split(" ")[0]}


BUILDS: dict[str, type[Build]] = {build.target: build for build in (DuckDbBuild, SparkBuild)}


def wal(path: Path) -> Path:
    """Return the path of DuckDB's write-ahead log of a file."""
    return path.with_name(path.name + ".wal")


def marts_of(nodes: Sequence[Node]) -> list[Node]:
    """Return the marts of a build by name; an older mart left in its file is none."""
    return sorted((node for node in nodes if node.schema == "marts"), key=lambda node: node.name)


def copy_marts(
    warehouse: Warehouse, fresh: Path, nodes: Sequence[Node], *, with_run: bool = False
) -> None:
    """Copy the marts attached as `STEM` to a new file of tables with comments.

    `with_run` copies the tables of the run as well; a published result has them, a build has not.
    """
    # Each mart has its lookups on the right side of joins. DuckDB would swap the sides of the
    # largest join, keep every event with its texts in memory, and lose the order of cases.
    warehouse.run("set disabled_optimizers = 'build_side_probe_side'")
    storage = f"storage_version '{STORAGE_VERSION}'"
    warehouse.run(f"attach {sql_literal(str(fresh))} as {PUBLISHED} ({storage})")
    warehouse.run(f"create schema {PUBLISHED}.marts")
    copied = {node.name: (node.description, node.columns) for node in marts_of(nodes)}
    if with_run:
        copied |= {name: (about, {}) for name, about in TABLES_OF_THE_RUN.items()}
    for name, (about, columns) in sorted(copied.items()):
        mart = f"marts.{quote_identifier(name)}"
        warehouse.run(f"create table {PUBLISHED}.{mart} as select * from {STEM}.{mart}")
        comment(warehouse, name, about, columns)


def comment(warehouse: Warehouse, table: str, about: str, columns: dict[str, str]) -> None:
    """Add comments to a table of the attached candidate and to its columns."""
    name = f"{PUBLISHED}.marts.{quote_identifier(table)}"
    warehouse.run(f"comment on table {name} is {sql_literal(about.strip())}")
    for column, description in columns.items():
        about = sql_literal(description.strip())
        warehouse.run(f"comment on column {name}.{quote_identifier(column)} is {about}")


def close_file(warehouse: Warehouse, fresh: Path) -> None:
    """Write all data of an attached file to disk."""
    warehouse.run(f"checkpoint {PUBLISHED}")
    warehouse.run(f"detach {PUBLISHED}")
    if wal(fresh).exists():
        raise Fault(_("{file} was not written to its end; run: l2c check", file=fresh.name))
