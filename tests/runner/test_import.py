"""The import of files with the template's headers: what is landed, rejected and reported."""

from __future__ import annotations

import csv
import json
import threading
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from runner import vocabulary
from runner.data_folder import DataFolder
from runner.engines.warehouse import Warehouse
from runner.faults import DataFault, WrongUsage
from runner.landing import store
from runner.landing.contract import landing_columns
from runner.project import PROJECT
from runner.values import no_values, zones

moment = datetime.fromisoformat
HEADER = "SalesOpportunity,ActivityName,EventTime"
ONE = f"{HEADER}\nA,Opportunity Won,2026-04-01\n"


def describe(path: Path) -> list[tuple[str, str]]:
    with Warehouse() as warehouse:
        return [row[:2] for row in warehouse.rows(f"describe from read_parquet('{path}')")]


def test_the_committed_empty_landing_has_the_columns_that_imports_write(landed) -> None:
    landed.add(landed.write("one.csv", ONE))
    written = describe(landed.data_dir / "landing" / "000001.parquet")
    committed = PROJECT / "data" / "landing" / "empty.parquet"
    message = f"remove {committed.name} and run `l2c imports`: it is written again"
    assert describe(committed) == written, message
    assert [name for name, _type in written] == [name for name, _type in landing_columns()]


def test_a_row_lands_as_text_and_as_what_was_read(landed) -> None:
    file = landed.write(
        "log.csv",
        "商談番号,活動,イベント時刻,Amount,値引率,due date,自動処理,Note,Empty\n"
        '00012,成約,2026/4/1 9:05,"▲1,200",12.5%,2026年5月31日,はい,"a ""b"", c",\n',
    )
    [summary] = landed.add(file, time_zone="Asia/Tokyo", source_system="CRM")
    [row] = landed.rows()
    columns = [name for name, _type in landing_columns()]
    filled = {name: value for name, value in zip(columns, row, strict=True) if value is not None}
    assert filled == {
        "import_id": 1,
        "source_file": "log.csv",
        "sheet": "",
        "source_row": 2,
        "source_order": 1,
        "SalesOpportunity": "00012",
        "ActivityName": "成約",
        "EventTime": "2026/4/1 9:05",
        "SourceSystem": "CRM",
        "Amount": "▲1,200",
        "DiscountRate": "12.5%",
        "DueDate": "2026年5月31日",
        "Automated": "はい",
        "other_columns": '{"Note":"a \\"b\\", c"}',
        "activity": "Opportunity Won",
        "event_at": moment("2026-04-01 00:05"),
        "local_date": date(2026, 4, 1),
        "is_date_only": False,
        "time_zone": "Asia/Tokyo",
        "document_amount": Decimal("-1200"),
        "discount_rate": Decimal("0.125"),
        "due_date": date(2026, 5, 31),
        "is_automated": True,
    }
    assert (summary.rows, summary.events, summary.rejected) == (1, 1, 0)
    assert summary.carried == ("Note", "Empty")
    assert summary.matched[0] == ("商談番号", "SalesOpportunity")


def test_every_name_of_every_column_is_recognised_and_means_one_column() -> None:
    for column in vocabulary.columns():
        for name in column.names:
            spelled = f" {name.upper()}- "
            assert vocabulary.column_by_header()[vocabulary.header_key(spelled)] is column


@pytest.mark.parametrize(
    ("given", "activity"),
    [
        ("Opportunity Won", "Opportunity Won"),
        ("  opportunity   WON ", "Opportunity Won"),
        ("Ｏｐｐｏｒｔｕｎｉｔｙ　Won", "Opportunity Won"),
        ("成約済み", "Opportunity Won"),
        ("クレジット・メモ", "Credit Note Issued"),
        ("ｸﾚｼﾞｯﾄ・ﾒﾓ", "Credit Note Issued"),
        ("Something Else ", "Something Else "),
    ],
)
def test_an_activity_is_matched_by_name_label_and_alias(landed, given: str, activity: str) -> None:
    landed.add(landed.write("a.csv", f"{HEADER}\nA,{given},2026-04-01\n"))
    assert landed.rows("ActivityName, activity") == [(given, activity)]


