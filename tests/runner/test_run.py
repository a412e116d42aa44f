"""From files to the published file: its content, and the effect of a failed check."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runner.cli import cli
from runner.project import PROJECT
from tests.runner.conftest import build_tables, query, tables_of

CONTRACT = """
cases events transitions case_attributes activities stages kpis codes dimensions selections
segment_labels variant_steps step_flow milestone_variants runs process_map_nodes
process_map_edges process_map_segments variants milestones stage_visits stage_transitions
stage_funnel rework_loops kpi_values kpi_history rejected_rows rejected_cells intake_summary
quality_measures kpi_cases phase_durations
"""
TYPES = {"VARCHAR", "BIGINT", "DOUBLE", "TIMESTAMP", "DATE", "BOOLEAN"}


def l2c(*arguments: object) -> Result:
    """Run one command as a user would, in English."""
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], env={"LANG": "C"})


def manifest(data_dir: Path) -> dict[str, Any]:
    """Read the manifest beside a published file."""
    described: dict[str, Any] = json.loads(
        (data_dir / "publish" / "manifest.json").read_text(encoding="utf-8")
    )
    return described


def test_the_published_tables_are_those_of_the_contract(published: Path) -> None:
    names = query(
        published,
        "select table_name from information_schema.tables where table_schema = 'marts'"
        " and table_type = 'BASE TABLE'",
    )
    assert {name for (name,) in names} == set(CONTRACT.split())


def test_published_columns_have_plain_types(published: Path) -> None:
    found = query(
        published,
        "select table_name, column_name, data_type from information_schema.columns"
        " where table_schema = 'marts'",
    )
    seeds = {path.stem for path in (PROJECT / "seeds").rglob("*.csv")}
    odd = [
        row
        for row in found
        if row[0] not in seeds and row[2] not in TYPES and not row[2].startswith("DECIMAL")
    ]
    assert odd == []


def test_no_row_is_lost(published: Path) -> None:
    assert query(
        published,
        "select rows_read, rows_landed, events, rejected, duplicates, cells_rejected"
        " from intake_summary",
    ) == [(2960, 2960, 2954, 6, 0, 3)]


def test_the_run_has_its_as_of_moment_and_inputs(published: Path, demo: Path) -> None:
    as_of, sources, content = query(
        published, "select as_of, as_of_by_source, content_hash from runs"
    )[0]
    assert as_of == datetime(2026, 6, 29, 12)
    assert json.loads(sources)["Oracle Fusion AR"] == "2026-06-29 12:00:00"
    assert manifest(demo)["content_hash"] == content


def test_published_files_hold_no_path_of_this_machine(published: Path, demo: Path) -> None:
    for file in (published, demo / "publish" / "manifest.json"):
        content = file.read_bytes()
        for path in (PROJECT, demo, Path.home()):
            assert str(path).encode() not in content


def test_every_table_and_column_has_a_description(published: Path) -> None:
    silent = query(
        published,
        "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
        " and table_name not in ('runs', 'kpi_history') and coalesce(comment, '') = ''"
        " union all select table_name, '' from duckdb_tables() where coalesce(comment, '') = ''",
    )
    assert silent == []
    assert query(published, "select comment from duckdb_tables() where table_name = 'cases'") == [
        ("One row per case.",)
    ]


def test_the_history_of_the_kpis_is_carried_from_file_to_file(demo: Path, tmp_path: Path) -> None:
    shutil.copytree(demo / "publish", tmp_path / "publish")
    more = tmp_path / "more.csv"
    more.write_text("SalesOpportunity,ActivityName,EventTime\nMORE,Lead Created,2026-06-01\n")
    file = tmp_path / "publish" / "lead_to_cash.duckdb"

    def published_last() -> tuple[Any, ...]:
        figures = query(
            file,
            "select kpi, dimension, segment, value, n from kpi_values"
            " where period_grain = 'all' order by all",
        )
        run: tuple[Any, ...] = query(file, "select run, content_hash, as_of from runs")[0]
        last = query(
            file,
            f"select kpi, dimension, segment, value, n from kpi_history"
            f" where run = {run[0]} order by all",
        )
        assert last == figures
        return run

    first = published_last()
    result = l2c(*("run", PROJECT / "tests/fixtures/demo_events.csv", more, "--data-dir", tmp_path))
    assert result.exit_code == 0, result.output
    run = published_last()
    assert run[1] != first[1]
    history = "select distinct run, content_hash, as_of from kpi_history"
    assert query(file, f"{history} order by run") == [(1, *first[1:]), (2, *run[1:])]
    assert query(
        file,
        "select run, value from kpi_history where kpi = 'win_rate_count'"
        " and dimension = 'all' order by run",
    ) == [(number, pytest.approx(0.684211, abs=1e-6)) for number in (1, 2)]
    before = query(file, f"{history} order by all")
    assert len(before) == 2
    # The same content published again is the same run.
    assert l2c("check", "--data-dir", tmp_path).exit_code == 0
    assert l2c("publish", "--data-dir", tmp_path).exit_code == 0
    assert query(file, f"{history} order by all") == before


def test_the_file_is_in_the_storage_version_that_older_clients_read(published: Path) -> None:
    # Bytes 12 to 19 of a DuckDB file are its storage version; 64 is that of 0.9 to 1.4.
    assert int.from_bytes(published.read_bytes()[12:20], "little") <= 67


@pytest.fixture(scope="module")
def one_thread(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish the demo log of the clone with one thread; return its data folder."""
    folder = tmp_path_factory.mktemp("one_thread")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("L2C_THREADS", "1")
        for command in ("build", "check", "publish"):
            assert l2c(command, "--data-dir", folder).exit_code == 0
    return folder


