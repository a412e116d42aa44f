"""`l2c case` prints the published events of one case."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from runner.cli import cli
from runner.engines.warehouse import Warehouse
from tests.runner.conftest import query


def case(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        cli, ["case", *arguments], env={"LANG": "C", "L2C_DATA_DIR": str(folder)}
    )


def test_the_events_have_their_waits_in_proportion_and_the_longest_are_marked(demo: Path) -> None:
    result = case(demo, "OPP-0092")
    assert result.exit_code == 0
    head, table, foot = result.output.split("\n\n")
    assert head == (
        "OPP-0092\nopportunity, won, 3,940,000 JPY, owner: 田中 由美, 133.2 days, 15 events,"
        " times in Asia/Tokyo"
    )
    rows = [line.split("\t") for line in table.splitlines()]
    assert rows[0] == ["time", "waited days", "longest waits", "activity", "stage", "resource"]
    assert rows[1] == ["2025-10-28 18:27", "", "", "Lead Captured", "", "田中 由美"]
    # The longest wait has the whole bar; 21.0 days of 35.9 have 47 of its 80 eighths.
    assert rows[7][:4] == ["2026-01-06 12:30", "35.9", "█" * 10 + "①", "Quote Accepted"]
    assert rows[12][:4] == ["2026-02-09 17:32", "21.0", "█████▉③", "Order Fulfilled"]
    # No time of day is shown where only the date is known.
    assert rows[13][:4] == ["2026-02-09", "0.0", "", "Invoice Generated"]
    assert foot.splitlines()[0] == (
        "① Quote Issued → Quote Accepted: 35.9 days; median of 123 such steps: 18.0"
    )
    assert [line[0] for line in foot.splitlines()] == ["①", "②", "③"]


def test_labels_are_in_the_language_asked_for(demo: Path) -> None:
    output = case(demo, "OPP-0092", "--lang", "ja").output
    assert "商談、成約、3,940,000 JPY、担当者 田中 由美、133.2 日、イベント 15 件" in output
    assert "35.9\t██████████①\t見積承諾\t合意\t田中 由美" in output
    assert "① 見積・提案提示 → 見積承諾: 35.9 日(同じ遷移 123 件の中央値は 18.0 日)" in output


def test_json_has_every_event_as_published(demo: Path, published: Path) -> None:
    found = json.loads(case(demo, "OPP-0092", "--format", "json").output)
    events = found["events"]
    assert [
        (each["event_number"], each["activity"], each["wait_days"]) for each in events
    ] == query(
        published,
        "select event_number, activity, elapsed_days"
        " from events left join transitions using (case_id, event_number)"
        " where case_id = 'OPP-0092' order by event_number",
    )
    assert (found["outcome"], found["value"], found["currency"]) == ("won", 3_940_000, "JPY")
    ranks = {each["longest_wait_rank"]: each["activity"] for each in events}
    assert ranks[1] == "Quote Accepted"


def test_every_case_can_be_printed(published: Path) -> None:
    from runner.publish import case_timeline

    for (case_id,) in query(
        published, "select case_id from cases order by event_count, case_id limit 30"
    ):
        timeline = case_timeline.read(published, case_id)
        assert len(timeline.rows()) == len(timeline.events)
        assert len(timeline.foot()) <= 3


@pytest.mark.parametrize(
    ("asked", "nearest"), [("opp-092", "OPP-0092"), ("Q-1087", "OPP-0092"), ("D37", "D37-")]
)
def test_an_unknown_id_is_answered_with_the_nearest(demo: Path, asked: str, nearest: str) -> None:
    result = case(demo, asked)
    assert result.exit_code == 1
    assert "there is no case of this id" in result.output
    assert f"value: '{asked}'" in result.output
    assert f"the nearest: {nearest}" in result.output
    assert "what to do: copy the id" in result.output


def test_nothing_published_is_exit_1_with_what_to_do(tmp_path: Path) -> None:
    result = case(tmp_path, "A1")
    assert result.exit_code == 1
    assert "nothing is published" in result.output
    assert "what to do: run l2c run FILE first" in result.output


def test_a_file_of_another_version_asks_for_a_new_publication(
    published: Path, tmp_path: Path
) -> None:
    (tmp_path / "publish").mkdir()
    copy = shutil.copy(published, tmp_path / "publish")
    with Warehouse(Path(copy)) as warehouse:
        warehouse.run("drop table marts.codes")
    result = case(tmp_path, "OPP-0092")
    assert result.exit_code == 1
    assert "what to do: build and publish again: l2c run" in result.output
