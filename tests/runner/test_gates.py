"""One planted fault makes exactly its own check fail, with its severity, in every format."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from runner import checks, expectations, formats, gates, messages, publication
from runner.checks import Verdict
from runner.cli import cli
from runner.expectations import Batch

# Check → the batch, the column and the value that make it fail; where: the row, by a pandas query.
PLANTED: dict[str, tuple[str, dict[str, Any], str]] = {
    "case_has_an_event": ("cases", {"event_count": 0, "rework_event_count": 0}, ""),
    "case_ends_after_it_starts": ("cases", {"ended_at": "1999-01-01"}, ""),
    "case_duration_not_negative": ("cases", {"duration_days": -1}, ""),
    "case_duration_plausible": ("cases", {"duration_days": 9000}, ""),
    "case_business_days_not_negative": ("cases", {"business_days": -0.5}, ""),
    "case_value_not_negative": ("cases", {"value": -1}, ""),
    "case_value_plausible": ("cases", {"value_reporting": 2e12}, ""),
    "case_discount_below_one": ("cases", {"discount_rate": 1}, ""),
    "case_currency_is_a_code": ("cases", {"currency": "yen"}, ""),
    "case_order_status_is_known": ("cases", {"order_status": "lost"}, ""),
    "case_rework_within_events": ("cases", {"rework_event_count": 999}, ""),
    "step_not_negative": ("transitions", {"elapsed_days": -0.1}, ""),
    "step_plausible": ("transitions", {"elapsed_days": 5000}, ""),
    "step_business_days_not_negative": ("transitions", {"business_days": -1}, ""),
    "event_number_starts_at_one": ("events", {"event_number": 0}, ""),
    "event_year_plausible": ("events", {"event_year": 1899}, ""),
    "event_phase_is_known": ("events", {"phase": "party"}, ""),
    "milestone_is_catalogued": ("milestones", {"activity": "Party"}, ""),
    "milestone_occurs": ("milestones", {"occurrences": 0}, ""),
    "milestone_last_after_first": ("milestones", {"last_at": "1999-01-01"}, ""),
    "node_events_cover_cases": ("process_map_nodes", {"event_count": 0}, ""),
    "node_starts_within_cases": ("process_map_nodes", {"start_count": 9999}, ""),
    "node_ends_within_cases": ("process_map_nodes", {"end_count": 9999}, ""),
    "edge_steps_cover_cases": ("process_map_edges", {"transition_count": 0}, ""),
    "edge_days_not_negative": ("process_map_edges", {"min_days": -1}, ""),
    "edge_median_within_p90": (
        "process_map_edges",
        {"min_days": 1, "median_days": 8, "p90_days": 7, "max_days": 9},
        "",
    ),
    "edge_median_above_shortest": (
        "process_map_edges",
        {"min_days": 5, "median_days": 4, "p90_days": 7, "max_days": 9},
        "",
    ),
    "edge_p90_within_longest": (
        "process_map_edges",
        {"min_days": 1, "median_days": 4, "p90_days": 7, "max_days": 6},
        "",
    ),
    "variant_has_cases": ("variants", {"case_count": 0}, ""),
    "variant_shares_add_up": ("variants", {"case_share": 0.9}, ""),
    "variant_cumulative_within_one": ("variants", {"cumulative_share": 1.2}, ""),
    "visit_days_not_negative": ("stage_visits", {"days_in_stage": -1}, ""),
    "visit_leaves_after_entering": ("stage_visits", {"left_at": "1999-01-01"}, ""),
    "funnel_progressed_within_entered": ("stage_funnel", {"progressed_cases": 9999}, ""),
    "funnel_lost_within_entered": ("stage_funnel", {"lost_cases": 9999}, ""),
    "funnel_stalled_within_open": ("stage_funnel", {"stalled_cases": 9999}, ""),
    "funnel_conversion_is_a_share": ("stage_funnel", {"conversion": 1.5}, ""),
    "kpi_is_defined": ("kpi_values", {"kpi": "luck"}, ""),
    "kpi_ratio_is_a_share": ("kpi_values", {"value": 1.5}, "unit == 'ratio'"),
    "kpi_days_not_negative": ("kpi_values", {"value": -2}, "unit == 'days'"),
    "kpi_interval_in_order": ("kpi_values", {"low": 0.9, "high": 0.1}, "unit == 'ratio'"),
    "kpi_count_not_negative": ("kpi_values", {"n": -1}, ""),
    "kpi_part_within_whole": ("kpi_values", {"numerator": 5, "denominator": 4}, "unit == 'ratio'"),
    "file_lands_what_it_holds": ("intake_summary", {"rows_read": 99999}, ""),
    "file_has_events": ("intake_summary", {"events": 0}, ""),
    "file_latest_after_earliest": ("intake_summary", {"latest_at": "1999-01-01"}, ""),
    "rejected_row_has_a_remedy": ("rejected_rows", {"remedy_en": None}, ""),
    "every_measure_was_taken": ("quality_measures", {"measure": "luck"}, "measure == 'quiet_days'"),
    "landed_columns_are_those_of_the_template": ("landed_columns", {"expected_type": None}, ""),
    "landed_columns_are_complete": ("landed_columns", {"files_without": 1}, ""),
    "landed_columns_have_their_types": ("landed_columns", {"other_type": "integer"}, ""),
    "landed_rows_have_an_origin": ("landed_columns", {"filled_share": 0.5}, "is_origin"),
    "log_is_not_empty": ("publication", {"rows_now": 0}, "table_name == 'events'"),
    "volume_halved": ("publication", {"kept_share": 0.4}, "table_name == 'events'"),
    "volume_lower": ("publication", {"kept_share": 0.7}, "table_name == 'events'"),
    "tables_stay_filled": (
        "publication",
        {"rows_now": 0, "rows_before": 9},
        "table_name == 'milestones'",
    ),
    "as_of_not_earlier": ("publication", {"days_ahead": -1}, "table_name == 'events'"),
}


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


def measures() -> list[str]:
    seed = (gates.publication.TEMPLATE.parent / "policy" / "limits.csv").read_text("utf-8")
    return [line.split(",")[0] for line in seed.splitlines()[1:]]


def plant(batch: Batch, values: dict[str, Any], where: str) -> Batch:
    """Change cells of the first row that `where` picks."""
    frame = batch.frame.copy()
    row = (frame.query(where) if where else frame).index[0]
    for column, value in values.items():
        if isinstance(value, float) or (isinstance(value, int) and frame[column].dtype != "O"):
            frame[column] = frame[column].astype("float64")
        frame.loc[row, column] = value
    return replace(batch, frame=frame)


def test_nothing_fails_on_the_clean_demo_log(demo_verdict: Verdict) -> None:
    assert checks.failed(demo_verdict.checks) == []
    assert demo_verdict.passed
    counts = checks.tally(demo_verdict.checks)
    assert counts["passed"] > 230
    assert {check.tool for check in demo_verdict.checks} == {"dbt", "great_expectations"}


def test_every_expectation_has_its_planted_fault() -> None:
    named = {
        each["meta"]["name"] for suite in expectations.suites() for each in suite["expectations"]
    }
    assert named == set(PLANTED)
    assert len(PLANTED) + len(measures()) >= 40


@pytest.mark.parametrize("name", [*PLANTED, *measures()])
def test_a_planted_fault_fails_its_own_check_in_every_format(
    name: str, batches: dict[str, Batch], demo_verdict: Verdict
) -> None:
    if name in PLANTED:
        suite, values, where = PLANTED[name]
    else:
        limit = batches["quality_measures"].frame.set_index("measure").loc[name, "limit"]
        suite, where = "quality_measures", f"measure == '{name}'"
        values = {"value": limit + 0.5, "part": 3, "whole": 4, "examples": "x <1>; y\x00%"}
    planted = plant(batches[suite], values, where)
    judged = {check.name: check for check in expectations.judge([planted])}
    verdict = replace(
        demo_verdict, checks=[judged.get(check.name, check) for check in demo_verdict.checks]
    )
    if name == "every_measure_was_taken":
        # The measure that is not one has a name of its own and is within its limit.
        judged.pop("luck", None)
    failing = checks.failed(verdict.checks)
    assert [check.name for check in failing] == [name]
    (check,) = failing
    assert check.status == "failed", check.found
    assert check.examples or check.count is None
    for language in messages.LANGUAGES:
        assert check.what[language]
        assert check.remedy[language]
        with messages.spoken(language):
            said = formats.render(verdict, "text")
        assert f": {name} (" in said
        assert check.remedy[language] in said
    as_json = json.loads(formats.render(verdict, "json"))
    assert [
        (each["name"], each["severity"])
        for each in as_json["checks"]
        if each["status"] in ("failed", "error")
    ] == [(name, check.severity)]
    report = ElementTree.fromstring(formats.render(verdict, "junit"))
    assert [
        (case.get("name"), failure.get("type"))
        for case in report.iter("testcase")
        for failure in case.findall("failure")
    ] == [(name, check.severity)]
    level = {"critical": "error", "warning": "warning", "info": "notice"}[check.severity]
    commands = [line for line in formats.render(verdict, "github").splitlines() if line[:2] == "::"]
    assert len(commands) == 1
    assert commands[0].startswith(f"::{level} title={name} (")
    assert verdict.passed == (check.severity != "critical")


def test_an_expectation_that_cannot_run_is_an_error(batches: dict[str, Batch]) -> None:
    batch = batches["transitions"]
    broken = replace(batch, frame=batch.frame.drop(columns=["elapsed_days"]))
    failing = checks.failed(expectations.judge([broken]))
    assert {(check.name, check.status) for check in failing} == {
        ("step_not_negative", "error"),
        ("step_plausible", "error"),
    }
    assert all("could not run" in check.found["en"] for check in failing)


def test_the_severities_of_sql_and_of_the_gates_agree(batches: dict[str, Batch]) -> None:
    judged = {check.name: check for check in expectations.judge([batches["quality_measures"]])}
    for name in measures():
        assert judged[name].status in ("passed", "skipped")
    assert set(batches["quality_measures"].frame["measure"]) == set(measures())


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    """Give a copy of the demo's data folder."""
    import shutil

    return Path(shutil.copytree(demo, tmp_path / "data"))


