"""The inspection: what it finds, that it agrees with the import, and the workbook it returns."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from runner import messages
from runner.columns.options import Options
from runner.inspection import dry_run, workbook
from runner.inspection import sheet as inspected_sheet
from runner.inspection.diagnostics import CRITICAL, INFO, WARNING, Diagnostic, Place, rendered
from runner.template import workbook as template_workbook

HEADER = "SalesOpportunity,ActivityName,EventTime,OpportunityValue,DiscountRate\n"
BAD = HEADER + (
    "1,Quote Issued,2026-04-01,100,\n"
    "2,Quote Issued,04/05/2026,abc,\n"
    ",Quote Issued,2026-04-02,100,200%\n"
    "4,,2026-02-30,=1+1,\n"
    "5,Quote Isued,2026-04-03,100,\n"
    "6,Opportunity Won,e.g. 2026-04-03,nothing,\n"
    "EXAMPLE-00012,Opportunity Won,2026-04-03,100,\n"
)
RED, YELLOW = "00FFC7CE", "00FFEB9C"


def inspect(path: Path, **options: Any) -> dry_run.Inspected:
    return dry_run.inspect(path, Options(**options))


def found(path: Path, **options: Any) -> list[tuple[Any, ...]]:
    """Return severity, row, columns and value of each example of each diagnostic."""
    return [
        (diagnostic.severity, place.row, diagnostic.columns, place.value)
        for diagnostic in inspect(path, **options).diagnostics
        for place in diagnostic.examples
    ]


def coloured(path: Path) -> dict[str, dict[str, str]]:
    """Return the colour of each marked cell by sheet."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: {
            place: rule.dxf.fill.bgColor.rgb
            for area in sheet.conditional_formatting
            for rule in area.rules
            if rule.formula == [workbook.RULE]
            for place in str(area.sqref).split()
        }
        for sheet in book
    }


def comments(path: Path, sheet: str) -> dict[str, str]:
    book = openpyxl.load_workbook(path)
    return {
        cell.coordinate: cell.comment.text
        for row in book[sheet].iter_rows()
        for cell in row
        if cell.comment
    }


# What is found


def test_each_problem_is_reported_with_its_place_and_value(landed) -> None:
    assert found(landed.write("bad.csv", BAD)) == [
        (CRITICAL, 3, ("EventTime",), "04/05/2026"),
        (CRITICAL, 4, ("SalesOpportunity",), None),
        (CRITICAL, 5, ("ActivityName",), None),
        (CRITICAL, 5, ("EventTime",), "2026-02-30"),
        (INFO, 7, (), None),
        (CRITICAL, 3, ("OpportunityValue",), "abc"),
        (CRITICAL, 5, ("OpportunityValue",), "=1+1"),
        (CRITICAL, 4, ("DiscountRate",), "200%"),
        (WARNING, 6, ("ActivityName",), "Quote Isued"),
        (WARNING, 8, ("SalesOpportunity",), "EXAMPLE-00012"),
    ]


def test_expected_value_and_remedy_are_reported_too(landed) -> None:
    by_column = {
        f.columns[0]: f for f in inspect(landed.write("bad.csv", BAD)).diagnostics if f.columns
    }
    assert by_column["DiscountRate"].expected == (
        "a rate from 0 up to but not including 1, or a percentage such as 12.5%"
    )
    assert by_column["DiscountRate"].remedy == "Correct it, or empty the cell."
    assert by_column["ActivityName"].expected == "a name of the list"
    assert by_column["ActivityName"].examples == (Place(6, "Quote Isued", "Quote Issued"),)


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (BAD, {}),
        (HEADER + "1,Won,2026-13-01,1,\n1,Won,2026-12-01,1,\n,,,,\n,Won,,1,\n", {}),
        ("商談番号,商談作成,成約,商談金額\n1,2026-04-01,2026-02-30,x\n2,,,1\n,2026-04-01,,\n", {}),
        (
            HEADER + "1,Won,03/04/2026,1,\n1,Won,13/04/2026 25:00,1,0.5\n",
            {"date_formats": ("%d/%m/%Y",)},
        ),
        ("LeadNumber,ActivityName,EventTime\n,Won,x\nL1,Won,2026-04-01T09:00Z\n", {}),
    ],
    ids=["events", "empty rows", "deals", "declared format", "leads"],
)
def test_inspection_and_import_agree(landed, content: str, options: dict[str, Any]) -> None:
    path = landed.write("file.csv", content)
    inspected = dry_run.inspect(path, Options(**options), marks_cells=True)
    landed.add(path, **options)
    refused = [place for f in inspected.diagnostics if f.severity == CRITICAL for place in f.cells]
    rejected = landed.rows("distinct source_row", "faults is not null and faults != 'time_example'")
    bad = landed.rows(
        "distinct source_row", "bad_cells is not null and faults is distinct from 'time_example'"
    )
    assert {place.row for place in refused} == {row for (row,) in [*rejected, *bad]}
    assert bool(refused) == inspected.is_refused


