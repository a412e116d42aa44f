"""Faults of source files from the field, by kind: what lands, and what is reported."""

from __future__ import annotations

import gzip
import json
import time
import zipfile

import jinja2
import pytest
import xlsxwriter
import yaml

from runner.columns import mapping
from runner.columns.options import Options
from runner.data_folder import DataFolder
from runner.engines.warehouse import Warehouse
from runner.faults import DataFault
from runner.inspection import dry_run
from runner.landing import imports, store
from runner.project import PROJECT
from runner.sources import archives, delimited, encodings

HEADER = "SalesOpportunity,ActivityName,EventTime"
GOOD = "A,Quote Issued,2026-04-01"
JAPANESE = f"{HEADER},顧客名\n" + "".join(
    f"A{day},商談作成,2026-04-{day:02},東京商店\n" for day in range(1, 20)
)
REFUSED = "source_row, faults, SalesOpportunity, raw"


def refused(landed) -> list[tuple[int, str]]:
    return landed.rows("source_row, faults", "faults is not null")


# Kind: a row of another length than the header.


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Any number of empty cells at the end is ignored.
        (f"{HEADER}\n{GOOD},\n{GOOD},,,\n{GOOD}", []),
        # So is an empty header at the end, whether the rows have its cell or not.
        (f"{HEADER},,\n{GOOD}\n{GOOD},,\n{GOOD},", []),
        (f"{HEADER}\n{GOOD},x\n{GOOD}\nA,Quote Issued\n", [(2, "row_length"), (4, "row_length")]),
        # A blank row is ignored, and the rows after it keep their numbers.
        (f"{HEADER}\n{GOOD}\n\n{GOOD},,more\n", [(4, "row_length")]),
        (f"{HEADER}\n{GOOD},=\n\n", [(2, "row_length")]),
        # A thousands separator without quotes.
        (f"{HEADER},OpportunityValue\n{GOOD},1,200,000\n{GOOD},1200\n", [(2, "row_length")]),
    ],
)
def test_a_row_of_another_length_is_refused_alone(landed, rows: str, expected: list) -> None:
    [summary] = landed.add(landed.write("a.csv", rows))
    assert refused(landed) == expected
    assert summary.rows == summary.events + summary.rejected
    assert summary.carried == ()


def test_ragged_rows_keep_all_their_cells(landed, shared) -> None:
    [summary] = landed.add(shared("field_faults/ragged_rows.csv"), time_zone="Asia/Tokyo")
    assert (summary.rows, summary.events, summary.reasons) == (3, 1, {"row_length": 2})
    [long, short] = landed.rows("raw", "faults is not null")
    assert json.loads(long[0]) == {
        "SalesOpportunity": "E1",
        "ActivityName": "Opportunity Won",
        "EventTime": "2026-01-09 09:00",
        "OpportunityValue": "100",
        "SalesRepresentative": "Sato",
        "column 7": "extra",
        "column 8": "more",
    }
    assert json.loads(short[0])["EventTime"] == "2026-01-05 09:00"
    # The meaning of its cells is unknown, so none of them is read.
    assert landed.rows("SalesOpportunity, event_at", "faults is not null") == [(None, None)] * 2


def test_an_empty_header_at_the_end_is_ignored(landed, shared) -> None:
    [summary] = landed.add(shared("field_faults/trailing_comma.csv"), time_zone="Asia/Tokyo")
    assert (summary.events, summary.rejected, summary.carried) == (2, 0, ())
    # One with content is a column.
    [summary] = landed.add(landed.write("b.csv", f"{HEADER},,\n{GOOD},,x\n"))
    assert summary.carried == ("column 5",)
    assert landed.rows("other_columns", "import_id = 2") == [('{"column 5":"x"}',)]