def test_the_same_input_produces_the_same_rows_with_one_thread(
    demo: Path, one_thread: Path
) -> None:
    assert manifest(one_thread)["table_hashes"] == manifest(demo)["table_hashes"]


def test_what_proves_the_sql_runs_only_when_asked_for(demo: Path, one_thread: Path) -> None:
    def ran(data_dir: Path) -> dict[str, dict[str, Any]]:
        nodes = json.loads((data_dir / "build" / "build.json").read_text("utf-8"))["nodes"]
        return {node["name"]: node for node in nodes}

    asked_for, by_default = ran(demo), ran(one_thread)
    left_out = [node for name, node in asked_for.items() if name not in by_default]
    assert not by_default.keys() - asked_for.keys()
    assert sum(node["kind"] == "unit_test" for node in left_out) > 50
    assert not any(node["kind"] == "unit_test" for node in by_default.values())
    keys = [node for node in left_out if node["kind"] != "unit_test"]
    assert {(node["kind"], node["test"]) for node in keys} == {("test", "unique_key")}
    assert {node["path"].split("/")[1] for node in keys} == {
        *("cases", "calendars", "stages", "variants", "kpis", "quality")
    }
    # Log, seeds and published tables: a key test of each table runs every time.
    checked = {node["table"] for node in by_default.values() if node["test"] == "unique_key"}
    assert set(CONTRACT.split()) - checked == {"runs", "kpi_history"}
    assert {"accepted_rows", "timeline", "targets"} <= checked
    # Tests that did not run are not listed and not reported as missing.
    listed = json.loads(l2c("check", "--format", "json", "--data-dir", one_thread).stdout)["checks"]
    assert {each["name"] for each in listed if each["tool"] == "dbt"} == {
        name for name, node in by_default.items() if node["kind"] == "test"
    }
    assert l2c("doctor", "--data-dir", one_thread).exit_code == 0


def test_a_failed_check_names_what_failed_and_publishes_nothing(demo: Path, tmp_path: Path) -> None:
    fixture = PROJECT / "tests" / "fixtures" / "demo_events.csv"
    assert l2c("import", fixture, "--data-dir", tmp_path).exit_code == 0
    shutil.copytree(demo / "publish", tmp_path / "publish")
    before = (tmp_path / "publish" / "lead_to_cash.duckdb").read_bytes()
    landed = tmp_path / "landing" / "000001.parquet"
    shutil.copy(landed, landed.with_name("000002.parquet"))
    built = l2c("run", "--data-dir", tmp_path)
    assert built.exit_code == 1
    assert "unique_key_stg_events_source_order" in built.output
    assert "Traceback" not in built.output
    again = l2c("publish", "--data-dir", tmp_path)
    assert again.exit_code == 1
    assert "unique_key_stg_events_source_order" in again.output
    assert (tmp_path / "publish" / "lead_to_cash.duckdb").read_bytes() == before


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda gates: gates.unlink(), "was not checked"),
        (
            lambda gates: gates.write_text(gates.read_text().replace('"build": "', '"build": "x')),
            "of another build",
        ),
    ],
)
def test_checks_that_are_missing_or_foreign_publish_nothing(
    spoil: Callable[[Path], object], message: str, demo: Path, tmp_path: Path
) -> None:
    shutil.copytree(demo / "build", tmp_path / "build")
    spoil(tmp_path / "build" / "gates.json")
    result = l2c("publish", "--data-dir", tmp_path)
    assert result.exit_code == 1
    assert message in result.output
    assert not (tmp_path / "publish" / "lead_to_cash.duckdb").exists()


def test_nothing_landed_is_wrong_usage(tmp_path: Path) -> None:
    result = l2c("run", "--data-dir", tmp_path)
    assert result.exit_code == 2
    assert "nothing is landed" in result.output


def test_nothing_built_cannot_be_published(tmp_path: Path) -> None:
    result = l2c("publish", "--data-dir", tmp_path)
    assert result.exit_code == 1
    assert "l2c build" in result.output