def test_times_without_offset_and_zone_are_a_diagnostic_not_the_end(landed) -> None:
    path = landed.write(
        "naive.csv",
        HEADER + "1,Opportunity Won,2026-04-01 09:05,x,\n2,Opportunity Won,2026-04-02 10:00,1,\n",
    )
    assert found(path) == [
        (CRITICAL, 2, ("OpportunityValue",), "x"),
        (CRITICAL, 2, ("EventTime",), "2026-04-01 09:05"),
        (CRITICAL, 3, ("EventTime",), "2026-04-02 10:00"),
    ]
    assert found(path, time_zone="Asia/Tokyo") == [(CRITICAL, 2, ("OpportunityValue",), "x")]
    (naive,) = [f for f in inspect(path).diagnostics if f.reason == "zone_missing"]
    assert naive.count == 2


def test_an_unreadable_file_is_a_diagnostic(landed) -> None:
    path = landed.write("none.csv", "Opportunity,Step,When\n1,Won,2026-04-01\n")
    ((weight, row, _columns, _value),) = found(path)
    assert (weight, row) == (CRITICAL, 1)
    missing = landed.data_dir.parent / "absent.csv"
    (diagnostic,) = inspect(missing).diagnostics
    assert diagnostic.problem == "there is no such file"


def test_a_header_near_a_name_of_the_template_is_doubted(landed) -> None:
    path = landed.write(
        "near.csv", "商談番号,アクティビティ,発生日時,商談金頟,備考\n1,成約,2026-04-01,1,a\n"
    )
    assert found(path) == [(WARNING, 1, ("商談金頟",), "商談金頟")]


@pytest.mark.parametrize(
    ("sheet", "place", "weights"),
    [("Events", "C1", [CRITICAL]), ("Other", "C1", [WARNING])],
)
def test_a_sheet_that_would_not_be_read_is_reported(
    landed, sheet: str, place: str, weights
) -> None:
    """On a sheet of the template it is critical, not a warning."""
    path = landed.data_dir.parent / "template.xlsx"
    template_workbook.write(path)
    book = openpyxl.load_workbook(path)
    if sheet == "Other":
        book["Events"].title = "Other"
    book[sheet][place] = "Whatever"
    book.save(path)
    found = [f for f in inspect(path).diagnostics if f.sheet == sheet]
    assert [diagnostic.severity for diagnostic in found] == weights
    assert found[0].problem.startswith("The sheet would not be read: no column is ")


def test_an_emptied_sheet_of_the_template_is_no_fault(landed) -> None:
    path = landed.data_dir.parent / "template.xlsx"
    template_workbook.write(path)
    book = openpyxl.load_workbook(path)
    book["Events"].delete_rows(2, 5)
    book.save(path)
    assert found(path) == [(INFO, 2, (), None), (INFO, None, (), None)]


def test_an_unknown_activity_of_a_mapping_has_no_cell(landed) -> None:
    from runner.columns.mapping import read

    mapping = landed.write(
        "map.yml",
        "columns: {SalesOpportunity: id}\nevents:\n  - {activity: Quote Isued, time: day}\n",
    )
    path = landed.write("wide.csv", "id,day\n1,2026-04-01\n2,\n")
    assert found(path, mapping=read(mapping)) == [
        (CRITICAL, 3, ("day",), None),
        (WARNING, None, (), "Quote Isued"),
    ]