def test_an_unknown_activity_is_kept_and_the_nearest_named(landed) -> None:
    file = landed.write(
        "a.csv", f"{HEADER}\nA,Opportunity Wonn,2026-04-01\nA,Zzz,2026-04-01\nA,,2026-04-02\n"
    )
    [summary] = landed.add(file)
    assert summary.unknown_activities == {"Opportunity Wonn": "Opportunity Won", "Zzz": None}
    output = landed.invoke("import", landed.write("b.csv", file.read_text() + "B,x,2026-01-01\n"))
    assert "unknown activities: Opportunity Wonn (nearest: Opportunity Won), Zzz" in output.output


def test_rows_without_case_activity_or_time_are_kept_with_their_reasons(landed) -> None:
    file = landed.write(
        "faulty.csv",
        "SalesOpportunity,LeadNumber,ActivityName,EventTime,Amount\n"
        ",,Opportunity Won,2026-04-01,5\n"
        ",L1,Lead Captured,2026-04-01,\n"
        "A, ,　,2026-04-01,\n"
        "A,,Opportunity Won,\t,\n"
        "A,,Opportunity Won,01/02/2026,\n"
        "A,,Opportunity Won,soon,\n"
        "A,,Opportunity Won,2026-02-30,\n"
        ' ,,,,"1"\n',
    )
    [summary] = landed.add(file)
    assert landed.rows("source_row, faults, fault_columns, raw ->> 'Amount'") == [
        (2, "case_missing", "SalesOpportunity, LeadNumber", "5"),
        (3, None, None, None),
        (4, "activity_missing", "ActivityName", None),
        (5, "time_missing", "EventTime", None),
        (6, "time_ambiguous", "EventTime", None),
        (7, "time_unreadable", "EventTime", None),
        (8, "time_nonexistent", "EventTime", None),
        (
            9,
            "case_missing activity_missing time_missing",
            "SalesOpportunity, LeadNumber, ActivityName, EventTime",
            "1",
        ),
    ]
    assert landed.rows("raw", "source_row = 6") == [
        ('{"SalesOpportunity":"A","ActivityName":"Opportunity Won","EventTime":"01/02/2026"}',)
    ]
    assert (summary.rows, summary.events, summary.rejected) == (8, 1, 7)
    assert summary.reasons["case_missing"] == 2
    assert set(summary.reasons) <= set(vocabulary.reasons())


def test_source_row_counts_records_and_blank_ones_are_not_landed(landed) -> None:
    content = (
        '"SalesOpportunity","ActivityName","EventTime"\r\n'
        '"A","two\r\nlines",2026-04-01\r\n'
        "\r\n"
        "  \r\n"
        "B,x,2026-04-02\r\n"
        ",,\r\n"
        '"C","line\n\nfeeds",2026-04-03\r\n'
        "\r\n\r\n"
    )
    [summary] = landed.add(landed.write("a.csv", content))
    assert landed.rows("source_row, source_order, SalesOpportunity, ActivityName") == [
        (2, 1, "A", "two\r\nlines"),
        (5, 2, "B", "x"),
        (7, 3, "C", "line\n\nfeeds"),
    ]
    assert summary.rows == 3


@pytest.mark.parametrize("filling", [0, 1, 2, 3])
def test_a_blank_line_is_seen_wherever_the_file_is_cut(landed, monkeypatch, filling) -> None:
    monkeypatch.setattr("runner.sources.delimited.CHUNK", 7)
    content = f"{HEADER}\r\n{'A' * filling},x,2026-04-01\r\n \r\nB,x,2026-04-02\r\n"
    landed.add(landed.write("a.csv", content))
    assert landed.rows("source_row", "SalesOpportunity = 'B'") == [(4,)]


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEADER}\nNA,NULL,2026-04-01\n00012,None,2026-04-01\n",
        f"{HEADER}\r\nNA,NULL,2026-04-01\r\n00012,None,2026-04-01\r\n",
        f"{HEADER}\r\nNA,NULL,2026-04-01\n00012,None,2026-04-01",
        f"{HEADER}\rNA,NULL,2026-04-01\r00012,None,2026-04-01\r",
        '"SalesOpportunity","Activity\nName",EventTime\nNA,NULL,2026-04-01\n00012,None,2026-04-01\n',
        f"\n\n{HEADER}\nNA,NULL,2026-04-01\n00012,None,2026-04-01\n",
    ],
    ids=["bom", "crlf", "mixed line ends", "cr", "header of two lines", "blank lines first"],
)
def test_csv_is_read_whatever_its_line_ends(landed, content: str) -> None:
    landed.add(landed.write("a.csv", content))
    first = 4 if content.startswith("\n\n") else 2
    assert landed.rows("source_row, SalesOpportunity, ActivityName") == [
        (first, "NA", "NULL"),
        (first + 1, "00012", "None"),
    ]