def test_a_generic_log_of_two_overlapping_files_works(tmp_path: Path) -> None:
    header = "SalesOpportunity,ActivityName,EventTime,LastDataUpdate,Note\n"
    (tmp_path / "first.csv").write_text(
        header + "NA,a,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,old\n"
        "NA,a,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,old\n"
        "NA,b,2026-01-02T00:00:00.5Z,2026-02-01T00:00:00Z,\n"
    )
    (tmp_path / "second.csv").write_text(
        header + "NA,a,2026-01-01T00:00:00Z,2026-03-01T00:00:00Z,new\n"
        "00012,a,1969-12-31T00:00:00Z,2026-03-01T00:00:00Z,\n"
    )
    data = tmp_path / "data"
    result = l2c("run", tmp_path / "first.csv", tmp_path / "second.csv", "--data-dir", data)
    assert result.exit_code == 0, result.output
    file = data / "publish" / "lead_to_cash.duckdb"
    assert query(
        file,
        "select source_file, rows_landed, events, duplicates, changed from intake_summary"
        " order by import_id",
    ) == [("first.csv", 3, 2, 1, 1), ("second.csv", 2, 2, 0, 0)]
    assert query(
        file, "select case_id, outcome, case_kind, event_count, tie_count from cases order by 1"
    ) == [("00012", "unknown", "unknown", 1, 0), ("NA", "unknown", "unknown", 3, 1)]
    assert query(
        file,
        "select from_activity, to_activity, transition_count, total_days from"
        " process_map_edges order by 1, 2",
    ) == [("a", "a", 1, 0.0), ("a", "b", 1, 1.0 + 0.5 / 86400)]
    # Each file is one system; the log is complete up to the older extract.
    assert query(file, "select as_of from runs") == [(datetime(2026, 2, 1),)]


def test_a_log_whose_rows_are_all_rejected_is_published_only_by_force(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("SalesOpportunity,ActivityName,EventTime\n1,a,soon\n")
    data = tmp_path / "data"
    result = l2c("run", tmp_path / "bad.csv", "--data-dir", data)
    assert result.exit_code == 1
    assert "rejected_share" in result.output
    assert "log_is_not_empty" in result.output
    file = data / "publish" / "lead_to_cash.duckdb"
    assert not file.exists()
    forced = l2c("publish", "--force", "--reason", "to show the reasons", "--data-dir", data)
    assert forced.exit_code == 0, forced.output
    assert query(file, "select count(*) from cases") == [(0,)]
    assert query(file, "select source_row, reasons from rejected_rows") == [(2, "time_unreadable")]


def test_deals_of_one_row_each(shared: Callable[[str], Path], tmp_path: Path) -> None:
    mapping = PROJECT / "examples" / "crm_opportunities.yml"
    month_first = shared("crm_opportunities/sales_pipeline.csv")
    result = l2c("run", month_first, "--map", mapping, "--data-dir", tmp_path / "a")
    assert result.exit_code == 0, result.output
    file = tmp_path / "a" / "publish" / "lead_to_cash.duckdb"
    assert query(file, "select rows_read, rejected from intake_summary") == [(8800, 500)]
    assert query(
        file,
        "select outcome, count(*), count(*) filter (duration_days < 0) from cases"
        " group by 1 order by 1",
    ) == [("lost", 2473, 0), ("open", 1589, 0), ("won", 4238, 0)]
    median, mean = query(
        file,
        "select median(duration_days), avg(duration_days) from cases"
        " where outcome in ('won', 'lost')",
    )[0]
    assert (median, round(mean, 4)) == (45, 47.9854)
    assert query(file, 'select distinct reasons, "column" from rejected_rows') == [
        ("no_event", "engage_date, close_date")
    ]
    rates = {
        kpi: (value, status)
        for kpi, value, status in query(
            file,
            "select kpi, value, status from kpi_values"
            " where kpi like 'win_rate%' and dimension = 'all' and period_grain = 'all'",
        )
    }
    # Lost deals have the value 0: the lost value is unknown.
    assert rates["win_rate_value"] == (None, "low_coverage")
    assert round(rates["win_rate_count"][0], 4) == 0.6315

    day_first = shared("crm_opportunities/sales_pipeline_dd-mm-yy.csv")
    options = ["--map", mapping, "--date-format", "%d-%m-%y", "--data-dir", tmp_path / "b"]
    assert l2c("import", day_first, *options).exit_code == 0
    month, day = tables_of(tmp_path / "a"), build_tables(tmp_path / "b")
    # The second file's name and its two more columns appear in the others.
    for table in ("cases", "transitions", "milestones", "stage_visits", "kpi_values"):
        rows = f"select * from {table} order by all"
        assert month(rows) == day(rows), table


def test_a_stage_history_becomes_visits_and_moves(
    shared: Callable[[str], Path], tmp_path: Path
) -> None:
    history = shared("salesforce_sample/OpportunityHistory.csv")
    mapping = PROJECT / "examples" / "salesforce_history.yml"
    options = ["--map", mapping, "--time-zone", "UTC", "--data-dir", tmp_path]
    assert l2c("run", history, *options).exit_code == 0
    file = tmp_path / "publish" / "lead_to_cash.duckdb"
    assert query(
        file, "select from_stage, to_stage, direction from stage_transitions order by 2"
    ) == [
        ("Prospecting", "Needs Analysis", "skipped"),
        ("Prospecting", "Proposal/Price Quote", "skipped"),
        ("Prospecting", "Value Proposition", "skipped"),
    ]
    assert query(file, "select exit, count(*) from stage_visits group by 1 order by 1") == [
        ("lost", 1),
        ("open", 16),
        ("skipped", 3),
        ("won", 1),
    ]