def test_a_problem_is_one_diagnostic_however_often_it_occurs(landed, monkeypatch) -> None:
    monkeypatch.setattr(inspected_sheet, "PLACES", 7)
    path = landed.write(
        "many.csv", HEADER + "".join(f"1,Opportunity Won,x{row % 8},,\n" for row in range(40))
    )
    inspected = inspect(path)
    (diagnostic,) = inspected.diagnostics
    assert diagnostic.count == 40
    assert [(place.row, place.value) for place in diagnostic.examples] == [
        (row, f"x{row - 2}") for row in range(2, 7)
    ]
    assert diagnostic.cells == ()
    assert inspected.verdict() == "many.csv: critical 40, warning 0"
    (marked,) = dry_run.inspect(path, Options(), marks_cells=True).diagnostics
    assert [place.row for place in marked.cells] == list(range(2, 9))


def test_a_diagnostic_has_its_count_and_examples_the_most_severe_first() -> None:
    diagnostics = [
        Diagnostic(WARNING, "odd", "odd", "S", ("A",), 1, (Place(2, "x", "y"),)),
        Diagnostic(
            CRITICAL,
            "bad",
            "bad",
            "S",
            ("B",),
            1_012,
            tuple(Place(row, f"v{row}") for row in range(3, 8)),
            expected="good",
            remedy="fix",
        ),
        Diagnostic(CRITICAL, "empty", "empty", "S", ("C",), 2, (Place(4), Place(9))),
    ]
    assert list(rendered(diagnostics)) == [
        "[Critical] sheet S, column B, 1,012 places: bad",
        *(f"  row {row}: 'v{row}'" for row in range(3, 8)),
        "  and 1,007 more; -o FILE.xlsx marks them",
        "  expected: good",
        "  what to do: fix",
        "[Critical] sheet S, column C, 2 places: empty",
        "  row 4, 9",
        "[Warning] sheet S, column A: odd",
        "  row 2: 'x' (nearest: y)",
    ]


# The command


def test_the_command_lands_nothing_and_its_exit_code_is_the_result(landed) -> None:
    bad = landed.invoke("inspect", landed.write("bad.csv", BAD))
    good = landed.invoke(
        "inspect", landed.write("good.csv", HEADER + "1,Opportunity Won,2026-04-01,1,\n")
    )
    both = landed.invoke(
        "inspect", landed.data_dir.parent / "good.csv", landed.data_dir.parent / "bad.csv"
    )
    assert (bad.exit_code, good.exit_code, both.exit_code) == (1, 0, 1)
    assert good.output.splitlines()[-1] == "good.csv: critical 0, warning 0"
    assert "  times as written: 2026-04-01 (1)" in good.output.splitlines()
    assert both.output.count("csv: critical ") == 2
    assert not landed.data_dir.exists()


def test_one_workbook_comes_back_and_replaces_nothing(landed) -> None:
    path = landed.write("bad.csv", BAD)
    output = landed.data_dir.parent / "marked.xlsx"
    assert landed.invoke("inspect", path, path, "-o", output).exit_code == 2
    assert landed.invoke("inspect", path, "-o", output).exit_code == 1
    before = output.read_bytes()
    again = landed.invoke("inspect", path, "-o", output)
    assert again.exit_code == 1
    assert "there is a file of this name already" in again.output
    assert output.read_bytes() == before


# Japanese has no English left


def test_the_japanese_inspection_has_no_english_left(landed) -> None:
    path = landed.write(
        "bad.csv", BAD.replace(HEADER, "商談番号,アクティビティ,発生日時,商談金額,値引率\n")
    )
    output = landed.data_dir.parent / "marked.xlsx"
    result = landed.invoke("inspect", path, "--lang", "ja", "-o", output)
    text = result.output
    sheet = openpyxl.load_workbook(output)["点検結果"]
    text += "\n".join(str(cell.value or "") for row in sheet.iter_rows() for cell in row)
    text += "\n".join(comments(output, "bad").values())
    text = re.sub(r"'[^'\n]*'", "", text.replace(str(output), "").replace("bad.csv", ""))
    for value in ("abc", "=1+1", "200%", "Quote Isued", "EXAMPLE-00012"):
        text = text.replace(value, "")
    words = set(re.findall(r"[A-Za-z][A-Za-z_]+", text))
    assert words <= {"UTC", "UTF", "date", "format"}, words


