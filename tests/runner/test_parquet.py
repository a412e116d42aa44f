"""A Spark build is checked and published as Parquet; here DuckDB has written its folders."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from runner.checks.candidate import read_runs
from runner.cli import cli
from runner.engines.warehouse import Warehouse, sql_literal
from tests.runner.conftest import build_in
from tests.runner.test_run import CONTRACT

TO_SPARK = ("--target", "spark")


@pytest.fixture(scope="module")
def checked(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with a checked build of the demo log that looks like Spark's."""
    data = tmp_path_factory.mktemp("lake") / "data"
    shutil.copytree(demo / "landing", data / "landing")
    (data / "spark").mkdir()
    shutil.copy(demo / "build" / "build.json", data / "spark")
    with Warehouse() as warehouse:
        warehouse.attach(build_in(demo).tables, "lead_to_cash")
        asked = ("as_of_moment", "source_systems", "limits", "last_invocation")
        tables = [("marts", name) for name in warehouse.tables("lead_to_cash")]
        tables += [("main", name) for name in asked]
        for schema, name in tables:
            folder = data / "spark" / "warehouse" / f"{schema}.db" / name
            folder.mkdir(parents=True)
            file = sql_literal(str(folder / "part-00000.snappy.parquet"))
            warehouse.run(f"copy lead_to_cash.{schema}.{name} to {file} (format parquet)")
    done = l2c("check", *TO_SPARK, "--data-dir", data)
    assert done.exit_code == 0, done.output
    return data


@pytest.fixture
def lake(checked: Path, tmp_path: Path) -> Path:
    """Return a copy of the checked folder."""
    return Path(shutil.copytree(checked, tmp_path / "data", symlinks=True))


def l2c(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments], env={"LANG": "C"})


def manifest(folder: Path) -> dict[str, str]:
    runs = read_runs(folder)
    assert runs is not None
    return runs


def publish(data: Path, *arguments: str) -> Result:
    """Publish the checked build."""
    done = l2c("publish", *arguments, *TO_SPARK, "--data-dir", data)
    assert done.exit_code == 0, done.output
    return done


def check(data: Path) -> None:
    """Check the build again: publishing takes the candidate."""
    assert l2c("check", *TO_SPARK, "--data-dir", data).exit_code == 0


