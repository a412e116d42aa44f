"""`l2c export` writes the published tables as a workbook of figures, dates and texts."""

from __future__ import annotations

import shutil
import warnings
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from runner.cli import cli
from runner.engines.warehouse import Warehouse
from runner.publish import export_tables
from tests.runner.conftest import query

SHEETS = [
    *("About", "KPIs", "Process line", "Steps", "Variants", "Stages", "Cases"),
    *("Rejected rows", "Rejected cells"),
]


def export(folder: Path, file: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        cli,
        ["export", "-o", str(file), *arguments],
        env={"LANG": "C", "L2C_DATA_DIR": str(folder)},
    )


def opened(file: Path) -> Workbook:
    with warnings.catch_warnings():
        # openpyxl drops data bars.
        warnings.simplefilter("ignore")
        return load_workbook(file)


def table(book: Workbook, sheet: str) -> list[dict[str, Any]]:
    """Return the rows of a sheet by header; the line above the headers is left out."""
    _note, headers, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(headers, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def file(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export the demo in English; return the workbook."""
    file = tmp_path_factory.mktemp("export") / "result.xlsx"
    result = export(demo, file)
    assert (result.exit_code, result.output) == (0, f"Workbook: {file}\n")
    return file


@pytest.fixture(scope="module")
def book(file: Path) -> Workbook:
    return opened(file)


def test_every_table_has_its_sheet_with_filter_and_fixed_headers(book: Workbook) -> None:
    assert book.sheetnames == SHEETS
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B3"
        assert sheet.auto_filter.ref.startswith("A2:")
        assert all(cell.value for cell in sheet[2])


def test_the_first_sheet_names_the_result_and_defines_the_kpis(
    book: Workbook, published: Path
) -> None:
    cells = [cell for row in book["About"].iter_rows(values_only=True) for cell in row if cell]
    (content,) = query(published, "select content_hash from runs")[0]
    assert {content, "2026-06-29 21:00 (Asia/Tokyo)"} <= set(cells)
    for name, definition in query(published, "select label_en, definition_en from kpis"):
        assert {name, definition} <= set(cells)
    assert [cell for cell in cells if cell in (300, 2960, 2954)] == [300, 2960, 2954]


def test_figures_are_the_published_ones(book: Workbook, published: Path) -> None:
    kpis = {
        row["KPI"]: row for row in table(book, "KPIs") if not (row["Dimension"] or row["Period"])
    }
    for name, value, count in query(
        published,
        "select label_en, value, n from kpi_values inner join kpis using (kpi)"
        " where dimension = 'all' and period_grain = 'all'",
    ):
        assert kpis[name]["Value"] == pytest.approx(value)
        assert kpis[name]["Cases"] == count
    assert kpis["Win rate (count)"]["Status"] == "target met"

    steps = table(book, "Steps")
    assert steps[0]["From"] == "Invoice Sent"
    assert sum(row["Transitions"] for row in steps) == 2654
    assert sum(row["Total days"] for row in steps) == pytest.approx(
        query(published, "select sum(total_days) from process_map_edges")[0][0]
    )
    line = table(book, "Process line")
    assert sum(row["Events"] for row in line) == 2954
    assert sum(row["Wait before it, total days"] for row in line) == pytest.approx(
        sum(row["Total days"] for row in steps)
    )
    assert [row["Stage"] for row in table(book, "Stages")] == [
        *("Discovery", "Solution", "Quotation", "Negotiation", "Agreement")
    ]
    cases = table(book, "Cases")
    assert len(cases) == 300
    assert sum(row["Value in JPY"] or 0 for row in cases) == pytest.approx(
        float(query(published, "select sum(value_reporting) from cases")[0][0])
    )
    assert [len(table(book, name)) for name in SHEETS[-2:]] == [6, 3]


def test_figures_have_formats_and_times_are_those_of_the_reporting_zone(book: Workbook) -> None:
    def formats(sheet: str, row: int = 3) -> dict[str, str]:
        return {
            str(head.value): cell.number_format
            for head, cell in zip(book[sheet][2], book[sheet][row], strict=True)
        }

    units = {row["Unit"]: number for number, row in enumerate(table(book, "KPIs"), start=3)}
    assert formats("KPIs", units["share"])["Value"] == "0.0%"
    assert formats("KPIs", units["days"])["Value"] == "#,##0.0"
    steps = formats("Steps")
    assert (steps["Median days"], steps["Value in JPY"]) == ("#,##0.0", "#,##0")
    number, case = next(
        (number, row)
        for number, row in enumerate(table(book, "Cases"), start=3)
        if row["Sales opportunity"] == "OPP-0092"
    )
    assert case["First event"] == datetime(2025, 10, 28, 18, 27)
    assert case["Due date"] == datetime(2026, 3, 11)
    assert case["Outcome"] == "won"
    cases = formats("Cases", number)
    assert (cases["First event"], cases["Due date"]) == ("yyyy-mm-dd hh:mm", "yyyy-mm-dd")


def test_another_reader_finds_the_same_cells(file: Path) -> None:
    rows = CalamineWorkbook.from_path(file).get_sheet_by_name("Steps").to_python()
    assert rows[1][:3] == ["From", "To", "Transitions"]
    assert rows[2][:3] == ["Invoice Sent", "Payment Received", 73]


def test_labels_are_in_the_language_asked_for(demo: Path, tmp_path: Path) -> None:
    assert export(demo, tmp_path / "結果.xlsx", "--lang", "ja").exit_code == 0
    book = opened(tmp_path / "結果.xlsx")
    assert book.sheetnames[:3] == ["概要", "KPI一覧", "プロセス"]
    assert table(book, "遷移")[0]["遷移元"] == "請求書送付"
    assert table(book, "経路パターン")[1]["経路"] == "リード獲得 → リード初回接触"
    assert table(book, "ケース")[0]["結果"] == "継続中"
    assert book["ケース"]["S3"].number_format == "yyyy/mm/dd hh:mm"


def test_equal_results_are_equal_bytes(demo: Path, file: Path, tmp_path: Path) -> None:
    assert export(demo, tmp_path / "again.xlsx").exit_code == 0
    assert (tmp_path / "again.xlsx").read_bytes() == file.read_bytes()


def test_what_does_not_fit_is_one_row_or_is_named(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_tables, "MOST_VARIANTS", 5)
    monkeypatch.setattr(export_tables, "MOST_CASES", 10)
    assert export(demo, tmp_path / "cut.xlsx").exit_code == 0
    book = opened(tmp_path / "cut.xlsx")
    variants = table(book, "Variants")
    assert [row["Rank"] for row in variants] == [1, 2, 3, 4, 5, None]
    assert variants[-1]["Path"] == "all other variants"
    assert sum(row["Cases"] for row in variants) == 300
    assert sum(row["Share of cases"] for row in variants) == pytest.approx(1)
    assert len(table(book, "Cases")) == 10
    assert "Only the first 10 of 300 rows are here" in str(book["Cases"]["A1"].value)


HOSTILE = ["=1+1", "+2", "-3", "@SUM(A1)", "{=4}", "https://example.com", "a\x01b", "é" * 40_000]


def test_no_text_becomes_a_formula_or_a_link(published: Path, tmp_path: Path) -> None:
    (tmp_path / "publish").mkdir()
    with Warehouse(Path(shutil.copy(published, tmp_path / "publish"))) as warehouse:
        names = warehouse.rows("select case_id from marts.cases order by case_id limit 8")
        for (case_id,), text in zip(names, HOSTILE, strict=True):
            warehouse.run(
                "update marts.cases set customer_name = ? where case_id = ?", [text, case_id]
            )
        warehouse.run("update marts.rejected_rows set value = '=2+2' where source_row = 212")
    file = tmp_path / "hostile.xlsx"
    assert export(tmp_path, file).exit_code == 0
    book = opened(file)
    customers = {row["Customer name"] for row in table(book, "Cases")}
    assert set(HOSTILE[:6]) <= customers
    assert max(len(name or "") for name in customers) == 32_767
    assert table(book, "Rejected rows")[0]["Value"] == "=2+2"
    with zipfile.ZipFile(file) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name]
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


def test_an_existing_file_is_never_replaced(demo: Path, file: Path) -> None:
    before = file.read_bytes()
    result = export(demo, file)
    assert result.exit_code == 1
    assert "there is a file of this name already" in result.output
    assert file.read_bytes() == before


def test_without_a_publication_nothing_is_written(tmp_path: Path) -> None:
    result = export(tmp_path, tmp_path / "none.xlsx")
    assert result.exit_code == 1
    assert "what to do: run l2c run FILE first" in result.output
    assert not (tmp_path / "none.xlsx").exists()