def test_every_naughty_string_survives(landed, shared) -> None:
    lines = shared("bad_inputs/blns.txt").read_text("utf-8").splitlines()
    texts = [line for line in lines if line.strip()]
    texts += shared("bad_inputs/csv_injection.txt").read_text("utf-8").splitlines()
    texts = [text for text in texts if text.strip()]
    file = landed.data_dir.parent / "naughty.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*HEADER.split(","), "Resource", "Remark"])
        writer.writerows([text, text, "2026-04-01", text, text] for text in texts)
    landed.add(file)
    rows = landed.rows("SalesOpportunity, ActivityName, Resource, other_columns")
    assert len(texts) > 500
    for text, (case, activity, resource, others) in zip(texts, rows, strict=True):
        # NULL and similar words mean no value; unknown columns are carried unchanged.
        value = text if no_values.kind(text) in (None, no_values.NO_DATE) else None
        assert (case, activity, resource) == (value, text, value)
        assert json.loads(others)["Remark"] == text


def test_header_names_are_kept_apart_in_other_columns(landed) -> None:
    file = landed.write("a.csv", f'{HEADER},Note,,Note,"it\'s ""it"""\nA,x,2026-04-01,1,2,3,4\n')
    landed.add(file)
    [(others,)] = landed.rows("other_columns")
    assert json.loads(others) == {"Note": "1", "column 5": "2", "Note (6)": "3", 'it\'s "it"': "4"}


FAULTS = {
    "latin": (
        f"{HEADER}\nA,x,2026-04-01\n".encode() + b"\xe9,x,2026-04-01\n",
        "latin.csv, row 3: the text is neither UTF-8 nor CP932",
    ),
    "quote": (f'{HEADER}\nA,"x,2026-04-01\n', "a quoted cell is open at the end"),
    "quoted": (f'{HEADER}\nA,"x"y,2026-04-01\n', "row 2: a quoted cell is not closed"),
    "empty": ("", "empty.csv: the file is empty"),
    "blank": ("\n \n\n", "blank.csv: the file is empty"),
    "headers": (f"{HEADER}\n", "headers.csv: there is no row below the header"),
    "no_header": ("A,x,2026-04-01\n", "no column is SalesOpportunity, ActivityName, EventTime"),
    "twice": (f"{HEADER},商談ID\nA,x,2026-04-01,B\n", "SalesOpportunity and 商談ID are both"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_csv_is_refused_with_its_place_and_lands_nothing(landed, name: str) -> None:
    content, message = FAULTS[name]
    outcome = landed.invoke("import", landed.write(f"{name}.csv", content), "--lang", "en")
    assert outcome.exit_code == 1
    assert message in outcome.output
    assert "expected:" in outcome.output or name == "twice"
    assert "what to do:" in outcome.output
    assert landed.rows() == []


def test_a_missing_column_names_the_headers_and_what_comes_nearest(landed) -> None:
    file = landed.write("a.csv", "SalesOportunity,Activity,When\nA,x,2026-04-01\n")
    with pytest.raises(DataFault) as caught:
        landed.add(file)
    assert "no column is SalesOpportunity, EventTime" in str(caught.value)
    assert "(nearest header: SalesOportunity)" in str(caught.value)
    assert "Headers found: SalesOportunity, Activity, When" in str(caught.value)


def test_no_bad_input_ends_in_a_traceback(landed, shared) -> None:
    folder = shared("bad_inputs")
    for file in [*folder.rglob("*.csv"), *folder.rglob("*.xlsx"), *folder.rglob("*.txt"), folder]:
        outcome = landed.invoke("import", file, "--lang", "en")
        assert (outcome.exit_code, outcome.output[:7]) == (1, "Error: "), file.name
        assert isinstance(outcome.exception, SystemExit), file.name
    assert landed.rows() == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("pass_protected.xlsx", "the workbook is protected by a password"),
        ("empty_sheet.xlsx", "sheet Sheet1: the sheet is empty"),
        ("errors.xlsx", "Found: Feuil1: #DIV/0!; Feuil2: the sheet is empty"),
        ("merged_range.xlsx", "no sheet has the columns that are needed"),
        (
            "sheet_visibility.xlsx",
            "Found: Visible: v, i, s, i (4), b, l, e; Hidden: hidden; VeryHidden: hidden",
        ),
        (
            "sheet_visibility_strict.xlsx",
            "Found: Visible: v, i, s, i (4), b, l, e; Hidden: hidden; VeryHidden: hidden",
        ),
    ],
)
def test_a_bad_workbook_is_refused_by_name(landed, shared, name: str, message: str) -> None:
    outcome = landed.invoke("import", shared(f"bad_inputs/excel/{name}"), "--lang", "en")
    assert outcome.exit_code == 1
    assert message in outcome.output


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04 not a workbook", "not a readable workbook"),
        (b"", "the file is empty"),
        (b"plain text", r"by its content this is text \(.csv\)"),
    ],
)
def test_what_only_calls_itself_a_workbook_is_refused(landed, content: bytes, message: str) -> None:
    with pytest.raises(DataFault, match=message):
        landed.add(landed.write("a.xlsx", content))


