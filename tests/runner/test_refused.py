"""Kind of fault: a run that fails its checks shows no result."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from runner.checks import gates
from runner.checks.candidate import read_runs
from runner.cli import cli
from runner.verdict import failed_checks
from tests.runner.conftest import build_in

HEADER = "商談番号,アクティビティ,発生日時,商談金額,営業担当者,地域\n"
# Seven of twelve dates are unreadable: more than half. An unreadable amount is a bad cell.
BAD = ["2026-02-30", "2026-04-31", "未定", "4月中旬", "2026-13-05", "来週", "2026-06-31"]
GOOD = ["2026-04-01", "2026-04-10", "2026-05-20", "2026-05-21", "2026-05-22"]
ROWS = [f"C{n},商談作成,{day},1000,=1+2,東日本" for n, day in enumerate([*BAD, *GOOD])]
ROWS[-1] = ROWS[-1].replace("1000", "約千円")
# Exchanged case and activity columns, as may happen in a mapping: every activity is unknown.
UNKNOWN = [f"C{n},T-{n},2026-06-{n + 1:02},1000,山田,東日本" for n in range(12)]


@dataclass(frozen=True)
class Story:
    """Output of three commands, one after the other, in one data folder."""

    data: Path
    refused: Result
    workbook: dict[str, list[tuple[object, ...]]]
    page: str
    nothing_published: bool
    forced: Result
    unknown: Result
    published_before: bytes


def sheets(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("refused")
    data, log, other = folder / "data", folder / "受注.csv", folder / "other.csv"

    def l2c(*arguments: object) -> Result:
        given = [*arguments, "--data-dir", data, "--lang", "ja"]
        return CliRunner().invoke(cli, [str(each) for each in given], env={"LC_ALL": "C"})

    log.write_text(HEADER + "\n".join(ROWS) + "\n", "utf-8")
    other.write_text(HEADER + "\n".join(UNKNOWN) + "\n", "utf-8")
    refused = l2c("run", log)
    workbook = sheets(build_in(data).rejected) if build_in(data).rejected.exists() else {}
    page = (data / "publish" / "data_docs" / "ja.html").read_text("utf-8")
    nothing_published = not build_in(data).published.exists()
    forced = l2c("publish", "--force", "--reason", "少量の試行")
    before = build_in(data).published.read_bytes()
    unknown = l2c("run", other)
    return Story(data, refused, workbook, page, nothing_published, forced, unknown, before)


def test_a_refused_run_shows_its_summary_and_how_to_go_on(story: Story) -> None:
    output = story.refused.output
    assert story.refused.exit_code == 1
    assert story.nothing_published
    assert "公開していません。公開を見送ったビルドの概要" in output
    # The summary of the candidate: its events, its rejected rows, its KPIs.
    assert "イベント 5 件、ケース 5 件" in output
    assert "手戻り率" in output
    assert str(build_in(story.data).rejected) in output
    assert "rejected_share" in output
    assert 'l2c publish --force --reason "…"' in output
    assert "公開しました" not in output


def test_the_rejected_rows_are_a_workbook_in_the_users_language(story: Story) -> None:
    header, *rows = story.workbook["取込不可の行"]
    assert header[:6] == ("ファイル", "シート", "行", "列", "値", "理由")
    assert [row[2] for row in rows] == [2, 3, 4, 5, 6, 7, 8]
    assert [row[4] for row in rows] == BAD
    for row in rows:
        assert row[0] == "受注.csv"
        assert row[3] == "発生日時"
        # Reason and remedy in words, beside the row as it was read.
        assert all(isinstance(cell, str) and cell for cell in (row[5], row[6], row[7]))
        assert "=1+2" in str(row[7])
    cells = story.workbook["読み取れないセル"]
    assert [row[:5] for row in cells[1:]] == [("受注.csv", None, 13, "商談金額", "約千円")]


def test_the_page_of_checks_opens_with_files_and_what_to_do(story: Story) -> None:
    top, _, rest = story.page.partition('<section class="failed')
    assert "公開できません" in top
    assert "基準日 2026-05-2" in top
    assert "受注.csv" in top
    assert top.index("<h2>ファイル") < top.index("<h2>対処")
    assert "rejected_rows.xlsx" in top
    assert "l2c publish --force" in top
    assert "上限を超えています: 取込不可となった行の割合" in rest


def test_a_refused_build_is_published_on_purpose(story: Story) -> None:
    assert story.forced.exit_code == 0, story.forced.output
    assert "公開しました" in story.forced.output


def test_only_unknown_activities_never_replace_known_ones(story: Story) -> None:
    verdict = gates.last(build_in(story.data))
    assert verdict is not None
    broken = {check.name for check in failed_checks(verdict.checks, "critical")}
    # Or the import has already refused columns that look exchanged.
    assert story.unknown.exit_code == 1
    assert "known_activities_stay" in broken, story.unknown.output
    assert build_in(story.data).published.read_bytes() == story.published_before
    runs = read_runs(build_in(story.data).published)
    assert runs is not None
    assert runs["forced_because"] == "少量の試行"
    assert "rejected_share" in json.loads(runs["gates"])["failing"]
