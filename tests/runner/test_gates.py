"""Results of the gates, forced publication and its reason, Data Docs and the doctor."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from runner.checks import expectations
from runner.checks.candidate import read_runs
from runner.checks.expectations import Batch
from runner.cli import cli
from runner.verdict import Verdict, failed_checks, tally
from tests.runner.conftest import build_in


def test_nothing_fails_on_the_clean_demo_log(demo_verdict: Verdict) -> None:
    assert failed_checks(demo_verdict.checks) == []
    assert demo_verdict.passed
    counts = tally(demo_verdict.checks)
    assert counts["passed"] > 230
    assert {check.tool for check in demo_verdict.checks} == {"dbt", "great_expectations"}


def test_an_expectation_that_cannot_run_is_an_error(batches: dict[str, Batch]) -> None:
    batch = batches["transitions"]
    broken = replace(batch, frame=batch.frame.drop(columns=["elapsed_days"]))
    failing = failed_checks(expectations.validate([broken]))
    assert {(check.name, check.status) for check in failing} == {
        ("step_not_negative", "error"),
        ("step_plausible", "error"),
    }
    assert all("could not run" in check.found["en"] for check in failing)


def test_the_severities_of_sql_and_of_the_gates_agree(batches: dict[str, Batch]) -> None:
    checked = {check.name: check for check in expectations.validate([batches["quality_measures"]])}
    measures = set(batches["quality_measures"].frame["measure"])
    assert {checked[name].status for name in measures} <= {"passed", "skipped"}


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    """Return a copy of the demo's data folder."""
    import shutil

    return Path(shutil.copytree(demo, tmp_path / "data"))


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(cli, [str(each) for each in arguments], env={"LANG": "C"})


def test_of_a_large_table_a_sample_is_checked_but_a_sum_is_of_all_rows(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runner.checks.batches.SAMPLE_ROWS", 150)
    answer = invoke("check", "--data-dir", copy)
    assert answer.exit_code == 0, answer.output
    written = json.loads((copy / "build" / "gates.json").read_text())["checks"]
    found = {check["name"]: check["found"]["en"] for check in written}
    sampled = re.fullmatch(
        r"checked on (\d+) of 2,654 rows; every sampled case is complete",
        found["step_not_negative"],
    )
    assert sampled
    assert 0 < int(sampled[1]) < 500
    # 206 variants: half of them would not add up to one
    assert found["variant_shares_add_up"] == ""


def spoil(data_dir: Path, severity: str) -> None:
    """Record in gates.json that a check of this severity failed."""
    path = data_dir / "build" / "gates.json"
    written = json.loads(path.read_text())
    written["checks"][0] |= {"status": "failed", "severity": severity}
    path.write_text(json.dumps(written))


def test_force_needs_a_reason_and_the_reason_is_published(copy: Path) -> None:
    assert invoke("check", "--data-dir", copy).exit_code == 0
    spoil(copy, "critical")
    before = build_in(copy).published.read_bytes()
    assert invoke("publish", "--data-dir", copy).exit_code == 1
    assert invoke("publish", "--force", "--data-dir", copy).exit_code == 2
    assert build_in(copy).published.read_bytes() == before
    reason = "the auditor's log, agreed with finance"
    assert invoke("publish", "--force", "--reason", reason, "--data-dir", copy).exit_code == 0
    runs = read_runs(build_in(copy).published)
    assert runs is not None
    assert runs["forced_because"] == reason
    assert json.loads(runs["gates"])["critical"] == 1


def test_a_mart_that_the_project_no_longer_has_is_not_published(copy: Path) -> None:
    """The file of a build keeps it, broken or not, after its model was renamed or removed."""
    with duckdb.connect(str(build_in(copy).tables)) as build:
        build.execute("create table main.before as select 1 as one")
        build.execute("create view marts.removed as select one from main.before")
        build.execute("drop table main.before")
    assert invoke("check", "--data-dir", copy).exit_code == 0
    with duckdb.connect(str(build_in(copy).candidate), read_only=True) as candidate:
        found = candidate.execute("select table_name from duckdb_tables()").fetchall()
    assert ("cases",) in found
    assert ("removed",) not in found


@pytest.mark.parametrize(
    ("lang", "message"),
    [("en", "--duckdb goes with --target spark"), ("ja", "一緒に指定してください")],
)
def test_duckdb_without_spark_is_wrong_usage(demo: Path, lang: str, message: str) -> None:
    before = build_in(demo).published.read_bytes()
    result = invoke("publish", "--duckdb", "--lang", lang, "--data-dir", demo)
    assert result.exit_code == 2
    assert message in result.output
    assert build_in(demo).published.read_bytes() == before


def test_data_docs_load_nothing(demo: Path) -> None:
    pages = sorted((demo / "publish" / "data_docs").glob("*.html"))
    assert [page.name for page in pages] == ["index.html", "ja.html"]
    for page in pages:
        content = page.read_text("utf-8")
        assert "http" not in content.replace("http-equiv", "")
        assert "<script" not in content
        assert "rejected_share" in content


def test_doctor_reports_when_all_is_well_and_what_is_not(copy: Path) -> None:
    assert invoke("doctor", "--data-dir", copy).exit_code == 0
    (copy / "publish" / "manifest.json").write_text("{}")
    (copy / "build" / "build.json").unlink()
    result = invoke("doctor", "--data-dir", copy)
    assert result.exit_code == 1
    assert "1. something beside the published file" in result.output
    assert "2. nothing is landed yet: l2c run FILE" in result.output


@pytest.mark.parametrize(("lang", "message"), [("en", "nothing is landed yet"), ("ja", "まだ何も")])
def test_doctor_with_nothing_landed_shows_what_to_do_first(
    tmp_path: Path, lang: str, message: str
) -> None:
    data = tmp_path / "data"
    for state in ("no folder", "an empty folder", "an empty landing"):
        if state == "an empty folder":
            (data / "landing").mkdir(parents=True)
        elif state == "an empty landing":
            assert invoke("imports", "--data-dir", data).exit_code == 0
        result = invoke("doctor", "--data-dir", data, "--lang", lang)
        assert result.exit_code == 1, state
        steps = [line for line in result.output.splitlines() if re.match(r"\d\. ", line)]
        assert len(steps) == 1, result.output
        assert message in steps[0]
        assert "l2c run FILE" in steps[0]
        assert "event_log.csv" not in result.output