def test_a_refused_row_of_deals_or_of_a_mapping_is_one_row(landed, tmp_path) -> None:
    landed.add(
        landed.write("a.csv", "商談番号,商談作成,成約\nA,2026-04-01,2026-04-02,2026-04-03\nB,,\n")
    )
    assert refused(landed) == [(2, "row_length"), (3, "no_event")]
    (tmp_path / "m.yml").write_text("set: {ActivityName: Quote Issued}\n")
    given = mapping.read(tmp_path / "m.yml")
    landed.add(
        landed.write("b.csv", "SalesOpportunity,EventTime\nA,2026-04-01\nA\nA,2026-04-01,1\n"),
        mapping=given,
        fresh=True,
    )
    assert refused(landed) == [(3, "row_length"), (4, "row_length")]


# Kind: the last row is cut.


def test_a_last_row_cut_short_is_named_so(landed, shared) -> None:
    landed.add(landed.write("a.csv", f"{HEADER}\n{GOOD}\nB,Quote"))
    assert refused(landed) == [(3, "row_cut")]
    landed.add(landed.write("b.csv", f"{HEADER}\n{GOOD}\nB,Quote\n"), fresh=True)
    assert refused(landed) == [(3, "row_length")]
    # A whole last row needs no line end.
    landed.add(landed.write("c.csv", f"{HEADER}\n{GOOD}"), fresh=True)
    assert refused(landed) == []
    for file, row in (
        (shared("field_faults/08-cp932-cut.csv"), 9),
        (landed.write("d.csv", JAPANESE.encode()[:-3]), 20),
        (landed.write("e.csv", JAPANESE.encode("utf-16")[:-3]), 20),
        (landed.write("f.csv", f'{JAPANESE}A,Won,"2026-04'), 21),
    ):
        with pytest.raises(DataFault, match=f"row {row}: .*seems cut short"):
            landed.add(file)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-32"])
def test_zeros_that_fill_up_a_file_are_left_out_and_reported(landed, codec: str) -> None:
    [summary] = landed.add(landed.write("a.csv", JAPANESE.encode(codec) + bytes(5_000)))
    assert (summary.events, summary.rejected) == (19, 0)
    assert summary.understood["padding"] in ("5,000", "5,001", "5,003")
    # A file that was cut where the zeros begin.
    landed.add(landed.write("b.csv", JAPANESE.encode(codec)[:-40] + bytes(5_000)), fresh=True)
    assert [fault for _row, fault in refused(landed)] in ([], ["row_cut"])


# Kind: rows that are the header again, or the footer of a report.


def test_the_header_of_a_joined_file_is_no_event_and_no_fault(landed, shared) -> None:
    [summary] = landed.add(shared("field_faults/33-repeated-header.csv"), time_zone="Asia/Tokyo")
    assert (summary.rows, summary.events) == (6, 4)
    assert (summary.reasons, summary.bad_cells) == ({"header_repeated": 1, "report_footer": 1}, {})
    assert summary.unknown_activities == {}
    months = [JAPANESE, JAPANESE.replace("\nA", "\nB")]
    joined = b"".join(month.encode("utf-8-sig") for month in months)
    [summary] = landed.add(landed.write("b.csv", joined))
    assert summary.reasons == {"header_repeated": 1}