def invoke(*arguments: object) -> Any:
    return CliRunner().invoke(cli, [str(each) for each in arguments], env={"LANG": "C"})


def spoil(data_dir: Path, severity: str) -> None:
    """Let gates.json say that a check of this severity failed."""
    path = data_dir / "build" / "gates.json"
    written = json.loads(path.read_text())
    written["checks"][0] |= {"status": "failed", "severity": severity}
    path.write_text(json.dumps(written))


def test_force_needs_a_reason_and_the_reason_is_published(copy: Path) -> None:
    assert invoke("check", "--data-dir", copy).exit_code == 0
    spoil(copy, "critical")
    before = publication.published_path(copy).read_bytes()
    assert invoke("publish", "--data-dir", copy).exit_code == 1
    assert invoke("publish", "--force", "--data-dir", copy).exit_code == 2
    assert publication.published_path(copy).read_bytes() == before
    reason = "the auditor's log, agreed with finance"
    assert invoke("publish", "--force", "--reason", reason, "--data-dir", copy).exit_code == 0
    runs = publication.read_runs(publication.published_path(copy))
    assert runs is not None
    assert runs["forced_because"] == reason
    assert json.loads(runs["gates"])["critical"] == 1


def test_data_docs_load_nothing(demo: Path) -> None:
    pages = sorted((demo / "publish" / "data_docs").glob("*.html"))
    assert [page.name for page in pages] == ["index.html", "ja.html"]
    for page in pages:
        content = page.read_text("utf-8")
        assert "http" not in content.replace("http-equiv", "")
        assert "<script" not in content
        assert "rejected_share" in content


def test_doctor_says_that_all_is_well_and_what_is_not(copy: Path) -> None:
    assert invoke("doctor", "--data-dir", copy).exit_code == 0
    (copy / "publish" / "manifest.json").write_text("{}")
    (copy / "build" / "build.json").unlink()
    result = invoke("doctor", "--data-dir", copy)
    assert result.exit_code == 1
    assert "1. something beside the published file" in result.output
    assert "2. nothing is built" in result.output
