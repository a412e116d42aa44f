"""What the tests of the runner share: a landing of their own, samples that may be absent."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runner import gates, landing, messages, publication, zones
from runner.checks import Verdict
from runner.cli import cli
from runner.expectations import Batch
from runner.vocabulary import PROJECT
from runner.warehouse import Warehouse

SHARED = PROJECT.parent / "shared" / "data"


@pytest.fixture
def shared() -> Callable[[str], Path]:
    """Give a file of the samples beside the project; skip the test where they are absent."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists() and os.environ.get("L2C_REQUIRE_SHARED") != "1":
            pytest.skip(f"../shared/data/{name} is not here")
        return path

    return find


@pytest.fixture(autouse=True)
def defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English and leave out what a user may have set in dbt_project.yml."""
    messages.use("en")
    monkeypatch.setattr(zones, "project_vars", dict)


class Landing:
    """A data folder of one test."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.data_dir.parent / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def add(self, *files: Path, **options: Any) -> list[landing.Landed]:
        switches = {name: options.pop(name, False) for name in ("replace", "fresh")}
        return landing.import_files(files, self.data_dir, landing.Options(**options), **switches)

    def rows(self, columns: str = "*", where: str = "true") -> list[tuple[Any, ...]]:
        with Warehouse() as warehouse:
            return warehouse.rows(
                f"select {columns} from read_parquet('{self.data_dir}/landing/*.parquet')"
                f" where {where} order by source_order"
            )

    def invoke(self, *arguments: object) -> Result:
        return CliRunner().invoke(
            cli, [str(argument) for argument in arguments], env={"L2C_DATA_DIR": str(self.data_dir)}
        )


@pytest.fixture
def landed(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "data")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the log a clone carries, once; give its data folder."""
    folder = tmp_path_factory.mktemp("data") / "demo"
    for command in (["build", "--all-tests"], ["check"], ["publish"]):
        result = CliRunner().invoke(cli, [*command, "--data-dir", str(folder)], env={"LANG": "C"})
        assert result.exit_code == 0, result.output
    assert "2,954 events, 300 cases, 206 variants" in result.output
    assert "(time_ambiguous): 1" in result.output
    return folder


@pytest.fixture(scope="session")
def published(demo: Path) -> Path:
    """Give the published demo file."""
    return demo / "publish" / "lead_to_cash.duckdb"


@pytest.fixture(scope="session")
def demo_verdict(demo: Path) -> Verdict:
    """Judge the demo build again, from a copy, so that the published folder stays as it is."""
    verdict = gates.last(demo)
    assert verdict is not None
    return verdict


@pytest.fixture(scope="session")
def batches(demo: Path) -> dict[str, Batch]:
    """Give what the suites judge, from the published demo file."""
    published = publication.published_path(demo)
    runs = publication.read_runs(published)
    assert runs is not None
    candidate = publication.Candidate(
        published, json.loads(runs["row_counts"]), json.loads(runs["table_hashes"])
    )
    return {batch.suite["name"]: batch for batch in gates._batches(demo, candidate)}
