"""DuckDB and Spark give equal published tables on the same log.

`make spark` runs this in an environment of its own, which holds Spark: one build of the demo log
with all its tests, then the tables of three more logs. Each session of Spark is a process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def run(program: str, *arguments: object, data: Path, code: int = 0) -> str:
    """Run a command of this environment on a data folder; give what it said."""
    done = subprocess.run(
        [BIN / program, *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=PROJECT,
        env=os.environ | {"L2C_DATA_DIR": str(data), "LANG": "C"},
        stdin=subprocess.DEVNULL,
        text=True,
    )
    said = "\n".join(
        line
        for line in (done.stdout + done.stderr).splitlines()
        if not line.startswith(("{", "WARN", "Using", "Setting", "To adjust"))
    )
    assert done.returncode == code, f"{program} {arguments[0]}: {done.returncode}\n{said}"
    return said


def spark(verb: str, *arguments: object, data: Path) -> str:
    """Run dbt on Spark."""
    target = ("--target", "spark", "--target-path", data / "target")
    return run("dbt", verb, *target, *arguments, data=data)


def differences(data: Path, code: int = 0) -> str:
    """Compare what both engines made of a data folder."""
    sides = (data / "publish/lead_to_cash.duckdb", data / "spark/warehouse/marts.db")
    return run("l2c", "diff", *sides, data=data, code=code)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the demo log, with all tests, on both engines; give its data folder."""
    data = tmp_path_factory.mktemp("demo")
    run("l2c", "demo", "--data-dir", data, data=data)
    run("l2c", "build", "--target", "spark", data=data / "demo")
    return data / "demo"


def test_the_demo_log(demo: Path) -> None:
    assert differences(demo) == "21 tables compared, 0 differ"


def test_a_changed_branch_of_a_macro_is_found(demo: Path, tmp_path: Path) -> None:
    data, project = tmp_path / "data", tmp_path / "project"
    shutil.copytree(demo, data)
    for part in ("models", "macros", "seeds", "tests"):
        shutil.copytree(PROJECT / part, project / part)
    for file in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / file, project)
    macro = project / "macros/dialect/local_time.sql"
    planted = macro.read_text().replace("'UTC', {{ zone }}", "{{ zone }}, 'UTC'")
    assert planted != macro.read_text()
    macro.write_text(planted)
    # The tables of the copy stand under another path, which the catalogue of Spark does not know.
    shutil.rmtree(data / "spark")
    here = ("--project-dir", project, "--profiles-dir", project)
    spark("seed", *here, data=data)
    spark("run", "--select", "+events", *here, data=data)
    said = differences(data, code=1)
    assert "event_date: " in said, said


def logs(folder: Path) -> Iterator[tuple[str, Path, tuple[object, ...]]]:
    """Give further logs: their name, their file and how it is imported."""
    query = (PROJECT / "tests/parity/twenty_thousand_events.sql").read_text(encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute("set variable activity_count = 400")
        connection.execute(f"copy ({query}) to '{folder / 'odd.csv'}' (header)")
    yield "ties, offsets, odd ids, 400 activities", folder / "odd.csv", ("--time-zone", "UTC")
    deals = PROJECT.parent / "shared/data/crm_opportunities/sales_pipeline.csv"
    mapping = ("--map", PROJECT / "examples/crm_opportunities.yml")
    yield "deals of a CRM", deals, mapping


@pytest.mark.parametrize("number", [0, 1], ids=["odd log", "deals of a CRM"])
def test_a_log(number: int, tmp_path: Path) -> None:
    name, file, options = list(logs(tmp_path))[number]
    if not file.exists() and os.environ.get("L2C_REQUIRE_SHARED") != "1":
        pytest.skip(f"{name}: {file.name} is not here")
    data = tmp_path / "data"
    run("l2c", "run", file, *options, data=data)
    spark("seed", data=data)
    spark("run", data=data)
    assert differences(data) == "21 tables compared, 0 differ"
