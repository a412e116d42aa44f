"""The only module that imports DuckDB."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.faults import Fault

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection


class WarehouseError(Fault):
    """DuckDB rejected a statement; the text is the first line of its message."""


def sql_literal(value: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def sql_literals(values: Iterable[str]) -> str:
    """Return texts as a list of SQL literals."""
    return ", ".join(map(sql_literal, values))


def path_literal(path: Path) -> str:
    """Return the path of one file as SQL for DuckDB's readers, pattern characters escaped."""
    return sql_literal(glob.escape(str(path)))


def quote_identifier(name: str) -> str:
    """Return a name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


class Warehouse:
    """A DuckDB database; every error of DuckDB is raised as `WarehouseError`."""

    def __init__(
        self, path: Path | None = None, spill: Path | None = None, memory: str = "80%"
    ) -> None:
        import duckdb

        self._error = duckdb.Error
        config: dict[str, Any] = {"temp_directory": str(spill)} if spill else {}
        config["memory_limit"] = os.environ.get("L2C_MEMORY_LIMIT", memory)
        try:
            self.connection: DuckDBPyConnection = duckdb.connect(
                str(path) if path else ":memory:", config=config
            )
        except duckdb.Error as error:
            raise WarehouseError(str(error).splitlines()[0]) from error
        self.run("set TimeZone = 'UTC'")
        self.run("set enable_progress_bar = false")

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.connection.close()

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """Execute a statement; raise `WarehouseError`."""
        self._execute(self.connection, sql, values)

    def attach(self, path: Path, name: str) -> None:
        """Attach a DuckDB file for reading, or a folder of Parquet as views of its tables.

        Tables are folders of files; their schema is that of their parent folder `<schema>.db`, as
        written by Spark, else `marts`.
        """
        if not path.is_dir():
            self.run(f"attach {sql_literal(str(path))} as {name} (read_only)")
            return
        self.run(f"attach ':memory:' as {name}")
        # A published folder is a link, whose target may change at any moment.
        path = path.resolve()
        files = [*path.glob("*/*.parquet"), *path.glob("*.db/*/*.parquet")]
        for folder in sorted({file.parent for file in files}):
            holder = folder.parent.name
            schema = f"{name}.{holder[:-3] if holder.endswith('.db') else 'marts'}"
            self.run(f"create schema if not exists {schema}")
            self.run(
                f"create view {schema}.{quote_identifier(folder.name)}"
                f" as from read_parquet({sql_literal(f'{glob.escape(str(folder))}/*.parquet')})"
            )

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a query; raise `WarehouseError`."""
        return self._execute(self.connection, sql, values).fetchall()

    def tables(self, name: str) -> list[str]:
        """Return the tables and views in the schema `marts` of an attached database."""
        listed = self.rows(
            "select table_name from information_schema.tables"
            " where table_catalog = ? and table_schema = 'marts' order by table_name",
            [name],
        )
        return [table for (table,) in listed]

    def table(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return a query's column names and all its rows; raise `WarehouseError`."""
        cursor = self._execute(self.connection, sql)
        return [column[0] for column in cursor.description or ()], cursor.fetchall()

    def frame(self, sql: str) -> pd.DataFrame:
        """Return a query's rows as a frame, for Great Expectations."""
        return self._execute(self.connection, sql).df()

    def batches(self, sql: str, size: int = 50_000) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query in batches; other statements may run in between."""
        current = self.rows("select current_database(), current_schema()")[0]
        cursor = self.connection.cursor()
        self._execute(cursor, f"use {'.'.join(map(quote_identifier, current))}")
        self._execute(cursor, sql)
        while batch := cursor.fetchmany(size):
            yield batch

    def arrays(self, sql: str) -> dict[str, Any]:
        """Return a query's columns as numpy arrays by name."""
        return self._execute(self.connection, sql).fetchnumpy()

    def insert(self, table: str, types: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Insert rows whose columns have these SQL types; timestamps are in microseconds."""
        if rows:
            lists = ", ".join(
                f"unnest(cast(? as {'bigint' if kind == 'timestamp' else kind}[])) as v{number}"
                for number, kind in enumerate(types)
            )
            cells = ", ".join(
                f"make_timestamp(v{number})" if kind == "timestamp" else f"v{number}"
                for number, kind in enumerate(types)
            )
            columns = [list(column) for column in zip(*rows, strict=True)]
            self.run(f"insert into {table} select {cells} from (select {lists})", columns)

    def _execute(
        self, connection: DuckDBPyConnection, sql: str, values: Sequence[object] = ()
    ) -> DuckDBPyConnection:
        try:
            return connection.execute(sql, list(values)) if values else connection.execute(sql)
        except self._error as error:
            raise WarehouseError(str(error).splitlines()[0]) from error