# The workbook


def test_a_csv_comes_back_as_text_with_its_wrong_cells_marked(landed) -> None:
    path = landed.write(
        "bad.csv", BAD.replace("4,,2026-02-30,=1+1", '4,,2026-02-30,"=HYPERLINK(""x"")"')
    )
    output = landed.data_dir.parent / "marked.xlsx"
    workbook.write(output, dry_run.inspect(path, Options(), marks_cells=True), Options())
    book = openpyxl.load_workbook(output)
    assert book.sheetnames == ["Inspection", "bad"]
    assert [cell.value for cell in book["bad"][1]] == HEADER.strip().split(",")
    assert [cell.value for cell in book["bad"][5]] == [
        "4",
        None,
        "2026-02-30",
        '=HYPERLINK("x")',
        None,
    ]
    assert {cell.data_type for row in book["bad"].iter_rows() for cell in row if cell.value} == {
        "s"
    }
    with zipfile.ZipFile(output) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(parts) == 2
        assert all(b"<f>" not in archive.read(part) for part in parts)
    assert coloured(output)["bad"] == {
        "C3": RED,
        "D3": RED,
        "A4": RED,
        "E4": RED,
        "B5": RED,
        "C5": RED,
        "D5": RED,
        "B6": YELLOW,
        "A8": YELLOW,
    }
    assert comments(output, "bad")["C3"].startswith(
        "[Critical] The date does not begin with the year, and no format is declared."
    )
    listed = [[cell.value for cell in row[:5]] for row in book["Inspection"].iter_rows(5)]
    assert listed[0] == ["Critical", None, "3", "EventTime", "04/05/2026"]
    assert len(listed) == 10
    assert book["Inspection"]["C5"].hyperlink.location == "'bad'!C3"


def own_workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "商談"
    sheet.append(
        ["Sales opportunity", "Activity", "Event time", "Opportunity value", "Note", "Twice"]
    )
    sheet.append(["00012", "Quote Issued", datetime(2026, 4, 1, 9, 5), 1200, "a"])
    sheet.append(["00013", "Quote Issued", "04/05/2026", 2400, "=1+1", "=D3*2"])
    sheet.append(["00014", "成約", date(2026, 4, 3), "about 5", None])
    sheet["E3"].data_type = "s"
    sheet["C3"].comment = Comment("call back", "Sato")
    sheet["C3"].fill = PatternFill("solid", fgColor="00C6EFCE")
    sheet["D4"].font = Font(bold=True, name="Meiryo")
    sheet["D2"].number_format = "#,##0"
    sheet.column_dimensions["B"].width = 31
    sheet.freeze_panes = "A2"
    other = book.create_sheet("Notes")
    other["A1"] = "kept"
    book.save(path)


def look(cell: Any) -> tuple[Any, ...]:
    fill, font = cell.fill, cell.font
    return (fill.fill_type, fill.fgColor.rgb, font.name, font.sz, font.b, cell.number_format)


def test_a_workbook_comes_back_as_it_was_but_for_the_marks(landed) -> None:
    path, output = (landed.data_dir.parent / name for name in ("own.xlsx", "marked.xlsx"))
    own_workbook(path)
    inspected = dry_run.inspect(path, Options(time_zone="Asia/Tokyo"), marks_cells=True)
    workbook.write(output, inspected, Options(time_zone="Asia/Tokyo"))
    was, now = openpyxl.load_workbook(path), openpyxl.load_workbook(output)
    assert now.sheetnames == ["Inspection", "商談", "Notes"]
    for sheet in was:
        for row in sheet.iter_rows():
            for cell in row:
                same = now[sheet.title][cell.coordinate]
                assert (same.value, same.data_type) == (cell.value, cell.data_type)
                assert look(same) == look(cell)
    assert now["商談"]["E3"].data_type == "s"
    assert now["商談"]["F3"].data_type == "f"
    assert now["商談"].column_dimensions["B"].width == 31
    assert now["商談"].freeze_panes == "A2"
    assert coloured(output)["商談"] == {"C3": RED, "D4": RED}
    notes = comments(output, "商談")
    assert notes["C3"].startswith("call back\n── l2c inspect ──\n[Critical] ")
    assert set(notes) == {"C3", "D4"}
    assert path.read_bytes() != output.read_bytes()


