"""Parquet files: their columns as text."""

from __future__ import annotations

from pathlib import Path

from runner.engines.warehouse import Warehouse, WarehouseError, path_literal, quote_identifier
from runner.faults import DataFault
from runner.messages import _


def first_rows(source: Path, name: str, count: int) -> list[list[str]]:
    """Return the names and the first rows as text; raise `DataFault` for another kind of file."""
    with Warehouse() as warehouse:
        try:
            described = warehouse.rows(f"describe from read_parquet({path_literal(source)})")
            cells = ", ".join(text_columns(warehouse, source))
            rows = warehouse.rows(
                f"select {cells} from read_parquet({path_literal(source)}) limit {count}"
            )
        except WarehouseError as error:
            raise DataFault(
                _("the file is not readable Parquet"),
                file=name,
                expected=_("a Parquet file"),
                remedy=_("export it again."),
            ) from error
    return [[row[0] for row in described], *([cell or "" for cell in row] for row in rows)]


def text_columns(warehouse: Warehouse, source: Path) -> list[str]:
    """Return the SQL of each column as text."""
    described = warehouse.rows(f"describe from read_parquet({path_literal(source)})")
    return [_as_text(name, kind) for name, kind, *_rest in described]


def _as_text(name: str, kind: str) -> str:
    column = quote_identifier(name)
    if kind in ("DOUBLE", "FLOAT"):
        return (
            f"case when {column} = trunc({column}) and abs({column}) < 1e15"
            f" then cast(cast({column} as bigint) as varchar) else cast({column} as varchar) end"
        )
    return f"cast({column} as varchar)"