@pytest.fixture(scope="module")
def checked_again(checked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder that was published and then checked again."""
    data = shutil.copytree(checked, tmp_path_factory.mktemp("again") / "data", symlinks=True)
    publish(data)
    check(data)
    return Path(data)


def test_equal_tables_have_the_same_manifest_as_parquet_and_as_duckdb(
    lake: Path, published: Path
) -> None:
    folder = lake / "publish" / "parquet"
    output = publish(lake).output
    assert "2,954 events, 300 cases, 206 variants" in output
    assert f"Published: {folder}\n" in output
    assert not build_in(lake).published.exists()
    ours, theirs = manifest(folder), manifest(published)
    for made_by in (ours, theirs):
        versions = json.loads(made_by.pop("versions"))
        assert (versions["storage"] == "parquet") == ("spark" in versions)
    assert ours == theirs
    assert (folder / "manifest.json").read_text("utf-8").count(ours["content_hash"]) == 1
    tables = len(CONTRACT.split()) - 2
    assert l2c("diff", published, folder).output == f"{tables} tables compared, 0 differ\n"
    history = f"from read_parquet('{folder}/kpi_history/*.parquet')"
    with duckdb.connect() as connection:
        assert connection.sql(f"select distinct run, content_hash {history}").fetchall() == [
            (1, ours["content_hash"])
        ]


def test_the_duckdb_file_is_written_as_well_when_asked(lake: Path, published: Path) -> None:
    assert f"Published: {build_in(lake).published}\n" in publish(lake, "--duckdb").output
    file = build_in(lake).published
    assert manifest(file) == manifest(lake / "publish" / "parquet")
    assert l2c("diff", "--tolerance", "0", published, file).exit_code == 0
    comments = "select table_name, comment from duckdb_tables() order by table_name"
    with duckdb.connect(str(published)) as one, duckdb.connect(str(file)) as other:
        assert other.sql(comments).fetchall() == one.sql(comments).fetchall()
    assert json.loads((file.parent / "manifest.json").read_text("utf-8"))["run"] == "1"


def test_a_reader_sees_the_publication_before_or_the_one_after(lake: Path) -> None:
    folder = lake / "publish" / "parquet"
    publish(lake)
    first = manifest(folder)
    with Warehouse() as reader:
        reader.attach(folder, "held")
        (part,) = (lake / "spark/warehouse/marts.db/rejected_cells").glob("*.parquet")
        part.unlink()
        with Warehouse() as warehouse:
            query = f"from read_parquet('{folder}/rejected_cells/*.parquet') limit 1"
            warehouse.run(f"copy ({query}) to {sql_literal(str(part))} (format parquet)")
        check(lake)
        publish(lake)
        second = manifest(folder)
        assert reader.rows("select content_hash from held.marts.runs") == [(first["content_hash"],)]
        assert reader.rows("select count(*) > 1 from held.marts.rejected_cells") == [(True,)]
    assert [first["run"], second["run"]] == ["1", "2"]
    with Warehouse() as warehouse:
        warehouse.attach(folder, "now")
        runs = "select distinct run from now.marts.kpi_history order by run"
        assert warehouse.rows(runs) == [(1,), (2,)]
        assert warehouse.rows("select count(*) from now.marts.rejected_cells") == [(1,)]
    check(lake)
    publish(lake)
    # The same content is the same run; only the previous folder is kept.
    assert manifest(folder)["run"] == "2"
    assert sorted(each.name for each in folder.parent.iterdir()) == [
        "parquet",
        "parquet.2",
        "parquet.3",
    ]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda data: next((data / "spark/publish/parquet/events").iterdir()).unlink(),
            "the checks are of another build",
        ),
        (
            lambda data: (data / "spark/gates.json").unlink(),
            "the build was not checked",
        ),
        (
            lambda data: shutil.rmtree(data / "spark/warehouse"),
            "nothing is built yet",
        ),
        (
            lambda data: shutil.rmtree(data / "spark/warehouse/main.db/last_invocation"),
            "the checks are of another build",
        ),
    ],
    ids=["candidate changed", "not checked", "not built", "built by another"],
)
def test_what_was_not_checked_is_not_published(  # type: ignore[no-untyped-def]
    checked_again: Path, tmp_path: Path, spoil, message: str
) -> None:
    lake = Path(shutil.copytree(checked_again, tmp_path / "data", symlinks=True))
    folder = lake / "publish" / "parquet"
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert before
    spoil(lake)
    refused = l2c("publish", *TO_SPARK, "--data-dir", lake)
    assert refused.exit_code == 1
    assert message in refused.output
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


def test_a_failed_check_of_a_build_of_spark_stops_its_publication(lake: Path) -> None:
    (part,) = (lake / "spark/warehouse/marts.db/cases").glob("*.parquet")
    with Warehouse() as warehouse:
        warehouse.run(f"create table cases as from read_parquet({sql_literal(str(part))})")
        warehouse.run("update cases set duration_days = -1 where case_id = 'NA'")
        warehouse.run(f"copy cases to {sql_literal(str(part))} (format parquet)")
    checked = l2c("check", *TO_SPARK, "--data-dir", lake)
    assert checked.exit_code == 1
    assert "case_duration_not_negative" in checked.output
    refused = l2c("publish", *TO_SPARK, "--data-dir", lake)
    assert refused.exit_code == 1
    assert "case_duration_not_negative" in refused.output
    assert not (lake / "publish" / "parquet").exists()
    forced = ("publish", "--force", "--reason", "known", *TO_SPARK, "--data-dir", lake)
    assert l2c(*forced).exit_code == 0
    assert manifest(lake / "publish" / "parquet")["forced_because"] == "known"


def test_no_published_file_names_the_machine(lake: Path) -> None:
    publish(lake, "--duckdb")
    for file in (lake / "publish").rglob("*"):
        if file.is_file():
            assert str(lake).encode() not in file.read_bytes(), file