def test_the_next_inspection_takes_the_marks_away(landed) -> None:
    path, marked, again = (
        landed.data_dir.parent / name for name in ("own.xlsx", "marked.xlsx", "again.xlsx")
    )
    own_workbook(path)
    options = Options(time_zone="Asia/Tokyo")
    workbook.write(marked, dry_run.inspect(path, options, marks_cells=True), options)
    book = openpyxl.load_workbook(marked)
    book["商談"]["C3"] = date(2026, 5, 4)
    book["商談"]["D4"] = 300
    book.save(marked)
    inspected = dry_run.inspect(marked, options)
    assert not inspected.is_refused
    workbook.write(again, inspected, options)
    assert coloured(again) == {"Inspection": {}, "商談": {}, "Notes": {"A1": YELLOW}}
    assert comments(again, "商談") == {"C3": "call back"}


def test_the_reason_of_a_merged_cell_is_at_its_first(landed) -> None:
    path, output = (landed.data_dir.parent / name for name in ("merged.xlsx", "marked.xlsx"))
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["SalesOpportunity", "ActivityName", "EventTime"])
        sheet.write_row(1, 0, ["1", "Opportunity Won", "2026-04-01"])
        sheet.merge_range(2, 1, 2, 2, "Opportunity Won")
        sheet.write_string(2, 0, "2")
    inspected = dry_run.inspect(path, Options(), marks_cells=True)
    assert [(f.cells[0].row, f.columns) for f in inspected.diagnostics] == [(3, ("EventTime",))]
    workbook.write(output, inspected, Options())
    assert coloured(output)["S"] == {"B3": RED}


def test_a_file_that_cannot_be_read_comes_back_as_its_diagnostics(landed) -> None:
    path = landed.write(
        "broken.csv", 'SalesOpportunity,ActivityName,EventTime\n1,"a"b,2026-04-01\n'
    )
    output = landed.data_dir.parent / "marked.xlsx"
    result = landed.invoke("inspect", path, "-o", output)
    assert result.exit_code == 1
    book = openpyxl.load_workbook(output)
    assert book.sheetnames == ["Inspection"]
    assert [cell.value for cell in book["Inspection"][5]][:3] == ["Critical", None, "2"]


def test_characters_that_a_workbook_cannot_hold_do_not_stop_it(landed) -> None:
    path = landed.write(
        "odd.csv", HEADER + "1,\x01\x0b odd,bad\x02time,1,\n" + f"2,Won,{'x' * 40_000},1,\n"
    )
    output = landed.data_dir.parent / "marked.xlsx"
    assert landed.invoke("inspect", path, "-o", output).exit_code == 1
    book = openpyxl.load_workbook(output)
    assert len(book["odd"]["C3"].value) == 32_767
    assert coloured(output)["odd"]["C2"] == RED


def test_what_is_too_long_for_a_workbook_is_reported_in_lines_only(landed, monkeypatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 6)
    output = landed.data_dir.parent / "marked.xlsx"
    result = landed.invoke("inspect", landed.write("bad.csv", BAD), "-o", output)
    assert result.exit_code == 1
    assert "bad.csv: critical 7, warning 2" in result.output
    assert "the file has too many rows to be returned as a workbook: 7" in result.output
    assert not output.exists()


@pytest.mark.parametrize(
    "name",
    [
        "1904",
        "any_sheets",
        "date_1904",
        "date_iso",
        "empty_sheet",
        "encoded_entities",
        "errors",
        "formula_stress_test",
        "header-row",
        "merged_range",
        "no-header",
        "pass_protected",
        "sheet_visibility",
        "sheet_visibility_strict",
    ],
)
def test_a_strange_workbook_is_inspected_and_returned(landed, shared, name: str) -> None:
    messages.use("ja")
    path = shared(f"bad_inputs/excel/{name}.xlsx")
    output = landed.data_dir.parent / "marked.xlsx"
    result = landed.invoke("inspect", path, "-o", output, "--lang", "ja")
    assert result.exit_code == 1, result.output
    assert "取込不可" in result.output
    assert "点検結果" in openpyxl.load_workbook(output).sheetnames