def test_missing_files_folders_and_other_formats_are_refused(landed, tmp_path) -> None:
    with pytest.raises(DataFault, match="there is no such file"):
        landed.add(tmp_path / "nowhere.csv")
    with pytest.raises(DataFault, match="this is a folder"):
        landed.add(tmp_path)
    with pytest.raises(DataFault, match="cannot be read"):
        landed.add(landed.write("a.docx", b"x"))
    with pytest.raises(DataFault, match="by its content this is text"):
        landed.add(landed.write("a.parquet", b"x"))
    with pytest.raises(DataFault, match="not readable Parquet"):
        landed.add(landed.write("a.parquet", b"PAR1 cut short"))
    assert landed.invoke("import").exit_code == 2


def workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    notes = book.add_worksheet("notes")
    notes.write(0, 0, "read me")
    events = book.add_worksheet("events")
    events.write_row(1, 0, [*HEADER.split(","), "Amount", "Automated", "DueDate", "Note"])
    events.write_row(2, 0, ["00012", "成約"])
    events.write_datetime(2, 2, moment("2026-04-01"), day)
    events.write_row(2, 3, [12.0, True, "2026-05-01", 0.1 + 0.2])
    events.write(4, 0, 12)
    events.write(4, 1, "Quote\nIssued")
    events.write_datetime(4, 2, moment("2026-04-01 09:05:07.250000"), minute)
    events.write_formula(4, 3, "=NA()", None, "#N/A")
    events.write_datetime(4, 5, moment("2026-05-31"), day)
    events.write(5, 0, 13)
    events.write(5, 1, "x")
    events.write_formula(5, 2, "=1/0", None, "#DIV/0!")
    hidden = book.add_worksheet("hidden")
    hidden.write_row(0, 0, HEADER.split(","))
    hidden.write_row(1, 0, ["H", "x", "2026-04-01"])
    hidden.hide()
    book.close()
    return path


def test_a_workbook_lands_its_visible_event_sheet(landed, tmp_path) -> None:
    [summary] = landed.add(workbook(tmp_path / "book.xlsx"), time_zone="Asia/Tokyo")
    assert (summary.sheet, summary.rows, summary.rejected) == ("events", 3, 1)
    assert landed.rows(
        "sheet, source_row, SalesOpportunity, ActivityName, EventTime, is_date_only, event_at,"
        " faults"
    ) == [
        ("events", 3, "00012", "成約", "2026-04-01", True, moment("2026-03-31 15:00"), None),
        (
            "events",
            5,
            "12",
            "Quote\nIssued",
            "2026-04-01 09:05:07.250000",
            False,
            moment("2026-04-01 00:05:07.250000"),
            None,
        ),
        ("events", 6, "13", "x", "#DIV/0!", None, None, "lookup_failed"),
    ]
    assert landed.rows("Amount, document_amount, is_automated, due_date, bad_cells") == [
        ("12", Decimal(12), True, date(2026, 5, 1), None),
        (None, None, None, date(2026, 5, 31), None),
        (None, None, None, None, None),
    ]
    assert landed.rows("other_columns", "source_row = 3") == [('{"Note":"0.3"}',)]
    with pytest.raises(DataFault, match="landed already, as import 1"):
        landed.add(workbook(tmp_path / "again.xlsx"), time_zone="Asia/Tokyo")


