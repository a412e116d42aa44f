"""The deals sheet: a table of one row per deal, whose columns named after activities are events."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from runner.columns import wide
from runner.faults import DataFault

HEADER = "SalesOpportunity,ActivityName,EventTime"
DEALS = (
    (
        "商談ID,営業担当者,商談作成,見積提示日,成約,入金,督促,営業ステージ,備考\n"
        "00012,佐藤,2026/4/1,,2026年5月31日,令和8年6月30日,,受注,急ぎ\n"
        "00013,鈴木,2026/4/2,2026/4/9,,,,提案,\n"
        "00014,鈴木,,,,,,提案,\n"
        "00015,鈴木,01/02/2026,,,,,提案,\n"
    )
    .replace("令和8年6月30日", "2026.6.30")
    .replace("見積提示日", "Quote Issued Date")
)


def test_a_deal_lands_one_row_per_date_of_an_activity(landed) -> None:
    [summary] = landed.add(landed.write("deals.csv", DEALS))
    assert landed.rows("source_row, SalesOpportunity, ActivityName, activity, local_date") == [
        (2, "00012", "Opportunity Created", "Opportunity Created", date(2026, 4, 1)),
        (2, "00012", "Opportunity Won", "Opportunity Won", date(2026, 5, 31)),
        (2, "00012", "Payment Received", "Payment Received", date(2026, 6, 30)),
        (3, "00013", "Opportunity Created", "Opportunity Created", date(2026, 4, 2)),
        (3, "00013", "Quote Issued", "Quote Issued", date(2026, 4, 9)),
        (4, "00014", None, None, None),
        (5, "00015", "Opportunity Created", "Opportunity Created", None),
    ]
    assert landed.rows("faults, fault_columns", "faults is not null") == [
        ("no_event", "商談作成, Quote Issued Date, 成約, 入金, 督促"),
        ("time_ambiguous", "商談作成"),
    ]
    assert landed.rows("SalesRepresentative, SalesStage, other_columns", "source_row = 2")[0] == (
        "佐藤",
        None,
        '{"営業ステージ":"受注","備考":"急ぎ"}',
    )
    assert summary.event_columns == (
        ("商談作成", "Opportunity Created"),
        ("Quote Issued Date", "Quote Issued"),
        ("成約", "Opportunity Won"),
        ("入金", "Payment Received"),
        ("督促", "Payment Reminder Sent"),
    )
    assert summary.carried == ("営業ステージ", "備考")


def test_the_import_prints_which_columns_became_events(landed) -> None:
    lines = landed.invoke("import", landed.write("d.csv", DEALS), "--lang", "en").output
    assert "  matched: 商談ID → SalesOpportunity, 営業担当者 → SalesRepresentative\n" in lines
    assert (
        "  columns that became events: 商談作成 → Opportunity Created, Quote Issued Date" in lines
    )


@pytest.mark.parametrize(
    ("header", "activity"),
    [
        ("成約", "Opportunity Won"),
        (" 成約済み ", "Opportunity Won"),
        ("成約日", "Opportunity Won"),
        ("契約締結日", "Contract Signed"),
        ("ｸﾚｼﾞｯﾄ･ﾒﾓ", "Credit Note Issued"),
        ("OPPORTUNITY_WON", "Opportunity Won"),
        ("Invoice Sent date", "Invoice Sent"),
        ("入金期日", None),
        ("受注予定日", None),
        ("日", None),
        ("Close Date", None),
    ],
)
def test_a_header_names_an_activity(header: str, activity: str | None) -> None:
    assert wide.activity_of(header) == activity


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        (["2026-04-01", "", "soon"], True),
        (["01/02/2026"], True),
        (["2026-02-30"], True),
        (["済", "済", "2026-04-01"], False),
        (["1,200,000"], False),
        (["", "　"], None),
    ],
)
def test_a_column_holds_dates_when_half_of_what_is_filled_is_one(cells, verdict) -> None:
    assert wide.holds_dates(cells, ()) is verdict


def test_a_column_of_amounts_or_ticks_under_an_activity_is_an_attribute(landed) -> None:
    file = landed.write(
        "d.csv", '商談番号,成約,入金,検収\nA,2026-04-01,"1,200",○\nB,2026-04-02,500,\n'
    )
    [summary] = landed.add(file)
    assert summary.event_columns == (("成約", "Opportunity Won"),)
    assert landed.rows("other_columns") == [('{"入金":"1,200","検収":"○"}',), ('{"入金":"500"}',)]


def test_an_attribute_wins_where_a_header_could_be_both(landed, monkeypatch) -> None:
    known = {"成約": "Opportunity Won", "納期": "Order Fulfilled"}
    monkeypatch.setattr("runner.vocabulary.activity_by_header", lambda: known)
    [summary] = landed.add(landed.write("d.csv", "商談番号,成約,納期\nA,2026-04-01,2026-05-01\n"))
    assert summary.event_columns == (("成約", "Opportunity Won"),)
    assert landed.rows("promised_date") == [(date(2026, 5, 1),)]


def test_a_table_with_activity_and_time_is_one_of_events(landed) -> None:
    file = landed.write("a.csv", f"{HEADER},成約\nA,Quote Issued,2026-04-01,2026-05-01\n")
    [summary] = landed.add(file)
    assert (summary.events, summary.event_columns) == (1, ())
    assert landed.rows("other_columns") == [('{"成約":"2026-05-01"}',)]


def test_a_lone_activity_or_time_of_a_deals_sheet_is_an_attribute(landed) -> None:
    file = landed.write("d.csv", "商談番号,活動,成約\nA,電話,2026-04-01\n")
    landed.add(file)
    assert landed.rows("activity, other_columns") == [("Opportunity Won", '{"活動":"電話"}')]


def test_a_repeated_column_is_a_repeated_event(landed) -> None:
    landed.add(landed.write("d.csv", "商談番号,入金,入金\nA,2026-04-01,2026-05-01\n"))
    assert landed.rows("activity, local_date") == [
        ("Payment Received", date(2026, 4, 1)),
        ("Payment Received", date(2026, 5, 1)),
    ]


def test_a_table_without_a_case_or_any_date_is_refused(landed) -> None:
    with pytest.raises(DataFault, match="no column is SalesOpportunity"):
        landed.add(landed.write("a.csv", "案件,成約\nA,2026-04-01\n"))
    with pytest.raises(DataFault, match="no column is ActivityName, EventTime"):
        landed.add(landed.write("b.csv", "商談番号,入金,督促\nA,500,\n"))
    assert landed.rows() == []


def book_of(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = xlsxwriter.Workbook(path)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path


def test_a_workbook_lands_events_and_deals_and_names_what_it_skips(landed, tmp_path) -> None:
    path = book_of(
        tmp_path / "book.xlsx",
        {
            "はじめに": [["この表の使い方"], ["商談番号を記入してください"]],
            "イベント": [["商談番号", "活動", "発生日時"], ["A", "見積承認", "2026-04-01"]],
            "案件一覧": [["商談番号", "成約"], ["A", "2026-04-02"], ["B", "2026-04-03"]],
            "活動一覧": [["アクティビティ", "フェーズ"], ["成約", "contract"]],
            "空": [["商談番号", "活動", "発生日時"]],
        },
    )
    outcome = landed.invoke("import", path, "--lang", "en")
    assert outcome.exit_code == 0
    assert landed.rows("sheet, source_row, SalesOpportunity, activity") == [
        ("イベント", 2, "A", "Quote Approved"),
        ("案件一覧", 2, "A", "Opportunity Won"),
        ("案件一覧", 3, "B", "Opportunity Won"),
    ]
    assert (
        "  sheets skipped: はじめに (no column is SalesOpportunity, ActivityName, EventTime),"
        " 活動一覧 (no column is SalesOpportunity, EventTime),"
        " 空 (there is no row below the header)\n"
    ) in outcome.output


def test_a_sheet_of_events_that_is_wrong_is_refused_not_skipped(landed, tmp_path) -> None:
    path = book_of(
        tmp_path / "book.xlsx",
        {
            "events": [["商談番号", "商談ID", "活動", "発生日時"], ["A", "B", "x", "2026-04-01"]],
            "deals": [["商談番号", "成約"], ["A", "2026-04-02"]],
        },
    )
    with pytest.raises(DataFault, match="商談番号 and 商談ID are both SalesOpportunity"):
        landed.add(path)
    assert landed.rows() == []


def test_deals_in_parquet_and_with_a_declared_format(landed, tmp_path) -> None:
    from runner.engines.warehouse import Warehouse

    path = tmp_path / "deals.parquet"
    with Warehouse() as warehouse:
        warehouse.run(
            "copy (select 'A' as \"Sales Opportunity\", date '2026-04-01' as \"Won\","
            f" date '2026-04-02' as \"Opportunity Won\") to '{path}' (format parquet)"
        )
    landed.add(path)
    landed.add(landed.write("d.csv", "商談番号,成約\nB,03/04/2026\n"), date_formats=("%d/%m/%Y",))
    assert landed.rows("activity, local_date") == [
        ("Opportunity Won", date(2026, 4, 2)),
        ("Opportunity Won", date(2026, 4, 3)),
    ]


AMOUNTS = (
    "商談番号,商談金額,受注登録,受注金額,請求書発行,請求額,入金,入金金額,入金,入金額,金額\n"
    '1,900,2026-04-01,1000,2026-05-01,600,2026-06-01,"¥300",2026-07-01,200,7\n'
    "2,x,2026-04-01,y,2026-05-01,z,,,,,\n"
)


def test_a_deals_sheet_may_have_an_amount_per_document(landed) -> None:
    [summary] = landed.add(landed.write("d.csv", AMOUNTS))
    assert landed.rows(
        "activity, document_amount, Currency, opportunity_value", "source_row=2"
    ) == [
        ("Sales Order Created", 1000, None, 900),
        ("Invoice Generated", 600, None, 900),
        ("Payment Received", 300, "JPY", 900),
        ("Payment Received", 200, None, 900),
    ]
    assert summary.carried == ()
    assert ("請求額", "Amount") in summary.matched
    # The cell of the deal counts once, that of each document too.
    assert summary.bad_cells == {"Amount": 2, "OpportunityValue": 1}
    assert landed.rows("activity, bad_cells", "source_row=3") == [
        ("Sales Order Created", '{"OpportunityValue":"x","Amount":"y"}'),
        ("Invoice Generated", '{"Amount":"z"}'),
    ]


def test_a_shared_amount_applies_to_events_without_one_of_their_own(landed) -> None:
    content = (
        "Sales opportunity,Invoice Generated,Invoice amount,Payment Received,Opportunity Won,"
        "Amount\n"
        "1,2026-05-01,600,2026-06-01,2026-04-01,bad\n"
        "2,2026-05-01,,2026-06-01,,5\n"
    )
    [summary] = landed.add(landed.write("d.csv", content))
    assert landed.rows("SalesOpportunity, activity, document_amount") == [
        ("1", "Invoice Generated", 600),
        ("1", "Payment Received", None),
        ("1", "Opportunity Won", None),
        ("2", "Invoice Generated", None),
        ("2", "Payment Received", 5),
    ]
    assert summary.bad_cells == {"Amount": 1}


def test_a_bad_cell_counts_once_however_many_events_its_row_becomes(landed) -> None:
    content = (
        "商談番号,商談金額,商談作成,見積・提案提示,成約,入金,督促\n"
        "1,abc,2026-04-01,2026-04-02,2026-04-03,2026-04-04,2026-04-05\n"
        "2,abc,,,,,\n"
    )
    [summary] = landed.add(landed.write("d.csv", content))
    assert (summary.events, summary.bad_cells) == (5, {"OpportunityValue": 2})


def test_an_amount_without_its_event_is_carried(landed) -> None:
    [summary] = landed.add(landed.write("d.csv", "商談番号,成約,請求金額\n1,2026-04-01,5\n"))
    assert (summary.carried, landed.rows("document_amount")) == (("請求金額",), [(None,)])
