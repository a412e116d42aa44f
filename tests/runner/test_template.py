"""The Excel template: its content, and its import when filled in."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from runner import messages, vocabulary
from runner.template import content, workbook

# Texts that are equal in both languages.
NAMES = {
    *("Oracle", "CPQ", "CX", "Sales", "UTC", "ISO", "NET30", "JPY", "StgId", "PROMISE_"),
    *("Qualified", "WON", "LOST", "NO_SALE", "APP", "time", "zone", "Asia", "Tokyo"),
    *("FILE", "xlsx", "l2c", "inspect", "run"),
}
EVENT_HEADERS = (
    "商談番号",
    "アクティビティ",
    "発生日時",
    "商談金額",
    "営業ステージ",
    "値引率",
    "自動処理",
)
EVENTS: list[tuple[Any, ...]] = [
    ("00012", "商談作成", datetime(2026, 4, 1, 9, 5), 1200000, "発掘", None, "いいえ"),
    ("00012", "見積・提案提示", date(2026, 4, 10), 1150000.5, "交渉", 0.04, "はい"),
    ("00013", "リード変換", "2026年4月2日 10:00", None, None, None, None),
]


@pytest.fixture(params=["en", "ja"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> openpyxl.Workbook:
    messages.use(request.param)
    workbook.write(tmp_path / "template.xlsx")
    return openpyxl.load_workbook(tmp_path / "template.xlsx")


def column(sheet: Worksheet, header: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == header)


def fill(
    sheet: Worksheet, headers: tuple[str, ...], rows: list[tuple[Any, ...]], first: int
) -> None:
    for number, row in enumerate(rows, start=first):
        for header, value in zip(headers, row, strict=True):
            sheet.cell(number, column(sheet, header), value)


def test_the_sheets_are_the_seeds(book: openpyxl.Workbook) -> None:
    language = messages.language()
    guide, events, deals, activities = book.worksheets
    labels = [column.label[language] for column in vocabulary.columns()]
    assert [cell.value for cell in events[1]] == labels
    assert events.freeze_panes == deals.freeze_panes == "B2"
    assert all(cell.comment for sheet in (events, deals) for cell in sheet[1])
    assert [cell.value for cell in activities["A"]][1:] == [
        activity.label[language] for activity in vocabulary.activities()
    ]
    assert {cell.value for cell in guide["B"]} > set(labels)
    headers = {cell.value for cell in deals[1]}
    core = ("Lead Converted", "Quote Created", "Quote Accepted", "Opportunity Won",
            "Payment Received", "Opportunity Lost")  # fmt: skip
    assert headers > {a.label[language] for a in vocabulary.activities() if a.name in core}


def test_lists_formats_and_notes_of_the_events(book: openpyxl.Workbook) -> None:
    language = messages.language()
    events = book.worksheets[1]
    lists = {
        str(rule.sqref).split(":")[0]: rule.formula1
        for rule in events.data_validations.dataValidation
    }
    assert lists["B2"] == "ActivityName_list"
    assert lists["G2"] == "SalesStage_list"
    assert book.defined_names["ActivityName_list"].attr_text.endswith("!$A$2:$A$38")
    assert book.defined_names["SalesStage_list"].attr_text.endswith("!$H$2:$H$7")
    # An id that is typed stays text; a date that is typed stays a date.
    assert events.column_dimensions["A"].number_format == "@"
    day = {"en": "yyyy-mm-dd", "ja": "yyyy/mm/dd"}[language]
    assert events.column_dimensions["C"].number_format == f"{day} hh:mm"
    note = events["C1"].comment
    assert note
    assert {"en": "required", "ja": "必須"}[language] in note.text
    assert "MOO_OPTY.OPTY_NUMBER" in events["A1"].comment.text


def test_the_examples_of_both_sheets_are_one_deal(book: openpyxl.Workbook) -> None:
    language = messages.language()
    mark = {"en": "e.g.", "ja": "例"}[language]
    _guide, events, deals, _activities = book.worksheets
    typed = {row[1]: row[2] for row in events.iter_rows(2, 6, values_only=True)}
    dated = {
        cell.value: deals.cell(2, cell.column).value
        for cell in deals[1]
        if str(deals.cell(2, cell.column).value).startswith(mark + " ")
    }
    assert len(typed) == 5
    assert dated == typed
    assert str(events["A2"].value)[: len(mark)].casefold() in ("例", "exam")


def test_filled_in_it_has_the_rows_of_the_same_events_in_a_csv(landed) -> None:
    """Below the examples, which are rejected by name."""
    messages.use("ja")
    path = landed.data_dir.parent / "記入.xlsx"
    workbook.write(path)
    book = openpyxl.load_workbook(path)
    fill(book["イベント"], EVENT_HEADERS, EVENTS, first=7)
    fill(
        book["案件一覧"],
        ("商談番号", "顧客名", "受注予定日", "商談作成", "成約", "入金"),
        [("00014", "株式会社甲", date(2026, 6, 1), date(2026, 4, 3), date(2026, 5, 7), None)],
        first=3,
    )
    book.save(path)
    csv = landed.write(
        "same.csv",
        "SalesOpportunity,ActivityName,EventTime,OpportunityValue,SalesStage,DiscountRate,Automated,"
        "CustomerName,ExpectedCloseDate\n"
        "00012,商談作成,2026-04-01 09:05:00,1200000,発掘,,いいえ,,\n"
        "00012,見積・提案提示,2026-04-10,1150000.5,交渉,0.04,はい,,\n"
        "00013,リード変換,2026年4月2日 10:00,,,,,,\n"
        "00014,商談作成,2026-04-03,,,,,株式会社甲,2026-06-01\n"
        "00014,成約,2026-05-07,,,,,株式会社甲,2026-06-01\n",
    )
    events, deals = landed.add(path, time_zone="Asia/Tokyo")
    assert (events.events, events.rejected, events.reasons) == (3, 5, {"time_example": 5})
    assert (deals.events, deals.rejected, deals.reasons) == (2, 5, {"time_example": 5})
    same = (
        "SalesOpportunity, activity, event_at, local_date, is_date_only, time_zone,"
        " opportunity_value, SalesStage, discount_rate, is_automated, CustomerName,"
        " expected_close_date, other_columns"
    )
    filled = landed.rows(same, "faults is null")
    landed.add(csv, time_zone="Asia/Tokyo", fresh=True)
    assert filled == landed.rows(same)
    assert [row[0] for row in filled] == ["00012", "00012", "00013", "00014", "00014"]


def test_examples_left_in_are_refused_by_name_and_never_events(landed) -> None:
    workbook.write(landed.data_dir.parent / "template.xlsx")
    found = landed.add(landed.data_dir.parent / "template.xlsx")
    assert [(entry.events, entry.reasons) for entry in found] == [(0, {"time_example": 5})] * 2
    assert landed.rows("distinct fault_columns", "sheet = 'Events'") == [("Event time",)]


def test_examples_do_not_outvote_the_dates_of_a_deals_sheet(landed) -> None:
    """A column is an event when most of its cells are dates; example rows do not count."""
    path = landed.write(
        "deals.csv",
        "Sales opportunity,Opportunity Won\nE,e.g. 2026-05-20\nF,e.g. 2026-05-21\n1,2026-05-22\n",
    )
    (entry,) = landed.add(path)
    assert (entry.events, entry.reasons) == (1, {"time_example": 2})


def test_it_is_written_alike_each_time_and_over_nothing(landed) -> None:
    first, second = (landed.data_dir.parent / name for name in ("a.xlsx", "b.xlsx"))
    assert landed.invoke("template", "-o", first).output == f"Template: {first}\n"
    workbook.write(second)
    assert first.read_bytes() == second.read_bytes()
    again = landed.invoke("template", "-o", first)
    assert again.exit_code == 1
    assert "choose another name with -o" in again.output
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("command", [["template"], ["simulate"], ["inspect", __file__]])
def test_a_folder_that_is_not_there_is_wrong_usage(landed, command: list[str]) -> None:
    target = landed.data_dir.parent / "nowhere" / "a.xlsx"
    answer = landed.invoke(*command, "-o", target)
    assert answer.exit_code == 2
    assert answer.output == f"Error: {target.parent}: there is no such folder; make it first.\n"


def test_a_file_that_cannot_be_made_is_reported_with_the_error_of_the_system(landed) -> None:
    answer = landed.invoke("template", "-o", landed.data_dir.parent / ("a" * 300))
    assert answer.exit_code == 1
    assert "Traceback" not in answer.output
    assert "File name too long" in answer.output


def test_the_japanese_template_has_no_english_left(tmp_path: Path) -> None:
    messages.use("ja")
    workbook.write(tmp_path / "template.xlsx")
    book = openpyxl.load_workbook(tmp_path / "template.xlsx")
    texts = list(book.sheetnames)
    for sheet in book:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            texts += [str(cell.value or ""), cell.comment.text if cell.comment else ""]
        for rule in sheet.data_validations.dataValidation:
            texts += [rule.errorTitle or "", rule.error or ""]
    places = {source.place for found in vocabulary.oracle_sources().values() for source in found}
    whole = "\n".join(texts)
    for place in sorted(filter(None, places), key=len, reverse=True):
        whole = whole.replace(place, " ")
    words = set(re.findall(r"[A-Za-z][A-Za-z0-9_]+", whole))
    assert words - NAMES == set()
    assert len(texts) > 500


def test_every_deal_column_is_found_as_an_event_or_a_column_of_the_template() -> None:
    for language in messages.LANGUAGES:
        messages.use(language)
        for field in content.deal_fields():
            key = vocabulary.header_key(field.header)
            kinds = (
                vocabulary.column_by_header(),
                vocabulary.activity_by_header(),
                vocabulary.activity_by_amount(),
            )
            assert sum(key in known for known in kinds) == 1, field.header