def test_a_workbook_of_the_1904_system_keeps_its_dates(landed, tmp_path) -> None:
    path = tmp_path / "old.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER.split(","))
    sheet.write_row(1, 0, ["A", "x"])
    sheet.write_datetime(1, 2, moment("2026-04-01"), book.add_format({"num_format": "d/m/yy"}))
    book.close()
    landed.add(path)
    assert landed.rows("EventTime, local_date") == [("2026-04-01", date(2026, 4, 1))]


def test_two_sheets_of_one_workbook_land_apart(landed, tmp_path) -> None:
    path = tmp_path / "two.xlsx"
    book = xlsxwriter.Workbook(path)
    for name in ("first", "second"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, [name, "x", "2026-04-01"])
    book.close()
    landed.add(path)
    assert landed.rows("import_id, source_file, sheet, source_row, source_order") == [
        (1, "two.xlsx", "first", 2, 1),
        (2, "two.xlsx", "second", 2, 2),
    ]
    assert [entry.sheet for entry in store.forget(DataFolder(landed.data_dir), ["2"])] == ["second"]


def test_parquet_lands_as_text(landed, tmp_path) -> None:
    path = tmp_path / "a.parquet"
    with Warehouse() as warehouse:
        warehouse.run(
            f"""copy (
                select * from (values
                    ('A', 'x', timestamp '2026-04-01 09:05:00', 12.0::double, 1),
                    ('B', 'y', timestamp '1950-01-01 00:00:00.5', 12.5::double, 2),
                    (null, null, null, null, null)
                ) as t ("SalesOpportunity", "Activity", "EventTime", "Amount", "it's")
            ) to '{path}' (format parquet)"""
        )
    landed.add(path, time_zone="UTC")
    assert landed.rows("source_row, EventTime, event_at, Amount, other_columns") == [
        (2, "2026-04-01 09:05:00", moment("2026-04-01 09:05"), "12", '{"it\'s":"1"}'),
        (
            3,
            "1950-01-01 00:00:00.5",
            moment("1950-01-01 00:00:00.500000"),
            "12.5",
            '{"it\'s":"2"}',
        ),
    ]
    with Warehouse() as warehouse:
        warehouse.run(
            f"""copy (
                select 'A' as "SalesOpportunity", 'x' as "Activity",
                    timestamptz '2026-04-01 09:05:00+09' as "EventTime"
            ) to '{path}' (format parquet)"""
        )
    landed.add(path, fresh=True)
    assert landed.rows("EventTime, event_at, time_zone") == [
        ("2026-04-01 00:05:00+00", moment("2026-04-01 00:05"), None)
    ]


def test_a_naive_time_needs_a_zone_and_a_date_does_not(landed) -> None:
    naive = landed.write("naive.csv", f"{HEADER}\nA,x,2026-04-01 09:05\n")
    outcome = landed.invoke("import", naive, "--lang", "en")
    assert outcome.exit_code == 2
    assert "'2026-04-01 09:05' has no UTC offset" in outcome.output
    assert "Pass --time-zone" in outcome.output
    spelled = landed.write("spelled.csv", f"{HEADER}\nA,x,2026/4/1 9:05\n")
    assert landed.invoke("import", spelled).exit_code == 2
    extracted = landed.write("b.csv", f"{HEADER},LastDataUpdate\nA,x,2026-04-01,2026-04-02 10:00\n")
    assert landed.invoke("import", extracted).exit_code == 2
    assert landed.rows() == []
    dates = landed.write("dates.csv", f"{HEADER}\nA,x,2026-04-01\nA,y,2026-04-01T09:05Z\n")
    assert landed.invoke("import", dates).exit_code == 0
    assert landed.rows("event_at, time_zone") == [
        (moment("2026-03-31 15:00"), "Asia/Tokyo"),
        (moment("2026-04-01 09:05"), None),
    ]
    landed.add(naive, time_zone="Europe/Berlin")
    assert landed.rows("event_at, time_zone", "import_id = 2") == [
        (moment("2026-04-01 07:05"), "Europe/Berlin")
    ]


