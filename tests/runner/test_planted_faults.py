"""One planted fault makes exactly its own check fail, with its severity, in every format."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import pytest

from runner import messages
from runner.checks import dbt_checks, expectations, formats
from runner.checks.expectations import Batch
from runner.engines.build_result import Node
from runner.project import PROJECT, TEMPLATE
from runner.verdict import EXAMPLES, Verdict, example, failed_checks
from tests.runner.conftest import build_in

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
    "funnel_stalled_value_within_open": ("stage_funnel", {"open_value": 1, "stalled_value": 2}, ""),
    "funnel_conversion_is_a_share": ("stage_funnel", {"conversion": 1.5}, ""),
    "kpi_is_defined": ("kpi_values", {"kpi": "luck"}, ""),
    "kpi_ratio_is_a_share": ("kpi_values", {"value": 1.5}, "unit == 'ratio'"),
    "kpi_days_not_negative": ("kpi_values", {"value": -2}, "unit == 'days'"),
    "kpi_interval_in_order": ("kpi_values", {"low": 0.9, "high": 0.1}, "unit == 'ratio'"),
    "kpi_change_in_order": ("kpi_values", {"change_low": 2, "change_high": 1}, ""),
    "kpi_median_within_p90": ("kpi_values", {"value": 9, "p90": 8}, "unit == 'days'"),
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
        "table_name == 'stage_visits'",
    ),
    "known_activities_stay": (
        "publication",
        {"rows_now": 0, "rows_before": 9},
        "table_name == 'milestones'",
    ),
    "as_of_not_earlier": ("publication", {"days_ahead": -1}, "table_name == 'events'"),
}


# dbt test → the table and the change that make it fail. A key fails by a repeated row.
PLANTED_IN_TABLES = {
    "a_case_of_two_events_lasts_as_long_as_its_step": (
        "transitions",
        "update {} set elapsed_days = elapsed_days + 1",
    ),
    "a_segment_and_its_rest_are_all_steps": (
        "edge_segments",
        "update {} set rest_count = rest_count + 1",
    ),
    "accepted_values_kpi_values_": (
        "kpi_values",
        "update {} set status = 'fine'",
    ),
    "accepted_values_rework_loops_": (
        "rework_loops",
        "update {} set repeats = 'often'",
    ),
    "accepted_values_stage_transitions_": (
        "stage_transitions",
        "update {} set direction = 'up'",
    ),
    "accepted_values_stage_visits_": (
        "stage_visits",
        "update {} set exit = 'away'",
    ),
    "both_engines_read_a_dialect_macro_alike": (
        "activities",
        "update {} set outcome = coalesce(outcome, '')",
    ),
    "carried_columns_match_the_template": (
        "template_columns",
        "update {} set carried = not carried where key = 'region'",
    ),
    "edges_add_up_to_events_minus_cases": (
        "edges",
        "update {} set transition_count = transition_count + 1",
    ),
    "events_are_accepted_rows_minus_duplicates": (
        "timeline",
        "delete from {} where event_number = 1 and case_key = (select max(case_key) from {})",
    ),
    "holds_activities_": ("activities", "update {} set track = 'side'"),
    "holds_calendars_": ("calendars", "update {} set weekday = 0 where weekday = 1"),
    "holds_case_facts_duration_us_0": ("case_facts", "update {} set duration_us = -1"),
    "holds_cases_": ("cases", "update {} set outcome = 'maybe'"),
    "holds_clock_shifts_": ("clock_shifts", "update {} set overlap = 1.5"),
    "holds_edge_times_": ("edge_times", "update {} set high_us = -1"),
    "holds_edges_": ("edges", "update {} set min_us = -1"),
    "holds_intake_rows_landed": ("intake", "update {} set events = events + 1"),
    "holds_intake_rows_read": ("intake", "update {} set rows_read = rows_landed + 1"),
    "holds_compared_kpis_": (
        "compared_kpis",
        "update {} set change_low = change_high + 1 where change_low is not null",
    ),
    "holds_judged_kpis_low_": ("judged_kpis", "update {} set low = -0.1 where low is not null"),
    "holds_judged_kpis_status_": ("judged_kpis", "update {} set status = 'not_recorded'"),
    "holds_judged_kpis_value_": (
        "judged_kpis",
        "update {} set value = 1.5, low = null where unit = 'ratio'",
    ),
    "holds_kpi_months_": ("kpi_months", "update {} set is_complete = false"),
    "holds_kpi_cases_": ("kpi_cases", "update {} set days = null, weight = null"),
    "holds_kpis_": ("kpis", "update {} set unit = 'weeks'"),
    "holds_limits_": ("limits", "update {} set severity = 'grave'"),
    "holds_oracle_sources_": ("oracle_sources", "update {} set certainty = 'SURE'"),
    "holds_milestone_variants_": (
        "milestone_variants",
        "update {} set mean_occurrences = 0.5",
    ),
    "holds_paths_": ("paths", "update {} set last_second_signature = 1"),
    "holds_phase_durations_": ("phase_durations", "update {} set share = 1.5"),
    "holds_process_map_nodes_": (
        "process_map_nodes",
        "update {} set wait_count = wait_count + 1",
    ),
    "holds_quality_measures_": ("quality_measures", 'update {} set "limit" = null'),
    "holds_reopenings_": ("reopenings", "update {} set closed_number = opened_number"),
    "holds_stage_funnel_": (
        "stage_funnel",
        "update {} set entered_cases = entered_cases + 1",
    ),
    "holds_visit_spans_": ("visit_spans", "update {} set spent_us = -1"),
    "holds_timeline_": ("timeline", "update {} set elapsed_us = -1 where event_number = 2"),
    "holds_weekend_days_": (
        "weekend_days",
        "update {} set late_days = late_weekend_days - 1",
    ),
    "kpi_cases_add_up_to_kpi_values": ("kpi_cases", "delete from {} where kpi = 'rework_rate'"),
    "kpi_population_is_known": ("kpis", "update {} set population = 'is_lucky'"),
    "one_path_per_signature": ("case_paths", "update {} set path_key = path_key + 1"),
    "phases_add_up_to_steps": ("phase_times", "update {} set total_us = total_us + 1"),
    "seeds_name_what_other_seeds_define": ("precedences", "update {} set must_follow = 'Party'"),
    "segments_add_up_to_all": ("kpi_values", "update {} set n = n + 1 where dimension = 'region'"),
    "variants_add_up_to_cases": ("variants", "update {} set case_count = case_count + 1"),
    "visits_are_moves_plus_one": ("moves", "delete from {} where move_number = 1"),
}
# A repeated key means that another is missing; where a second test checks that, it fails too.
ALSO = {
    "unique_key_case_paths_case_key": {"one_path_per_signature"},
    "unique_key_kpi_cases_kpi__case_id": {"kpi_cases_add_up_to_kpi_values"},
    "unique_key_edge_segments_segment_key__previous_activity_code__activity_code": {
        "a_segment_and_its_rest_are_all_steps"
    },
    "unique_key_kpi_values_kpi__dimension__segment__period_grain__period": {
        "kpi_cases_add_up_to_kpi_values",
        "segments_add_up_to_all",
    },
    "unique_key_moves_case_key__move_number": {"visits_are_moves_plus_one"},
    "unique_key_phase_times_segment_key__phase__waited_for": {"phases_add_up_to_steps"},
    "unique_key_transitions_case_id__event_number": {
        "a_case_of_two_events_lasts_as_long_as_its_step"
    },
    "unique_key_quality_measures_measure": {"seeds_name_what_other_seeds_define"},
    "unique_key_kpis_kpi": {"seeds_name_what_other_seeds_define"},
}


def measures() -> list[str]:
    seed = (TEMPLATE.parent / "policy" / "limits.csv").read_text("utf-8")
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


def assert_only(name: str, verdict: Verdict) -> None:
    """Assert that one check failed, and that each format shows it with its severity."""
    failing = failed_checks(verdict.checks)
    assert [check.name for check in failing] == [name]
    (check,) = failing
    assert check.status == "failed", check.found
    assert check.examples or check.count is None
    for language in messages.LANGUAGES:
        assert check.remedy[language]
        # The problem, never the expectation as if it were true.
        assert check.problem[language] not in ("", check.what[language])
        assert "{" not in check.problem[language]
        with messages.in_language(language):
            text = formats.render(verdict, "text")
            junit = formats.render(verdict, "junit")
            github = formats.render(verdict, "github")
        assert f": {name} (" in text
        first = check.problem[language].splitlines()[0]
        assert f"\n  {first}" in text
        assert formats.for_github(first) in github
        failure = ElementTree.fromstring(junit).find(".//failure")
        assert failure is not None
        assert failure.get("message") == formats.for_xml(check.problem[language])
        assert check.remedy[language] in text
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


def test_every_expectation_has_its_planted_fault() -> None:
    named = {
        each["meta"]["name"] for suite in expectations.suites() for each in suite["expectations"]
    }
    assert named == set(PLANTED)


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
    checked = {check.name: check for check in expectations.validate([planted])}
    verdict = replace(
        demo_verdict, checks=[checked.get(check.name, check) for check in demo_verdict.checks]
    )
    if name == "every_measure_was_taken":
        # The false measure has a name of its own and is within its limit.
        checked.pop("luck", None)
    assert_only(name, verdict)


@pytest.fixture
def copied_build(demo: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a copy of the demo's build, under the name used in dbt's tests."""
    path = build_in(tmp_path).tables
    path.parent.mkdir()
    shutil.copy(build_in(demo).tables, path)
    with duckdb.connect(str(path)) as connection:
        yield connection


