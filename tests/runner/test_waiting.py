"""Kind of fault: a command that waits for another one in silence."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from runner.data_folder import DataFolder
from runner.engines.warehouse import Warehouse
from runner.landing import store
from tests.runner.conftest import build_in

LOG = "SalesOpportunity,ActivityName,EventTime\nA,Order Booked,2026-04-01\n"
WAITING = "another l2c command is at work in this folder; waiting for it"


@contextmanager
def another_command(data_dir: Path, seconds: float) -> Iterator[None]:
    """Hold the folder's lock for a while, as another command would."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with store.locked(DataFolder(data_dir)):
            held.set()
            done.wait(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("command", ["import", "forget"])
def test_a_command_that_waits_prints_a_message_and_others_do_not(landed: Any, command: str) -> None:
    log, other = landed.write("log.csv", LOG), landed.write("other.csv", LOG.replace("A,", "B,"))
    assert landed.invoke("import", log).exit_code == 0
    arguments = ["import", other] if command == "import" else ["forget", "log.csv"]
    with another_command(landed.data_dir, 0.3):
        result = landed.invoke(*arguments)
    assert result.exit_code == 0, result.output
    assert WAITING in result.stderr
    assert WAITING not in landed.invoke("imports").output
    assert WAITING not in landed.invoke("import", landed.write("c.csv", LOG + "\n")).output


def test_the_build_is_known_by_the_schema_of_its_target(tmp_path: Path) -> None:
    for schema in ("main", "lab"):
        data = tmp_path / schema
        path = build_in(data).tables
        path.parent.mkdir(parents=True)
        with Warehouse(path) as warehouse:
            warehouse.run(f"create schema if not exists {schema}")
            warehouse.run(f"create view {schema}.last_invocation as select 'x' as invocation_id")
        assert build_in(data).invocation_id() == "x"
