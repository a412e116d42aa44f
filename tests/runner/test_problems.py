"""Kind of fault: a failed check shows its expectation as if it were true."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from runner import messages
from runner.checks import dbt_checks, expectations, formats
from runner.checks.expectations import Batch
from runner.engines.build_result import Node
from runner.project import PROJECT
from runner.verdict import Check, Verdict

COLUMNS = [
    *("source_file", "sheet", "rows_read", "rows_landed", "events"),
    *("earliest_at", "latest_at", "example_rows"),
]


def file_has_events(*files: tuple[str, str, int, int, int]) -> Check:
    """Check files by name, sheet, rows, events and examples."""
    suite = next(each for each in expectations.suites() if each["name"] == "intake_summary")
    moment = datetime(2026, 4, 1)
    rows = [
        [file, sheet, landed, landed, events, moment, moment, examples]
        for file, sheet, landed, events, examples in files
    ]
    checked = expectations.validate([Batch(suite, expectations.frame(COLUMNS, rows), {})])
    return next(check for check in checked if check.name == "file_has_events")


def test_a_sheet_without_events_is_named_as_the_problem_in_both_languages() -> None:
    check = file_has_events(
        ("営業.xlsx", "イベント", 12, 7, 5),
        ("営業.xlsx", "案件一覧", 8, 0, 5),
        ("old.csv", "", 3, 0, 0),
    )
    assert check.status == "failed"
    assert check.problem == {
        "en": "No events in 営業.xlsx, sheet 案件一覧; old.csv.",
        "ja": "イベントが1件もありません: 営業.xlsx のシート「案件一覧」; old.csv",
    }
    assert check.headline == check.problem
    assert check.examples == ("営業.xlsx!案件一覧, events 0", "old.csv, events 0")
    verdict = Verdict("b", "c", [check])
    for language in messages.LANGUAGES:
        with messages.in_language(language):
            text = formats.render(verdict, "text")
            junit = ElementTree.fromstring(formats.render(verdict, "junit"))
            github = formats.render(verdict, "github")
            as_json = json.loads(formats.render(verdict, "json"))
        failure = junit.find(".//failure")
        assert failure is not None
        assert failure.get("message") == check.problem[language]
        assert as_json["checks"][0]["problem"][language] == check.problem[language]
        for output in (text, github, failure.text or ""):
            assert check.problem[language] in output
            assert check.what[language] not in output


@pytest.mark.parametrize(
    "other",
    [
        # a sheet of the template that was not filled in
        ("営業.xlsx", "案件一覧", 5, 0, 5),
        ("営業.xlsx", "Deals", 10, 0, 10),
        ("営業.xlsx", "案件一覧", 6, 1, 5),
    ],
)
def test_a_sheet_with_examples_only_is_no_alarm(other: tuple[str, str, int, int, int]) -> None:
    check = file_has_events(("営業.xlsx", "イベント", 12, 7, 5), other)
    assert check.status == "passed"
    assert check.headline == check.what


def node(status: str, test: str = "", name: str = "x", **values: Any) -> Node:
    blank: dict[str, Any] = dict.fromkeys(
        ("description", "message", "path", "schema", "sql", "table"), ""
    )
    given = {"kind": "test", "meta": {"severity": "critical"}, "arguments": {}} | values
    about = blank | {"failures": 3, "columns": {}, "name": name, "table": "cases"} | given
    return Node(status=status, test=test, **about)


@pytest.mark.parametrize(
    ("failed", "english", "japanese"),
    [
        (
            node("fail", "unique_key", arguments={"columns": ["case_id", "region"]}),
            "Rows of cases share case_id, region.",
            "cases に case_id, region が同じ行があります。",
        ),
        (
            node("fail", "holds", arguments={"condition": "value >=\n 0"}),
            "Rows of cases break the rule: value >= 0",
            "cases に次の条件を満たさない行があります: value >= 0",
        ),
        (
            node("fail", "accepted_values", arguments={"column_name": "exit", "values": ["won"]}),
            "exit of cases holds other values than: won",
            "cases の exit に、次のいずれでもない値があります: won",
        ),
        (
            node("fail", kind="unit_test", name="a_deal_is_won_once"),
            "Does not hold: a deal is won once",
            "成り立ちません: a deal is won once",
        ),
    ],
)
def test_a_failed_test_of_dbt_shows_the_problem_and_a_passed_one_the_expectation(
    failed: Node, english: str, japanese: str
) -> None:
    check = dbt_checks.of_node(failed)
    assert check.headline == {"en": english, "ja": japanese}
    passed = dbt_checks.of_node(Node(**{**vars(failed), "status": "pass"}))
    assert passed.headline == passed.what != check.problem


def test_every_expectation_has_a_problem_text_of_its_own() -> None:
    for suite in expectations.suites():
        for each in suite["expectations"]:
            meta = each["meta"]
            for language in messages.LANGUAGES:
                assert meta[f"problem_{language}"] != meta[f"text_{language}"], meta["name"]
                filled = meta[f"problem_{language}"].format(count=1, value=2, rows="a")
                assert "{" not in filled, meta["name"]


def test_every_test_with_an_expectation_of_its_own_has_a_problem_text() -> None:
    path = PROJECT / "tests" / "singular" / "_singular.yml"
    for each in yaml.safe_load(path.read_text("utf-8"))["data_tests"]:
        meta = each["config"]["meta"]
        assert meta["problem_en"] not in ("", each["description"]), each["name"]
        assert meta["problem_ja"] not in ("", meta["text_ja"]), each["name"]
