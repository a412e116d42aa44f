"""File formats: encodings, delimiters, archives, workbooks; detection and its report."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from runner import messages
from runner.columns import mapping
from runner.engines.warehouse import Warehouse
from runner.faults import DataFault, WrongUsage
from runner.project import PROJECT
from runner.sources import delimited, encodings, ooxml, sheets

HEADER = "SalesOpportunity,ActivityName,EventTime"
SIGNS = f"{HEADER},顧客名\n0012,成約,2026-04-01,髙﨑①商事\n"
KEPT = [("0012", "Opportunity Won", "髙﨑①商事")]
COLUMNS = "SalesOpportunity, activity, CustomerName"


@pytest.mark.parametrize(
    ("codec", "shown"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 (BOM)"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16LE"),
        ("utf-16-be", "UTF-16BE"),
        ("cp932", "CP932"),
    ],
)
def test_the_encoding_is_detected_and_reported(landed, codec: str, shown: str) -> None:
    [summary] = landed.add(landed.write("a.csv", SIGNS.encode(codec)))
    assert landed.rows(COLUMNS) == KEPT
    assert summary.understood == {"encoding": shown, "delimiter": "comma"}


def test_a_character_cut_by_a_chunk_is_read_whole(landed, monkeypatch) -> None:
    monkeypatch.setattr("runner.sources.encodings.CHUNK", 7)
    landed.add(landed.write("a.csv", SIGNS.encode("cp932")))
    assert landed.rows(COLUMNS) == KEPT


def test_shift_jis_means_cp932_and_another_encoding_is_declared(landed) -> None:
    landed.add(landed.write("a.csv", SIGNS.encode("cp932")), encoding="Shift_JIS")
    assert landed.rows(COLUMNS) == KEPT
    euc = f"{HEADER},顧客名\nA,成約,2026-04-01,高崎\n".encode("euc-jp")
    landed.add(landed.write("b.csv", euc), encoding="euc-jp", fresh=True)
    assert landed.rows(COLUMNS) == [("A", "Opportunity Won", "高崎")]
    with pytest.raises(DataFault, match=r"c\.csv, row 1: the text is not UTF-8"):
        landed.add(landed.write("c.csv", SIGNS.encode("cp932")), encoding="utf-8")
    with pytest.raises(WrongUsage, match="klingon is not an encoding"):
        landed.add(landed.write("c.csv", SIGNS), encoding="klingon")
    with pytest.raises(WrongUsage, match="base64 is not an encoding"):
        landed.add(landed.write("c.csv", SIGNS), encoding="base64")


def test_the_row_of_the_byte_that_fits_no_encoding_is_named(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\nb\n\xe9,\n")
    with pytest.raises(DataFault, match="row 3: the text is neither UTF-8 nor CP932"):
        encodings.detect(path, "a.csv")
    assert encodings.first_misfit(path, "utf-8") == 4


@pytest.mark.parametrize(("sign", "name"), delimited.DELIMITERS.items())
def test_the_delimiter_is_detected_and_reported(landed, sign: str, name: str) -> None:
    rows = [
        ["SalesOpportunity", "ActivityName", "EventTime", "Note"],
        ["A", "x", "2026-04-01", '"1,5;2|3\t4"'],
        ["B", "y", "2026-04-02", "1"],
    ]
    [summary] = landed.add(landed.write("a.csv", "\n".join(map(sign.join, rows))))
    assert landed.rows("activity, other_columns ->> 'Note'") == [("x", "1,5;2|3\t4"), ("y", "1")]
    assert summary.understood["delimiter"] == name


def test_a_declared_delimiter_and_one_that_is_none(landed) -> None:
    landed.add(
        landed.write("a.csv", f"{HEADER}\nA,x,2026-04-01\n".replace(",", "^")), delimiter="^"
    )
    assert landed.rows("activity") == [("x",)]
    file = landed.write("b.tsv", f"{HEADER}\nB,y,2026-04-01\n".replace(",", "\t"))
    landed.add(file, delimiter="tab")
    with pytest.raises(WrongUsage, match="'ab' is not a delimiter"):
        landed.add(file, delimiter="ab")


def test_a_header_below_other_lines_is_found_and_rows_keep_their_numbers(landed) -> None:
    notes = '案件一覧,,\n"出力日\n2026-04-01",,\n\n,,\n'
    rows = "\n".join(f"{number},x,2026-04-01" for number in range(3))
    [summary] = landed.add(landed.write("a.csv", f"{notes}{HEADER}\n{rows}\n\nZ,x,2026-04-01\n"))
    assert summary.understood["header_row"] == "5"
    assert landed.rows("source_row, SalesOpportunity") == [(6, "0"), (7, "1"), (8, "2"), (10, "Z")]
    bad = landed.write("b.csv", f"{notes}{HEADER}\nA,x,2026-04-01\nA,x\n")
    landed.add(bad, fresh=True)
    assert landed.rows("source_row, faults", "faults is not null") == [(7, "row_length")]
    deep = landed.write("c.csv", "note\n" * 20 + f"{HEADER}\nA,x,2026-04-01\n")
    with pytest.raises(DataFault, match="row 1: no column is"):
        landed.add(deep)


def test_a_misspelt_header_below_a_title_is_named_in_its_row(landed) -> None:
    file = landed.write(
        "a.csv", "title,,\nSalesOportunity,ActivityName,EventTime\nA,x,2026-04-01\n"
    )
    with pytest.raises(DataFault, match=r"a\.csv, row 2: no column is SalesOpportunity") as caught:
        landed.add(file)
    assert "(nearest header: SalesOportunity)" in str(caught.value)


def test_packed_files_land_as_what_they_hold(landed, tmp_path) -> None:
    packed = tmp_path / "a.csv.gz"
    packed.write_bytes(gzip.compress(SIGNS.encode("cp932")))
    landed.add(packed)
    assert landed.rows(COLUMNS) == KEPT
    with pytest.raises(DataFault, match="landed already"):
        landed.add(landed.write("same.csv", SIGNS.encode("cp932")))
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("商談/events.csv", f"{HEADER}\nA,x,2026-04-01\n")
        written.writestr("deals.tsv", "商談番号\t成約\nB\t2026-04-02\n")
        written.writestr("read me.txt", "hello")
        written.writestr("other.csv", "a,b\n1,2\n")
    first, second = landed.add(archive, fresh=True)
    assert landed.rows("source_file, sheet, source_row, activity") == [
        ("all.zip", "商談/events.csv", 2, "x"),
        ("all.zip", "deals.tsv", 2, "Opportunity Won"),
    ]
    assert [name for name, _reason in first.skipped] == ["read me.txt", "other.csv"]
    assert second.understood["delimiter"] == "tab"
    landed.add(archive, fresh=True, sheets=("deals.tsv",))
    assert landed.rows("sheet") == [("deals.tsv",)]


def test_broken_packed_files_are_refused(landed, tmp_path) -> None:
    cut = landed.write("cut.csv.gz", gzip.compress(SIGNS.encode() * 99)[:-20])
    with pytest.raises(DataFault, match="not readable gzip, or is cut off"):
        landed.add(cut)
    with pytest.raises(DataFault, match="not a readable zip archive"):
        landed.add(landed.write("a.zip", b"PK\x03\x04 no"))
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    with pytest.raises(DataFault, match="the file is empty"):
        landed.add(tmp_path / "empty.zip")
    locked = tmp_path / "locked.zip"
    with zipfile.ZipFile(locked, "w") as written:
        written.writestr("a.csv", SIGNS)
    content = bytearray(locked.read_bytes())
    # The encryption bit in the central directory.
    content[content.index(b"PK\x01\x02") + 8] |= 1
    locked.write_bytes(content)
    with pytest.raises(DataFault, match="the archive is protected by a password"):
        landed.add(locked)
    assert landed.rows() == []


def test_a_pattern_names_several_files(landed, tmp_path) -> None:
    for name in ("b1.csv", "b0.csv", "c.csv"):
        landed.write(name, f"{HEADER}\n{name},x,2026-04-01\n")
    outcome = landed.invoke("import", tmp_path / "b*.csv")
    assert outcome.exit_code == 0
    assert landed.rows("SalesOpportunity") == [("b0.csv",), ("b1.csv",)]
    outcome = landed.invoke("import", tmp_path / "none*.csv", "--lang", "en")
    assert (outcome.exit_code, "there is no such file" in outcome.output) == (1, True)


def test_dates_only_reads_each_time_as_its_day(landed) -> None:
    rows = "A,x,2026-04-01 00:00:00\nA,y,2026-04-01 13:00+01:00\nA,z,令和8年4月1日 9:05\n"
    landed.add(landed.write("a.csv", f"{HEADER}\n{rows}"), dates_only=True)
    found = {(datetime(2026, 3, 31, 15), date(2026, 4, 1), True, "Asia/Tokyo")}
    assert set(landed.rows("event_at, local_date, is_date_only, time_zone")) == found


def test_the_import_reports_what_it_detected_and_how_a_date_could_be_read(landed) -> None:
    file = landed.write("a.csv", f"x;;\n{HEADER};\n".replace(",", ";") + "A;x;01/02/2026;\n")
    output = landed.invoke("import", file, "--lang", "en").output
    assert "  read as: UTF-8, cells between semicolons, header in row 2\n" in output
    assert (
        "  date format: 01/02/2026 is 2026-02-01 with --date-format %d/%m/%Y,"
        " 01/02/2026 is 2026-01-02 with --date-format %m/%d/%Y\n"
    ) in output


def workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("案件")
    sheet.write(0, 0, "案件一覧 2026年度")
    sheet.write_row(4, 0, ["商談ID", "成約", "入金", "値引率", "郵便番号", "計算", "未計算"])
    padded = book.add_format({"num_format": "00000"})
    postal = book.add_format({"num_format": "000\\-0000"})
    percent = book.add_format({"num_format": "0.0%"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    clock = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_number(5, 0, 12, padded)
    sheet.write_datetime(5, 1, datetime(2026, 4, 1), day)
    sheet.write_datetime(5, 2, datetime(2026, 4, 30, 9, 5), clock)
    sheet.write_number(5, 3, 0.125, percent)
    sheet.write_number(5, 4, 1000001, postal)
    sheet.write_formula(5, 5, "=1+2", None, 3)
    sheet.merge_range(6, 0, 8, 0, "")
    sheet.write_number(6, 0, 123456, padded)
    for row in (6, 7, 8):
        sheet.write(row, 1, "令和8年4月2日")
        sheet.write_number(row, 2, 46114)
    hidden = book.add_worksheet("控え")
    hidden.write_row(0, 0, ["商談ID", "成約"])
    hidden.write_row(1, 0, ["H", "2026-04-01"])
    hidden.hide()
    book.close()
    # Another program left a formula without its value.
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(
        b"<v>3</v></c>", b'<v>3</v></c><c r="G6"><f>A6&amp;B6</f></c>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_a_workbook_is_read_as_excel_shows_it(landed, tmp_path) -> None:
    path = workbook(tmp_path / "book.xlsx")
    [summary] = landed.add(path, time_zone="Asia/Tokyo")
    assert landed.rows("source_row, SalesOpportunity, activity, EventTime, is_date_only") == [
        (6, "00012", "Opportunity Won", "2026-04-01", True),
        (6, "00012", "Payment Received", "2026-04-30 09:05:00", False),
        *(
            (row, "123456", activity, text, True)
            for row in (7, 8, 9)
            for activity, text in [
                ("Opportunity Won", "令和8年4月2日"),
                ("Payment Received", "46114"),
            ]
        ),
    ]
    assert set(landed.rows("local_date", "source_row > 6")) == {
        (date(2026, 4, 2),),
    }
    assert landed.rows("discount_rate, other_columns", "source_row = 6")[0] == (
        Decimal("0.125"),
        '{"郵便番号":"100-0001","計算":"3","未計算":"=A6&B6"}',
    )
    assert summary.understood == {"merged": "1", "header_row": "5"}
    assert summary.skipped == (("控え", "hidden"),)
    landed.add(path, fresh=True, sheets=("控え",), time_zone="Asia/Tokyo")
    assert landed.rows("SalesOpportunity") == [("H",)]
    with pytest.raises(DataFault, match="there is no sheet 無い") as caught:
        landed.add(path, sheets=("無い",))
    assert "one of 案件, 控え" in str(caught.value)


def test_a_plain_number_in_a_1904_workbook_counts_from_1904(landed, tmp_path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "old.xlsx", {"date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER.split(","))
    sheet.write_row(1, 0, ["A", "x", 44651])
    book.close()
    [summary] = landed.add(tmp_path / "old.xlsx")
    assert landed.rows("EventTime, local_date") == [("44651", date(2026, 4, 1))]
    assert summary.understood == {"dates": "1904"}


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("00000", 12, "00012"),
        ("00000", 123456, "123456"),
        ('"OP-"0000', 7, "OP-0007"),
        ("000\\-0000", 1000001, "100-0001"),
        ("[Red]000;-000", 7, "007"),
        ("0", 7, None),
        ("0.00", 7, None),
        ("#,##0", 7, None),
        ("yyyy-mm-dd", 7, None),
        ("0%", 7, None),
        ("General", 7, None),
    ],
)
def test_a_number_format_of_zeros_shows_an_id(code: str, number: int, text: str | None) -> None:
    form = ooxml.form_of(code)
    assert (ooxml.shown(number, form) if form else None) == text


@pytest.mark.parametrize(
    ("name", "sheet", "row", "cells"),
    [
        ("1904.xlsx", "Sheet1", 0, ["1", "1904-01-02", "1904-01-02", "1904-01-02"]),
        ("date_1904.xlsx", "Sheet1", 0, ["2021-01-01", "15"]),
        ("date_iso.xlsx", "Sheet", 0, ["2021-01-01"]),
        ("encoded_entities.xlsx", "Sheet1", 0, ["&"]),
        ("errors.xlsx", "Feuil1", 0, ["#DIV/0!"]),
        ("header-row.xlsx", "Sheet1", 2, ["", "", "Note 1", ""]),
        ("no-header.xlsx", "Feuille 1", 2, ["a", "0"]),
        ("sheet_visibility.xlsx", "Visible", 0, ["v", "i", "s", "i", "b", "l", "e"]),
        ("sheet_visibility_strict.xlsx", "Visible", 0, ["v", "i", "s", "i", "b", "l", "e"]),
    ],
)
def test_the_cells_of_bad_workbooks_are_read_right(shared, name, sheet, row, cells) -> None:
    found = {entry.name: entry for entry in sheets.read(shared(f"bad_inputs/excel/{name}"))}
    assert found[sheet].rows()[row] == cells


CORNERS = {
    "comma_in_quotes.csv": ("first,last,address,city,zip", "120 any st."),
    "escaped_quotes.csv": ("a,b", 'ha "ha" ha'),
    "newlines.csv": ("a,b,c", "Once upon \na time"),
    "newlines_crlf.csv": ("a,b,c", "Once upon \na time"),
    "quotes_and_newlines.csv": ("a,b", 'ha \n"ha" \nha'),
    "json.csv": ("key,val", '{"type": "Point", "coordinates": [102.0, 0.5]}'),
    "utf8.csv": ("a,b,c", "ʤ"),
    "simple_crlf.csv": ("a,b,c", "3"),
}


@pytest.mark.parametrize("name", CORNERS)
def test_the_corner_cases_of_csv_land_right(landed, shared, name: str) -> None:
    header, expected = CORNERS[name]
    case = header.split(",")[0]
    rules = (
        f"{{columns: {{SalesOpportunity: {case}}},"
        " set: {ActivityName: x, EventTime: 2026-04-01}}"
    )
    landed.add(
        shared(f"bad_inputs/csv_spectrum/{name}"),
        mapping=mapping.read(landed.write("m.yml", rules)),
    )
    cells = []
    for case_id, others in landed.rows("SalesOpportunity, other_columns"):
        cells += [case_id, *json.loads(others or "{}").values()]
    assert expected in cells


def test_every_bad_input_is_refused_in_japanese_without_english(landed, shared) -> None:
    folder = shared("bad_inputs")
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        outcome = landed.invoke("import", file, "--lang", "ja")
        assert outcome.exit_code == 1, file.name
        assert isinstance(outcome.exception, SystemExit), file.name
        assert english(outcome.output, file) == [], file.name
    assert landed.rows() == []


def english(output: str, file: Path) -> list[str]:
    """Return pairs of English words that are not names in the data or in the template."""
    text = re.sub(
        r"(見つかった(見出し|内容)|期待する内容|値): .*", "", output.replace(file.name, "")
    )
    return re.findall(r"\b[A-Za-z]{2,} [a-z]{2,}\b", text)


def test_the_report_of_an_import_is_japanese(landed) -> None:
    file = landed.write(
        "a.csv",
        "title;;;\nSalesOpportunity;Activity;Event time;Amount\n"
        "A;成約済;01/02/2026;x\nB;Opportunity Won;2026-04-01;1\n",
    )
    output = landed.invoke("import", file, "--lang", "ja").output
    assert output.splitlines()[1:] == [
        "  読み取り方: UTF-8, セミコロン区切り, 見出しは 2 行目",
        "  取込不可: 年から始まらない日付で、書式が指定されていません。 1",
        (
            "  日付の書式: 01/02/2026 は --date-format %d/%m/%Y なら 2026-02-01,"
            " 01/02/2026 は --date-format %m/%d/%Y なら 2026-01-02"
        ),
        "  読み取れないセル: 金額 1",
        "  一覧にないアクティビティ: 成約済(近い名前: 成約)",
        (
            "  対応付けた列: SalesOpportunity → 商談番号, Activity → アクティビティ,"
            " Event time → 発生日時, Amount → 金額"
        ),
    ]


def test_no_translation_keeps_english_sentences() -> None:
    for message, translated in messages.catalogue("ja").items():
        assert not re.search(r"\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b", translated), message


@pytest.mark.parametrize(
    ("name", "rows", "cases"),
    [("events.xls", (4, 5), ("12", "A")), ("events.ods", (2, 3), ("0012", "0013"))],
)
def test_old_and_open_workbooks_land_with_a_report_of_what_they_hide(
    landed, name, rows, cases
) -> None:
    file = PROJECT / "tests" / "fixtures" / name
    outcome = landed.invoke("import", file, "--time-zone", "Asia/Tokyo", "--lang", "en")
    assert landed.rows("source_row, SalesOpportunity, activity, EventTime") == [
        (rows[0], cases[0], "Opportunity Won", "2026-04-01 09:05:00"),
        (rows[1], cases[1], "x", "2026-04-02"),
    ]
    hidden = f"plain numbers: {file.suffix} hides number formats and errors"
    assert hidden in outcome.output


def test_events_of_many_deals_keep_their_order_with_several_threads(landed) -> None:
    lines = [
        f"{number},2026-04-01,{'2026-04-02' if number % 3 else ''},{'x' * 40}"
        for number in range(300_000)
    ]
    landed.add(landed.write("big.csv", "\n".join(["商談番号,商談作成,成約,備考", *lines])))
    path = landed.data_dir / "landing" / "000001.parquet"
    with Warehouse() as warehouse:
        found = warehouse.rows(
            f"""
            with numbered as (
                select *, row_number() over (
                    order by source_row, activity = 'Opportunity Won'
                ) as place
                from '{path}'
            )
            select count(*), count(*) filter (
                place = source_order and cast("SalesOpportunity" as bigint) + 2 = source_row
            ) from numbered
            """
        )
    assert found == [(500_000, 500_000)]
