"""From odd files to the published file in one command: nothing changes on the way."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from runner.cli import cli
from runner.project import PROJECT
from runner.values import no_values
from tests.runner.conftest import build_in, build_tables, query

# Missing in lists of naughty strings: zero-width characters, line ends, tab, the NUL character.
ODD = [
    " a",
    "a ",
    "\ta",
    "a\u3000",
    "a\nb",
    "a\r\nb",
    "a\rb",
    "a\x00b",
    "\ufeffa",
    "\u200b",
    '"',
    "NA",
]


def l2c(*arguments: object) -> Result:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments], env={"LANG": "C"})
    assert result.exit_code == 0, result.output
    return result


def published(data_dir: Path, sql: str) -> list[tuple[Any, ...]]:
    return query(build_in(data_dir).published, sql)


def test_naughty_strings_survive_into_the_published_file(
    shared: Callable[[str], Path], tmp_path: Path
) -> None:
    naughty = [
        line
        for name in ("blns.txt", "csv_injection.txt")
        for line in shared(f"bad_inputs/{name}").read_text("utf-8").split("\n")
        if line.strip()
    ]
    distinct = list(dict.fromkeys(naughty + ODD))
    # NULL, nil, - : in a column of the template they mean no value.
    empty = [
        value
        for value in distinct
        if no_values.kind(value) in (no_values.EMPTY, no_values.NOT_FOUND)
    ]
    texts = [value for value in distinct if value not in empty]
    assert len(texts) > 500
    assert {"NULL", "nil", "-"} <= set(empty)
    file = tmp_path / "naughty.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(
            ["SalesOpportunity", "ActivityName", "EventTime", "Resource", "Region", "Remark"]
        )
        writer.writerows([value, value, "2026-04-01", value, value, value] for value in texts)
        writer.writerows([f"E {value}", "x", "2026-04-01", value, value, value] for value in empty)
    l2c("run", file, "--data-dir", tmp_path / "data")
    data = tmp_path / "data"
    events = published(
        data, "select case_id, activity, resource, region from events order by source_row"
    )
    assert events == [
        *((value, value, value, value) for value in texts),
        *((f"E {value}", "x", None, None) for value in empty),
    ]
    remarks = published(
        data, "select case_id, last_value from case_attributes where attribute = 'Remark'"
    )
    kept = [(value, value) for value in texts] + [(f"E {value}", value) for value in empty]
    assert sorted(remarks) == sorted(kept)
    cases = dict(published(data, "select case_id, region from cases"))
    assert cases == {value: value for value in texts} | {f"E {value}": None for value in empty}


def test_three_spellings_of_one_deal_list_give_equal_tables(
    shared: Callable[[str], Path], tmp_path: Path
) -> None:
    months_first = shared("crm_opportunities/sales_pipeline.csv")
    days_first = shared("crm_opportunities/sales_pipeline_dd-mm-yy.csv")
    content = months_first.read_text("utf-8")

    def iso(match: re.Match[str]) -> str:
        month, day, year = match.groups()
        return f",{year}-{int(month):02}-{int(day):02}"

    spelled = {
        "%m/%d/%Y": content,
        # This list has two more columns, the quarters of its dates.
        "%d-%m-%y": "\n".join(
            line.rsplit(",", 2)[0] for line in days_first.read_text("utf-8-sig").splitlines()
        ),
        "%Y-%m-%d": re.sub(r",(\d{1,2})/(\d{1,2})/(\d{4})", iso, content),
    }
    assert len(set(spelled.values())) == 3
    teams = shared("crm_opportunities/sales_teams.csv")
    lists = []
    for number, (form, written) in enumerate(spelled.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "sales_teams.csv").write_bytes(teams.read_bytes())
        (folder / "sales_pipeline.csv").write_text(written, "utf-8")
        options = ["--map", PROJECT / "examples" / "crm_opportunities.yml", "--date-format", form]
        l2c("import", folder / "sales_pipeline.csv", "--data-dir", folder / "data", *options)
        lists.append(build_tables(folder / "data"))
    first, *others = lists
    assert first("select count(*) from events") == [(15_011,)]
    tables = first(
        "select distinct table_name from information_schema.tables"
        " where table_catalog = current_database() and table_schema = 'marts' order by table_name"
    )
    assert len(tables) > 20
    for (table,) in tables:
        rows = first(f"select * from {table} order by all")
        assert all(other(f"select * from {table} order by all") == rows for other in others), table


def test_japanese_files_go_through_in_one_command(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "商談.xlsx")
    book.add_worksheet("はじめに").write(0, 0, "記入のしかた")
    events = book.add_worksheet("イベント")
    events.write_row(0, 0, ["商談番号", "活動", "発生日時", "金額", "商談金額"])
    events.write_row(
        1,
        0,
        ["００１", "見積・提案提示", "令和８年４月１日 午前９時５分", "", "￥１，２００，０００"],
    )
    events.write_row(2, 0, ["００１", "請求書発行", "R8.4.20", "１，２００，０００円", ""])
    events.write_row(3, 0, ["００１", "赤伝・返金", "2026年4月21日", "▲２００，０００", ""])
    deals = book.add_worksheet("案件一覧")
    deals.write_row(2, 0, ["商談番号", "商談作成", "成約日", "入金", "顧客名"])
    deals.write_row(3, 0, ["００１", "令和8年3月1日", "2026/4/15", "", "山田商店"])
    deals.write_datetime(3, 3, datetime(2026, 4, 30), book.add_format({"num_format": "ge.m.d"}))
    book.close()
    rows = "商談番号,活動,発生日時,顧客名\n００２,商談作成,2026/4/1,髙橋﨑商店\n"
    (tmp_path / "旧.csv").write_bytes(rows.encode("cp932"))
    output = l2c(
        *("run", tmp_path / "商談.xlsx", tmp_path / "旧.csv", "--time-zone", "Asia/Tokyo"),
        *("--data-dir", tmp_path / "data", "--lang", "ja"),
    ).output
    assert "読み取り方: CP932, カンマ区切り" in output
    assert "イベントとして読み取った列: 商談作成, 成約日 → 成約, 入金" in output
    assert "読み飛ばしたシート: はじめに" in output
    data = tmp_path / "data"
    assert published(
        data,
        "select case_id, activity, event_date, is_date_only, amount, source_row"
        " from events order by case_id, event_number",
    ) == [
        ("００１", "Opportunity Created", datetime(2026, 3, 1).date(), True, None, 4),
        ("００１", "Quote Issued", datetime(2026, 4, 1).date(), False, None, 2),
        ("００１", "Opportunity Won", datetime(2026, 4, 15).date(), True, None, 4),
        ("００１", "Invoice Generated", datetime(2026, 4, 20).date(), True, 1_200_000, 3),
        ("００１", "Credit Note Issued", datetime(2026, 4, 21).date(), True, -200_000, 4),
        ("００１", "Payment Received", datetime(2026, 4, 30).date(), True, None, 4),
        ("００２", "Opportunity Created", datetime(2026, 4, 1).date(), True, None, 2),
    ]
    assert published(
        data, "select case_id, outcome, value, customer_name from cases order by 1"
    ) == [
        ("００１", "won", 1_200_000, "山田商店"),
        ("００２", "open", None, "髙橋﨑商店"),
    ]
    assert published(data, "select * from rejected_rows") == []


@pytest.mark.parametrize("name", ["empty.csv", "blank.csv"])
def test_a_file_of_nothing_publishes_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("" if name == "empty.csv" else " \n\t\n\n", "utf-8")
    result = CliRunner().invoke(
        cli, ["run", str(tmp_path / name), "--data-dir", str(tmp_path / "data"), "--lang", "en"]
    )
    assert result.exit_code == 1
    assert f"{name}: the file is empty" in result.output
    assert not (tmp_path / "data" / "publish").exists()
