"""The published file as commands read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runner.data_folder import DataFolder
from runner.engines.builds import PUBLISHED, DuckDbBuild
from runner.engines.warehouse import Warehouse, WarehouseError
from runner.faults import DataFault
from runner.messages import _


def find(folder: DataFolder) -> Path:
    """Return the path of the published file; raise `DataFault` when nothing is published."""
    path = DuckDbBuild(folder).published
    if not path.exists():
        raise DataFault(
            _("nothing is published"),
            file=str(path),
            remedy=_("run l2c run FILE first; with --data-dir, name the folder of that run."),
        )
    return path


@contextmanager
def marts(path: Path) -> Iterator[Warehouse]:
    """Open a published result at its schema `marts`.

    Raise `DataFault` if it is no published result, or if a table is missing.
    """
    try:
        with Warehouse() as warehouse:
            _use(warehouse, path)
            yield warehouse
    except WarehouseError as error:
        if "does not exist" not in str(error) and "not found" not in str(error):
            raise
        raise DataFault(
            _("a table or column is missing: another version published this file"),
            file=str(path),
            remedy=_("build and publish again: l2c run"),
        ) from error


def _use(warehouse: Warehouse, path: Path) -> None:
    try:
        warehouse.attach(path, PUBLISHED)
        warehouse.run(f"use {PUBLISHED}.marts")
    except WarehouseError as error:
        raise no_result(path) from error


def no_result(path: Path) -> DataFault:
    """Return the fault that a path is no published result."""
    return DataFault(
        _("this is no published result"),
        file=str(path),
        expected=_("a published DuckDB file, or a folder with a folder of Parquet per table"),
        remedy=_("publish first, or check the path."),
    )