def test_a_repeated_header_of_a_sheet_or_of_deals_is_reported_once(landed, tmp_path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        titles = ["商談番号", "商談作成", "成約"]
        for row, cells in enumerate(
            [titles, ["A", "2026-04-01", ""], titles, ["B", "2026-04-01", ""], titles]
        ):
            sheet.write_row(row, 0, cells)
    found = dry_run.inspect(path, Options())
    (diagnostic,) = found.diagnostics
    assert (diagnostic.severity, [place.row for place in diagnostic.examples]) == ("info", [3, 5])
    assert not found.is_refused
    # A row that only resembles the header is a row.
    landed.add(landed.write("b.csv", f"{HEADER}\n{GOOD}\nSalesOpportunity,ActivityName,soon\n"))
    assert refused(landed) == [(3, "time_unreadable")]


CRM = """columns: {SalesOpportunity: 商談 ID, CustomerName: 取引先名, SalesStage: フェーズ}
events:
  - {activity: Opportunity Created, time: 作成日}
  - {activity: Opportunity Won, time: 完了予定日, when: {フェーズ: クローズ済み 成立}}
"""


def test_the_footer_of_a_crm_report_is_refused_by_name(landed, shared, tmp_path) -> None:
    (tmp_path / "m.yml").write_text(CRM, encoding="utf-8")
    given = mapping.read(tmp_path / "m.yml")
    [summary] = landed.add(shared("field_faults/report_with_footer.csv"), mapping=given)
    assert summary.understood["encoding"] == "CP932"
    assert (summary.rows, summary.reasons) == (27, {"report_footer": 2})
    assert len(set(landed.rows("SalesOpportunity", "faults is null"))) == 25
    assert landed.rows("source_row, raw", "faults is not null") == [
        (31, '{"商談 ID":"集計: 25 件"}'),
        (32, '{"商談 ID":"このレポートは社外秘です"}'),
    ]


FOOTERS = [
    "合計,,",
    "合計: 25 件,,",
    '"Grand Totals (120 records)"',
    '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."',
    "Confidential Information - Do Not Distribute",
    "Generated By: 山田 2026/07/01",
    "Total,,",
    "小計 (3),,",
    "120 rows selected.",
]
NO_FOOTERS = [
    "Total Systems KK,,",
    "計測器-001,,",
    "合計画,,",
    "合計不動産,,",
    "Summit 7,,",
    "A,Totals,",
]


def test_footers_are_known_by_their_words_and_deals_are_not(landed) -> None:
    file = landed.write("a.csv", "\n".join([HEADER, GOOD, *FOOTERS, GOOD, *NO_FOOTERS, GOOD, ""]))
    landed.add(file)
    found = [fault for _row, fault in refused(landed)]
    assert found[: len(FOOTERS)] == ["report_footer"] * len(FOOTERS)
    assert "report_footer" not in found[len(FOOTERS) :]
    # An event under such a number is an event.
    landed.add(landed.write("b.csv", f"{HEADER}\nTotal,Quote Issued,2026-04-01\n"), fresh=True)
    assert refused(landed) == []


def test_short_lines_below_a_blank_one_are_a_footer_only_at_the_end(landed) -> None:
    end = f"{HEADER}\n{GOOD}\n\nお問い合わせ先\n\n営業企画部"
    landed.add(landed.write("a.csv", end))
    assert refused(landed) == [(4, "report_footer"), (6, "report_footer")]
    landed.add(landed.write("b.csv", f"{end}\n{GOOD}\nB\n"), fresh=True)
    assert refused(landed) == [(4, "row_length"), (6, "row_length"), (8, "row_length")]


# Kind: columns and rows far from the table.


def test_blank_cells_far_from_the_table_are_ignored(landed, shared, tmp_path) -> None:
    [summary] = landed.add(shared("field_faults/far_cell.xlsx"), time_zone="Asia/Tokyo")
    assert (summary.rows, summary.carried) == (5, ())
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, GOOD.split(","))
        sheet.write(0, 600, " ")
        sheet.write(9_000, 5, "\u3000")
    [summary] = landed.add(path)
    assert (summary.rows, summary.events, summary.carried) == (1, 1, ())


@pytest.mark.parametrize("content", ["x", None])
def test_a_cell_in_the_last_corner_is_refused_not_fatal(landed, tmp_path, content) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, GOOD.split(","))
        sheet.write(1_048_575, 16_383, content, book.add_format({"bg_color": "red"}))
    if content:
        with pytest.raises(DataFault, match="too far apart to be read\n  value: 'XFD1048576'"):
            landed.add(path)
    else:
        assert landed.add(path)[0].events == 1


# Kind: the encoding.