def asked_after(
    node: str, tests: list[dict[str, Any]], children: dict[str, list[str]]
) -> list[dict[str, Any]]:
    """Return the tests that dbt runs when the tables after this one are no longer built."""
    later: set[str] = set()
    waiting = [node]
    while waiting:
        found = set(children[waiting.pop()]) - later
        later |= found
        waiting += found
    return [
        test
        for test in tests
        if node in test["depends_on"]["nodes"] and not later & set(test["depends_on"]["nodes"])
    ]


def repeat_a_key(connection: duckdb.DuckDBPyConnection, columns: list[str]) -> None:
    """Set the key of the last row of table `changed` to that of the first; totals stay the same."""
    keys = [f'"{column.rpartition(".")[2]}"' for column in columns]
    (count,) = connection.execute("select count(*) from changed").fetchall()[0]
    while count < 2:
        source = "select * from changed" if count else "values (null)"
        connection.execute(f"insert into changed {'' if count else f'({keys[0]})'} {source}")
        count += 1
    cells = ", ".join(f"{key} = first.{key}" for key in keys)
    ends = [f"(select {end}(rowid) from changed)" for end in ("min", "max")]
    connection.execute(
        f"update changed set {cells} from (from changed where rowid = {ends[0]}) as first"
        f" where changed.rowid = {ends[1]}"
    )


