"""Fixtures of the runner's tests: a landing per test, samples that may be absent."""

from __future__ import annotations

import fcntl
import functools
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from dbt.adapters.duckdb.credentials import DuckDBCredentials

from runner import messages
from runner.checks import gates
from runner.checks.batches import batches as all_batches
from runner.checks.candidate import Candidate, read_runs
from runner.checks.candidate import make as make_candidate
from runner.checks.expectations import Batch
from runner.cli import cli
from runner.columns.options import Options
from runner.data_folder import DataFolder
from runner.engines import dbt
from runner.engines.build_result import BuildResult
from runner.engines.builds import Build, DuckDbBuild
from runner.engines.warehouse import Warehouse
from runner.landing import imports
from runner.landing.store import Landed
from runner.project import PROJECT
from runner.values import zones
from runner.verdict import Verdict

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHARED = PROJECT.parent / "shared" / "data"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing is fetched and nothing is sent: pages are files.
CHROMIUM_OPTIONS = """
--headless --no-sandbox --disable-gpu --disable-quic --no-first-run
--disable-background-networking --disable-component-update --disable-sync
"""


@pytest.fixture(scope="session")
def shared() -> Callable[[str], Path]:
    """Return a sample file from beside the project; skip the test when it is absent."""

    def find(name: str) -> Path:
        path = SHARED / name
        if not path.exists() and os.environ.get("L2C_REQUIRE_SHARED") != "1":
            pytest.skip(f"../shared/data/{name} is not here")
        return path

    return find


def find_chromium() -> str:
    """Return the path of the machine's Chromium; skip the test when there is none."""
    found = os.environ.get("L2C_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found:
        return found
    missing = "no Chromium is here: install it, or set L2C_CHROMIUM to the path of one"
    if os.environ.get("L2C_REQUIRE_CHROMIUM") == "1":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium, once for each worker."""
    program = find_chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS.split())
        yield started
        started.close()


@pytest.fixture(autouse=True)
def defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set English messages and ignore vars that a user may have set in dbt_project.yml."""
    messages.use("en")
    monkeypatch.setattr(zones, "project_vars", dict)


def build_in(data_dir: Path) -> DuckDbBuild:
    """Return the build of DuckDB in a data folder."""
    return DuckDbBuild(DataFolder(data_dir))


Ask = Callable[[str], list[tuple[Any, ...]]]


def build_tables(data_dir: Path) -> Ask:
    """Build what is landed, without tests; return a function that queries the marts."""
    assert dbt.build(build_in(data_dir), selector="tables").broken == []
    return tables_of(data_dir)


def tables(data_dir: Path) -> Path:
    """Build what is landed, without tests; return a file of its tables, as published."""
    build = build_in(data_dir)
    result = dbt.build(build, selector="tables")
    assert result.broken == []
    return make_candidate(build, result, []).path


def query(file: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query on the marts of a published file or a build."""
    with Warehouse() as warehouse:
        warehouse.attach(file, "published")
        warehouse.run("use published.marts")
        return warehouse.rows(sql)


def tables_of(data_dir: Path) -> Ask:
    """Return a function that queries the marts of the last build."""
    return functools.partial(query, build_in(data_dir).tables)


class Landing:
    """A data folder of one test."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.data_dir.parent / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def add(self, *files: Path, **options: Any) -> list[Landed]:
        switches = {name: options.pop(name, False) for name in ("replace", "fresh")}
        return imports.import_files(
            files, DataFolder(self.data_dir), Options(**options), **switches
        )

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
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder shared by all workers of this run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "common"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def demo_folder(common: Path) -> Path:
    """Return the folder of the demo log's build; `make test` has already built it."""
    built = os.environ.get("L2C_TEST_BUILD")
    return Path(built).resolve() if built else common / "demo"


@pytest.fixture(scope="session", autouse=True)
def parsed_once(common: Path, demo_folder: Path) -> Iterator[None]:
    """Let builds in this process reuse dbt's first parse, for any data folder.

    For another data folder dbt would parse everything again: the path is part of the connection.
    A file that reads the changed variable is still parsed again.
    """
    build, parsed = dbt.build, "build/target/partial_parse.msgpack"

    def build_from_parsed(place: Build, *arguments: Any, **options: Any) -> BuildResult:
        own = place.folder.path / parsed
        known = [each for each in (demo_folder / parsed, common / own.name) if each.exists()]
        if known and not own.exists():
            own.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(known[-1], own)
        built = build(place, *arguments, **options)
        if not known:
            arriving = common / f"{os.getpid()}.arriving"
            shutil.copy(own, arriving)
            arriving.replace(common / own.name)
        return built

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbt, "build", build_from_parsed)
        patch.setattr(DuckDBCredentials, "_connection_keys", lambda _self: ("database", "schema"))
        yield


@pytest.fixture(scope="session")
def demo(common: Path, demo_folder: Path) -> Path:
    """Publish the demo log of the clone, once for all workers; return its data folder."""
    with (common / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stored = common / "demo.txt"
        if not stored.exists():
            stored.write_text(publish_demo(demo_folder), "utf-8")
        output = stored.read_text("utf-8")
    assert "2,954 events, 300 cases, 206 variants" in output
    assert "(time_ambiguous): 1" in output
    return demo_folder


def publish_demo(folder: Path) -> str:
    """Build with all tests, unless already built, check and publish; return the last output."""
    is_built = (folder / "build" / "build.json").exists()
    for command in (*(() if is_built else (["build", "--all-tests"],)), ["check"], ["publish"]):
        result = CliRunner().invoke(
            cli,
            [*command, "--data-dir", str(folder)],
            # The compiled SQL of the tests is read from dbt's manifest.
            env={"LANG": "C", "DBT_WRITE_JSON": "true"},
        )
        assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="session")
def published(demo: Path) -> Path:
    """Return the published demo file."""
    return demo / "publish" / "lead_to_cash.duckdb"


@pytest.fixture(scope="session")
def demo_verdict(demo: Path) -> Verdict:
    """Check the demo build again in a copy, so that the published folder is unchanged."""
    verdict = gates.last(build_in(demo))
    assert verdict is not None
    return verdict


@pytest.fixture(scope="session")
def batches(demo: Path) -> dict[str, Batch]:
    """Return the tables that the suites check, from the published demo file."""
    published = build_in(demo).published
    runs = read_runs(published)
    assert runs is not None
    candidate = Candidate(
        published, json.loads(runs["row_counts"]), json.loads(runs["table_hashes"])
    )
    return {batch.suite["name"]: batch for batch in all_batches(build_in(demo), candidate)}