def test_two_encodings_in_one_file_are_refused_with_rows_of_each(landed, shared) -> None:
    with pytest.raises(DataFault, match="row 4: two encodings are in one file") as caught:
        landed.add(shared("field_faults/mixed_encodings.csv"))
    assert "rows in UTF-8: 2, 3, 5, 6, 8; rows in another: 4, 7, 10, 13, 16" in str(caught.value)
    row = "B,Quote Issued,2026-04-01,田中\n"
    for content, place in (
        (JAPANESE.encode() + row.encode("cp932"), 21),
        (JAPANESE.encode("cp932") + row.encode(), 1),
        (JAPANESE.encode() + row.encode("euc-jp") + JAPANESE.encode(), 21),
        (f"{HEADER},顧客名,a\n".encode("cp932") + "A,x,2026-04-01,田中,".encode() + b"\x93c\n", 1),
    ):
        with pytest.raises(DataFault, match=f"row {place}: two encodings are in one file"):
            landed.add(landed.write("a.csv", content))
    # A declared encoding is used.
    [summary] = landed.add(
        shared("field_faults/mixed_encodings.csv"), encoding="cp932", time_zone="UTC"
    )
    assert summary.events == 120


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("齋藤,渡邉,髙橋,邉見,① ㈱,ｱｲｳｴｵ,ﾃｽﾄ", "cp932"),
        ("ﾃｽ,ﾃﾞｰﾀ,ｼｮｳﾀﾞﾝ", "cp932"),
        ("譁,蟄励,縺ゅ", "cp932"),
        ("東京商店,成約,ひらがな", "euc_jp"),
        ("東京商店,成約,ひらがな", "iso2022_jp_ext"),
        ("東京,大阪", "utf-32-le"),
        ("東京,大阪", "utf-32-be"),
        ("Jäger,Müller", "utf-8"),
    ],
)
def test_an_encoding_is_not_mistaken(tmp_path, text: str, codec: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"{HEADER},名\nA,x,2026-04-01,{text}\n".encode(codec))
    assert encodings.detect(path, "a.csv") == codec


def test_latin_letters_are_not_turned_into_kanji(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"{HEADER}\nJäger,x,2026-04-01\nKäse,x,2026-04-01\n".encode("cp1252"))
    with pytest.raises(DataFault, match="row 2: the text is neither UTF-8 nor CP932"):
        encodings.detect(path, "a.csv")
    path.write_bytes(f"{HEADER}\nA社,x,2026-04-01\n".encode("cp932"))
    assert encodings.detect(path, "a.csv") == "cp932"


def test_bytes_that_contradict_the_mark_are_refused_with_their_place(landed, shared) -> None:
    with pytest.raises(DataFault, match=r"row 1: the text is not UTF-8 \(BOM\)") as caught:
        landed.add(shared("field_faults/bad_bytes.csv"))
    assert "byte 29: 0xE0" in str(caught.value)
    for content, row in (
        (JAPANESE.encode("utf-8-sig") + b"\xff", 21),
        (JAPANESE.encode("utf-8-sig") + b"A,x,2026-04-01,\x93c\n", 21),
        (HEADER.encode("utf-16") + b"\x00\xd8a\x00", 1),
    ):
        with pytest.raises(DataFault, match=rf"row {row}: the text is not UTF-"):
            landed.add(landed.write("a.csv", content))


# Kind: a file of another kind than its name.


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        ("a.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        ("a.xls", b"<html><body><table><tr><td>A</td></tr></table>", "HTML"),
        ("a.csv", b"\xef\xbb\xbf\n<!DOCTYPE html>", "HTML"),
        ("a.xls", b'<?xml version="1.0"?><Workbook/>', "XML"),
        ("a.csv", b'{"a": 1}', "JSON"),
        ("a.txt", b'[\n {"a": 1}]', "JSON"),
        ("a.csv", b"\x89PNG\r\n\x1a\n", "PNG"),
        ("a.csv", b"PK\x03\x04", "zip"),
        ("a.parquet", b"A,B\n", "text (.csv)"),
        ("a.zip", b"A,B\n", "text (.csv)"),
        ("a.csv.gz", b"A,B\n", "text (.csv)"),
        ("a.xls", f"{HEADER}\n".encode(), "text (.csv)"),
        ("a.csv", b"\x1f\x8b\x08", "gzip"),
        ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office 97 (.xls, .doc)"),
    ],
)
def test_a_file_under_a_wrong_name_is_reported_with_its_kind(landed, name, content, kind) -> None:
    outcome = landed.invoke("import", landed.write(name, content))
    assert f"{name}: by its content this is {kind}\n" in outcome.output
    assert outcome.exit_code == 1