def test_the_zone_that_is_asked_for_holds_for_the_whole_file(landed) -> None:
    file = landed.write("a.csv", f"{HEADER}\nA,x,2026-04-01\nA,y,2026/4/1 9:05\n")
    asked = []
    landed.add(file, ask_zone=lambda problem: asked.append(problem) or "Europe/Berlin")
    assert landed.rows("event_at, time_zone") == [
        (moment("2026-03-31 22:00"), "Europe/Berlin"),
        (moment("2026-04-01 07:05"), "Europe/Berlin"),
    ]
    assert len(asked) == 1


@pytest.mark.parametrize("zone", ["Asia/Tokio", "+09:00", "../etc/passwd", "JST9"])
def test_an_unknown_zone_is_wrong_usage(landed, zone: str) -> None:
    file = landed.write("a.csv", ONE)
    outcome = landed.invoke("import", file, "--time-zone", zone, "--lang", "en")
    assert outcome.exit_code == 2
    assert f"{zone} is not a time zone." in outcome.output
    assert ("Did you mean Asia/Tokyo?" in outcome.output) is (zone == "Asia/Tokio")


def test_a_date_format_that_is_none_is_wrong_usage(landed) -> None:
    file = landed.write("a.csv", ONE)
    outcome = landed.invoke("import", file, "--date-format", "DD/MM/YYYY", "--lang", "en")
    assert outcome.exit_code == 2
    assert "DD/MM/YYYY is not a date format" in outcome.output


def test_the_same_content_is_refused_and_replaced_on_request(landed) -> None:
    landed.add(landed.write("a.csv", ONE))
    copy = landed.write("copy.csv", ONE)
    outcome = landed.invoke("import", copy, "--lang", "en")
    assert outcome.exit_code == 1
    assert "the same content is landed already, as import 1 (a.csv)" in outcome.output
    other = landed.write("b.csv", f"{ONE}B,x,2026-01-01\n")
    twin = landed.write("c.csv", other.read_text())
    with pytest.raises(DataFault, match=r"another file of this command \(b\.csv\)"):
        landed.add(other, twin)
    landed.add(other)
    changed = landed.write("a.csv", f"{ONE}A,Payment Received,2026-05-01\n")
    assert landed.invoke("import", changed, "--replace").exit_code == 0
    assert landed.rows("import_id, source_file, source_order") == [
        (2, "b.csv", 2),
        (2, "b.csv", 3),
        (3, "a.csv", 4),
        (3, "a.csv", 5),
    ]
    landed.add(changed, replace=True)
    assert [entry.import_id for entry in store.imports(DataFolder(landed.data_dir))] == [2, 4]


def test_nothing_is_landed_when_one_of_several_files_is_bad(landed) -> None:
    landed.add(landed.write("a.csv", ONE))
    before = landed.rows()
    good = landed.write("good.csv", f"{HEADER}\nG,x,2026-04-01\n")
    bad = landed.write("bad.csv", f'{HEADER}\nB,"x"y,\n')
    for switches in ({}, {"replace": True}, {"fresh": True}):
        with pytest.raises(DataFault):
            landed.add(good, landed.write("a.csv", f"{ONE}\nC,x,2026-04-01"), bad, **switches)
        assert landed.rows() == before
    names = sorted(path.name for path in landed.data_dir.iterdir())
    assert names == [".lock", "build", "landing"]


def test_a_fresh_import_leaves_only_its_own_files(landed) -> None:
    landed.add(landed.write("a.csv", ONE), landed.write("b.csv", f"{ONE}B,x,2026-01-01\n"))
    [summary] = landed.add(landed.write("a.csv", ONE), fresh=True)
    assert (summary.import_id, summary.source_file) == (1, "a.csv")
    assert landed.rows("import_id, source_file, source_order") == [(1, "a.csv", 1)]


