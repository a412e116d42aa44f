"""`l2c diff` finds each kind of difference and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from runner.cli import cli
from runner.engines.warehouse import Warehouse, sql_literal
from tests.runner.test_run import CONTRACT

# `runs` and `kpi_history` describe the publication and are not compared.
TABLES = len(CONTRACT.split()) - 2


def diff(*arguments: object) -> Result:
    """Run the command in English."""
    return CliRunner().invoke(cli, ["diff", *map(str, arguments)], env={"LANG": "C"})


@pytest.fixture
def other(published: Path, tmp_path: Path) -> Path:
    """Return a copy of the published demo."""
    return Path(shutil.copy(published, tmp_path / "other.duckdb"))


def change(file: Path, *statements: str) -> None:
    """Change a published file."""
    with Warehouse(file) as warehouse:
        for statement in statements:
            warehouse.run(statement)


def test_a_result_equals_itself_and_its_parquet(published: Path, other: Path) -> None:
    same = diff(published, other)
    assert (same.exit_code, same.output) == (0, f"{TABLES} tables compared, 0 differ\n")
    folder = other.with_name("parquet")
    with Warehouse(other) as warehouse:
        for (name,) in warehouse.rows("select table_name from duckdb_tables()"):
            (folder / name).mkdir(parents=True)
            target = sql_literal(str(folder / name / "part.parquet"))
            warehouse.run(f"copy marts.{name} to {target} (format parquet)")
    assert diff(published, folder).exit_code == 0


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "delete from marts.cases where case_id = 'NA'",
            "cases: 300 rows left, 299 right; 1 only left, 0 only right",
        ),
        (
            "insert into marts.stages (stage) values ('Limbo')",
            "0 only left, 1 only right",
        ),
        (
            "update marts.cases set outcome = 'won' where case_id = 'NA'",
            "outcome: 1 cell differs\n    case_id NA: outcome lost | won",
        ),
        (
            "update marts.cases set value = null where case_id = 'NA'",
            "value: 1 cell differs\n    case_id NA: value 450000.0000 | None",
        ),
        (
            "update marts.cases set duration_days = 1.0000001 * duration_days where case_id='NA'",
            "duration_days: 1 cell differs",
        ),
        ("drop table marts.variants", "variants: 206 rows left, – right"),
        ("alter table marts.events drop column phase", "phase: 2,954 cells differ"),
    ],
)
def test_a_difference_is_reported(
    statement: str, expected: str, published: Path, other: Path
) -> None:
    change(other, statement)
    found = diff(published, other)
    assert found.exit_code == 1
    assert found.output.startswith(f"{TABLES} tables compared, 1 differ\n")
    assert expected in found.output


def test_a_difference_within_the_tolerance_is_ignored(published: Path, other: Path) -> None:
    change(other, "update marts.cases set duration_days = duration_days * (1 + 1e-8)")
    assert diff(published, other, "--tolerance", "1e-7").exit_code == 0


def test_the_same_is_reported_as_json(published: Path, other: Path) -> None:
    change(other, "update marts.kpi_values set n = n + 1 where kpi = 'rework_rate' and n = 300")
    found = diff(published, other, "--format", "json")
    tables = {table["table"]: table for table in json.loads(found.output)}
    assert found.exit_code == 1
    assert [name for name, table in tables.items() if not table["is_equal"]] == ["kpi_values"]
    assert tables["kpi_values"]["changed"] == {"n": 1}
    assert tables["kpi_values"]["examples"][0] == {
        "key": {
            "kpi": "rework_rate",
            "dimension": "all",
            "segment": "all",
            "period_grain": "all",
            "period": "all",
        },
        "column": "n",
        "left": "300",
        "right": "301",
    }


def test_what_is_no_result_is_named(published: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database")
    for path in (tmp_path, tmp_path / "notes.txt"):
        found = diff(published, path)
        assert found.exit_code == 1
        assert f"{path}: this is no published result" in found.output
    assert diff(published, tmp_path / "none").exit_code == 2