def test_a_workbook_under_a_wrong_name_is_reported_as_one(landed, tmp_path) -> None:
    path = tmp_path / "a.csv"
    xlsxwriter.Workbook(path).close()
    with pytest.raises(DataFault, match=r"by its content this is Excel \(.xlsx\)"):
        landed.add(path)


def test_an_odd_first_line_is_no_other_kind(landed) -> None:
    for number, title in enumerate(["[Export]", "{2026}", "<Report>", "PK,x"]):
        landed.add(landed.write(f"{number}.csv", f"{title},,\n{HEADER}\n{number}{GOOD}\n"))
    assert len(landed.rows()) == 4


@pytest.mark.parametrize("ending", [".txt", ".tab", ".dat", ".TXT", ".txt.gz"])
def test_a_text_table_is_read_under_its_usual_endings(landed, ending: str) -> None:
    content = JAPANESE.replace(",", "\t").encode("utf-16")
    if ending.endswith(".gz"):
        content = gzip.compress(content)
    [summary] = landed.add(landed.write(f"a{ending}", content))
    assert (summary.events, summary.understood["delimiter"]) == (19, "tab")


def test_unicode_text_of_excel_is_a_table(landed, shared) -> None:
    [summary] = landed.add(shared("field_faults/unicode_text.txt"), time_zone="Asia/Tokyo")
    assert (summary.events, summary.understood["encoding"]) == (2, "UTF-16")


# Kind: damaged workbooks and archives.


def test_a_damaged_workbook_is_refused(landed, shared) -> None:
    for command in ("inspect", "import"):
        outcome = landed.invoke(command, shared("field_faults/damaged.xlsx"))
        assert "the workbook is damaged, or not a readable workbook" in outcome.output
        assert outcome.exit_code == 1


def test_an_archive_that_grows_beyond_measure_is_refused(landed, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(archives, "UNPACKED", 1 << 20)
    packed = gzip.compress(bytes(3 << 20))
    with pytest.raises(DataFault, match="grows more than 200 times"):
        landed.add(landed.write("a.csv.gz", packed))
    for name, member in (("a.zip", "a.csv"), ("a.xlsx", "xl/workbook.xml")):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(member, bytes(3 << 20))
        with pytest.raises(DataFault, match="grows more than 200 times"):
            landed.add(tmp_path / name)


def test_names_inside_an_archive_are_only_names(landed, tmp_path) -> None:
    names = ["../evil.csv", "/tmp/evil.csv", "a/../../b.csv", "C:\\evil.csv", "con.csv", ".csv"]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, f"{HEADER}\n{number},x,2026-04-01\n")
    before = set(tmp_path.rglob("*"))
    landed.add(tmp_path / "a.zip")
    assert [name for (name,) in landed.rows("distinct on (source_order) sheet")] != []
    assert len(landed.rows()) == 5  # ".csv" has no ending
    assert {path.suffix for path in set(tmp_path.rglob("*")) - before} <= {"", ".parquet", ".lock"}


# Kind: headers.


def test_zero_width_characters_in_a_header_are_ignored(landed) -> None:
    titles = "\u200bSalesOpportunity,Activity\u200bName,EventTime\ufeff,No\u00adte"
    [summary] = landed.add(landed.write("a.csv", f"{titles}\n{GOOD},1\n"))
    assert (summary.events, summary.carried) == (1, ("Note",))
    assert summary.headers == (*HEADER.split(","), "Note")