def test_imports_lists_and_forget_removes(landed) -> None:
    landed.add(landed.write("a.csv", ONE), landed.write("b.csv", f"{ONE}B,x,soon\n"))
    listed = landed.invoke("imports", "--lang", "en").output.splitlines()
    assert listed[0].split("\t") == [
        "import",
        "file",
        "sheet",
        "rows",
        "events",
        "rejected",
        "sha256",
    ]
    assert listed[2].split("\t")[:6] == ["2", "b.csv", "", "2", "1", "1"]
    unknown = landed.invoke("forget", "1", "nothing.csv", "--lang", "en")
    assert unknown.exit_code == 1
    assert "nothing is landed under nothing.csv" in unknown.output
    assert "1 (a.csv), 2 (b.csv)" in unknown.output
    assert len(store.imports(DataFolder(landed.data_dir))) == 2
    assert landed.invoke("forget", "a.csv", "000001").exit_code == 0
    assert [entry.source_file for entry in store.imports(DataFolder(landed.data_dir))] == ["b.csv"]
    landed.add(landed.write("a.csv", ONE))
    assert landed.rows("import_id, source_order", "source_file = 'a.csv'") == [(3, 4)]


def test_a_second_writer_waits_for_the_first(landed) -> None:
    store.prepare(DataFolder(landed.data_dir))
    file = landed.write("a.csv", ONE)
    with store.locked(DataFolder(landed.data_dir)):
        second = threading.Thread(target=landed.add, args=(file,))
        second.start()
        time.sleep(0.3)
        assert landed.rows() == []
    second.join()
    assert len(landed.rows()) == 1


def test_file_names_are_only_names(landed) -> None:
    for number, name in enumerate(["it's [1] *.csv", "商談 一覧.csv", "a'b.csv"]):
        landed.add(landed.write(name, f"{HEADER}\n{number},x,2026-04-01\n"))
    assert landed.rows("source_file") == [("it's [1] *.csv",), ("商談 一覧.csv",), ("a'b.csv",)]


def test_rows_keep_their_order_and_number_with_several_threads(landed) -> None:
    lines = [f"{number},x,2026-04-01,{'filling' * 9}" for number in range(300_000)]
    landed.add(landed.write("big.csv", "\n".join([f"{HEADER},Note", *lines])))
    with Warehouse() as warehouse:
        wrong = warehouse.rows(
            f"select count(*) from '{landed.data_dir}/landing/000001.parquet'"
            " where source_row != source_order + 1"
            ' or cast("SalesOpportunity" as bigint) + 2 != source_row'
        )
    assert wrong == [(0,)]


def test_messages_about_data_are_japanese_on_request(landed) -> None:
    outcome = landed.invoke("import", landed.write("a.csv", f'{HEADER}\nA,"x"y,\n'), "--lang", "ja")
    assert outcome.output == (
        "エラー: a.csv, 2 行目: 引用符で囲まれたセルが正しく閉じられていません\n"
        "  期待する内容: 引用符で囲んだセルの中の引用符は二重にし、セルは区切り文字で終えること\n"
        "  対処: その行の引用符を直してください。\n"
    )
    outcome = landed.invoke(
        "import", landed.write("b.csv", f"{HEADER}\nA,x,soon\n"), "--lang", "ja"
    )
    assert "取込不可: 発生日時を読み取れません。 1" in outcome.output


def test_the_api_raises_wrong_usage_without_a_zone(landed) -> None:
    with pytest.raises(WrongUsage):
        landed.add(landed.write("a.csv", f"{HEADER}\nA,x,2026-04-01 09:00\n"))


def test_a_very_long_cell_lands(landed) -> None:
    text = "long " * 1_000_000
    landed.add(landed.write("a.csv", f"{HEADER},Note\n\nA,x,2026-04-01,{text}\nB,x,2026-04-01,\n"))
    assert landed.rows("source_row, length(other_columns ->> 'Note')") == [
        (3, 5_000_000),
        (4, None),
    ]


def test_the_project_declares_the_zones_when_the_command_does_not(landed, monkeypatch) -> None:
    file = landed.write("a.csv", f"{HEADER}\nA,x,2026-04-01 09:00\n")
    declared = {"source_time_zone": "Europe/Berlin", "reporting_time_zone": "UTC"}
    monkeypatch.setattr(zones, "project_vars", lambda: declared)
    landed.add(file)
    assert landed.rows("event_at, time_zone") == [(moment("2026-04-01 07:00"), "Europe/Berlin")]


def test_the_vars_of_the_project_are_found(monkeypatch) -> None:
    monkeypatch.undo()
    assert zones.project_vars()["reporting_time_zone"]
    assert "source_time_zone" in zones.project_vars()