def test_a_planted_row_fails_its_own_test_of_dbt_in_every_format(
    demo: Path, copied_build: duckdb.DuckDBPyConnection, demo_verdict: Verdict
) -> None:
    manifest = json.loads((demo / "build/target/manifest.json").read_text("utf-8"))
    nodes, children = manifest["nodes"], manifest["child_map"]
    tests = [node for node in nodes.values() if node["resource_type"] == "test"]
    tables = {node["name"]: node for node in nodes.values() if node.get("relation_name")}
    recorded = json.loads((demo / "build/build.json").read_text("utf-8"))["nodes"]
    built = {node["name"]: Node(**node) for node in recorded}
    run = copied_build.execute
    planted = set()
    for test in sorted(tests, key=lambda test: test["name"]):
        name = test["name"]
        found = [key for key in PLANTED_IN_TABLES if name.startswith(key)]
        planted |= set(found)
        is_key = name.startswith("unique_key_")
        table = nodes[test["attached_node"]] if is_key else tables[PLANTED_IN_TABLES[found[0]][0]]
        relation = table["relation_name"]
        run("begin")
        run(f"create temp table changed as from {relation} order by all")
        if is_key:
            repeat_a_key(copied_build, test["test_metadata"]["kwargs"]["columns"])
        else:
            run(PLANTED_IN_TABLES[found[0]][1].format("changed", "changed"))
        kind = "view" if table["config"]["materialized"] == "view" else "table"
        run(f"drop {kind} {relation}")
        run(f"create table {relation} as from changed")
        rows = {
            each["name"]: len(run(each["compiled_code"]).fetchall())
            for each in [*asked_after(table["unique_id"], tests, children), test]
        }
        seen = run(test["compiled_code"]).df().head(EXAMPLES).astype(str).to_dict("records")
        run("rollback")
        wrong = {each for each, count in rows.items() if count}
        assert wrong == {name} | ALSO.get(name, set())
        severity = test["config"]["meta"]["severity"]
        # dbt's reaction to a failure follows from its severity in the gates.
        assert test["config"]["severity"] == ("ERROR" if severity == "critical" else "Warn")
        status = {"ERROR": "fail", "Warn": "warn"}[test["config"]["severity"]]
        node = replace(built[name], status=status, failures=rows[name])
        failed = replace(dbt_checks.of_node(node), examples=tuple(map(example, seen)))
        assert (failed.count, failed.severity) == (rows[name], severity)
        verdict = replace(
            demo_verdict,
            checks=[failed if check.name == name else check for check in demo_verdict.checks],
        )
        assert_only(name, verdict)
    assert planted == set(PLANTED_IN_TABLES)


def test_a_broken_model_fails_its_worked_example_and_no_other_check(tmp_path: Path) -> None:
    project, data = tmp_path / "project", tmp_path / "data"
    for part in ("models", "macros", "seeds", "tests", "runner"):
        shutil.copytree(PROJECT / part, project / part)
    for file in ("dbt_project.yml", "profiles.yml", ".dbtignore"):
        shutil.copy(PROJECT / file, project)
    model = project / "models" / "marts" / "variants.sql"
    written = model.read_text("utf-8")
    planted = written.replace("order by paths.case_count desc", "order by paths.case_count asc")
    assert planted != written
    model.write_text(planted, "utf-8")

    def l2c(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "runner.cli", *arguments, "--data-dir", str(data)],
            capture_output=True,
            check=False,
            cwd=project,
            env=os.environ | {"LANG": "C"},
            text=True,
        )

    name = "the_most_frequent_path_comes_first_and_shares_add_up"
    assert l2c("build", "--all-tests").returncode == 1
    checked = l2c("check", "--format", "json")
    assert checked.returncode == 1, checked.stderr
    failing = [
        check for check in json.loads(checked.stdout)["checks"] if check["status"] == "failed"
    ]
    assert [(check["name"], check["severity"]) for check in failing] == [(name, "critical")]
    assert "tests/unit/variants.yml" in failing[0]["remedy"]["en"]
    assert "tests/unit/variants.yml" in failing[0]["remedy"]["ja"]
    assert l2c("publish").returncode == 1
    assert not (data / "publish" / "lead_to_cash.duckdb").exists()