# Kind: very many columns.


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_thousands_of_columns_are_carried_at_a_cost_per_column(landed, tmp_path, kind) -> None:
    names = [*HEADER.split(","), *(f'n"{number}' for number in range(2_000)), ""]
    rows = [[f"A{row}", "Quote Issued", "2026-04-01", *["x y"] * 2_000, ""] for row in range(3)]
    rows[1][2], rows[2][3:] = "soon", [""] * 2_001
    path = tmp_path / f"a.{kind}"
    if kind == "xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for row, cells in enumerate([names, *rows]):
                sheet.write_row(row, 0, cells)
    else:
        text = [names, *rows] if kind == "csv" else [names[:-1], *(row[:-1] for row in rows)]
        delimited.write(text, tmp_path / "a.csv")
    if kind == "parquet":
        with Warehouse() as warehouse:
            source = f"read_csv('{tmp_path}/a.csv', all_varchar = true, header = true)"
            warehouse.run(f"copy (from {source}) to '{path}'")
    started = time.process_time()
    [summary] = landed.add(path)
    # One SQL expression for each column took minutes.
    assert time.process_time() - started < 10
    assert (summary.rows, summary.events, summary.reasons) == (3, 2, {"time_unreadable": 1})
    assert summary.carried == tuple(names[3:-1])
    [first, second, third] = landed.rows("other_columns")
    assert json.loads(first[0]) == {f'n"{number}': "x y" for number in range(2_000)}
    assert (first, third) == (second, (None,))
    [(raw,)] = landed.rows("raw", "raw is not null")
    assert list(json.loads(raw))[:3] == HEADER.split(",")
    assert json.loads(raw)["EventTime"] == "soon"


def test_a_wide_table_has_marks_and_deals_too(landed) -> None:
    extra = [f"x{number}" for number in range(400)]
    titles = ["商談番号", "商談作成", "成約", *extra]
    rows = [
        ["A", "2026-04-01", "2026-04-02", *["1"] * 400],
        ["B", "2026-04-01"],
        titles,
        ["合計", "", "", *["9"] * 400],
        [],
        ["C", "2026-04-01", "", *[""] * 400, "", "beyond"],
    ]
    [summary] = landed.add(landed.write("a.csv", "\n".join(map(",".join, [titles, *rows]))))
    assert (summary.rows, summary.events) == (5, 2)
    assert refused(landed) == [
        (3, "row_length"),
        (4, "header_repeated"),
        (5, "report_footer"),
        (7, "row_length"),
    ]
    [(raw,)] = landed.rows("raw", "source_row = 7")
    assert json.loads(raw) == {"商談番号": "C", "商談作成": "2026-04-01", "column 405": "beyond"}


# Kind: the environment's text in SQL.


@pytest.mark.parametrize(
    "name", ["d a'ta", "d[1]", "d*x", "d{a,b}", 'd"q', "100%", "商談 データ", "$HOME"]
)
def test_the_name_of_the_data_folder_is_only_a_name(tmp_path, name: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"{HEADER}\n{GOOD}\n")
    # The others are what the name would mean as a pattern.
    for folder in (name, "d1", "dxx", "da"):
        imports.import_files([file], DataFolder(tmp_path / folder), Options())
    assert [entry.events for entry in store.imports(DataFolder(tmp_path / name))] == [1]
    staging = yaml.safe_load((PROJECT / "models/staging/_staging.yml").read_text("utf-8"))
    template = staging["sources"][0]["config"]["meta"]["external_location"]
    location = jinja2.Template(template).render(env_var=lambda *_: str(tmp_path / name))
    with Warehouse() as warehouse:
        assert warehouse.rows(f"select count(*) from {location.format_map({})}") == [(1,)]
    assert [entry["source_file"] for entry in store.inputs(DataFolder(tmp_path / name))] == [
        "a.csv"
    ]
