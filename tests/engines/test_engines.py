"""DuckDB and Spark publish equal tables from the same log.

`make spark` runs this in its own environment with Spark. Each Spark build is one process with one
session: the demo log with all tests and its publication, the same with a planted difference, then
the tables of two more logs.
"""

from __future__ import annotations

import json
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
# Java's C1 compiler and serial collector cost a fifth less in a session of one minute. With
# C1 alone, Java reserves a fifth of the code cache, which a build with all tests fills.
JAVA = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC"
EQUAL = "30 tables compared, 0 differ"


def run(program: str, *arguments: object, data: Path, code: int = 0) -> str:
    """Run a command of this environment on a data folder; return its output."""
    done = subprocess.run(
        [BIN / program, *map(str, arguments)],
        capture_output=True,
        check=False,
        cwd=PROJECT,
        env=os.environ | {"L2C_DATA_DIR": str(data), "LANG": "C", "JAVA_TOOL_OPTIONS": JAVA},
        stdin=subprocess.DEVNULL,
        text=True,
    )
    output = "\n".join(
        line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("{")
    )
    assert done.returncode == code, f"{program} {arguments[0]}: {done.returncode}\n{output}"
    return done.stdout.rstrip("\n")


def spark(*arguments: object, data: Path) -> None:
    """Run dbt on Spark, without tests."""
    target = ("--target", "spark", "--target-path", data / "target")
    run("dbt", *arguments, *target, data=data)


def differences(data: Path, right: str = "spark/warehouse/marts.db", code: int = 0) -> str:
    """Compare the published tables of both engines in a data folder, to the last bit."""
    sides = (data / "publish/lead_to_cash.duckdb", data / right)
    return run("l2c", "diff", "--tolerance", 0, *sides, data=data, code=code)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the demo log, with all tests, on both engines; return its data folder."""
    data = tmp_path_factory.mktemp("demo")
    run("l2c", "demo", "--all-tests", "--data-dir", data, data=data)
    run("l2c", "build", "--all-tests", "--target", "spark", data=data / "demo")
    return data / "demo"


def test_the_demo_log_is_published_from_spark_as_from_duckdb(demo: Path) -> None:
    assert differences(demo) == EQUAL
    manifests = [json.loads((demo / "publish/manifest.json").read_text("utf-8"))]
    run("l2c", "check", "--target", "spark", data=demo)
    run("l2c", "publish", "--target", "spark", data=demo)
    manifests.append(json.loads((demo / "publish/parquet/manifest.json").read_text("utf-8")))
    assert [made_by.pop("versions").get("spark", "") for made_by in manifests] == ["", "4.1.1"]
    # The same content hash of every table, the same checks passed, the same run.
    assert manifests[0] == manifests[1]
    assert differences(demo, "publish/parquet") == EQUAL


def test_a_changed_branch_of_a_macro_is_found(demo: Path, tmp_path: Path) -> None:
    """Rebuild four models of the demo with one changed branch of a macro."""
    project = tmp_path / "project"
    for part in ("models", "macros", "seeds", "tests"):
        shutil.copytree(PROJECT / part, project / part)
    for file in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / file, project)
    macro = project / "macros/dialect/local_time.sql"
    planted = macro.read_text().replace("'UTC', {{ zone }}", "{{ zone }}, 'UTC'")
    assert planted != macro.read_text()
    macro.write_text(planted)
    here = ("--project-dir", project, "--profiles-dir", project)
    again = ("accepted_rows", "resolved_events", "timeline", "events")
    spark("run", "--select", *again, *here, data=demo)
    output = differences(demo, code=1)
    assert output.startswith("30 tables compared, 1 differ\nevents: "), output
    assert "\n  event_date: " in output, output
    # The earlier publication does not depend on the tables.
    assert differences(demo, "publish/parquet") == EQUAL


def logs(folder: Path) -> Iterator[tuple[str, Path, tuple[object, ...]]]:
    """Return further logs: their name, their file and how it is imported."""
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
    spark("build", "--exclude-resource-type", "test", "unit_test", data=data)
    assert differences(data) == EQUAL
