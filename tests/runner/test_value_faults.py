"""From text to value: each kind of fault from the field, with similar valid values."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from runner.columns import mapping
from runner.faults import WrongUsage
from runner.values import no_values, numbers, times

HEADER = "SalesOpportunity,ActivityName,EventTime"
moment = datetime.fromisoformat


def csv(landed, content: str, name: str = "t.csv"):
    return landed.write(name, content)


# Scientific notation.


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1.2E+06", ".", "1200000"),
        ("1,2E+06", ",", "1200000"),
        ("-1.5e+3", ".", "-1500"),
        ("¥2E+05", ".", "200000"),
        ("5E-01", ".", "0.5"),
        ("E5", ".", None),
        ("1.2E", ".", None),
        ("1E+99", ".", None),
        ("1.2E+06", ",", None),
    ],
)
def test_an_amount_in_scientific_notation_is_read(text, decimal, value) -> None:
    assert numbers.read_amount(text, decimal) == (value and Decimal(value))


# Signs and codes of currencies.


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        (r"\1,000", "1000", "JPY"),
        (r"＼1,000", "1000", "JPY"),
        (r"\-1,000", "-1000", "JPY"),
        ("1,000 USD", "1000", "USD"),
        ("USD 1,000", "1000", "USD"),
        ("JPY1000", "1000", "JPY"),
        ("(EUR 1,000)", "-1000", "EUR"),
        ("US$1,000", "1000", "USD"),
        ("1,200千円", "1200000", "JPY"),
        ("1,200千ドル", "1200000", "USD"),
        ("¥1,000 JPY", "1000", "JPY"),
        ("1,000", "1000", None),
        ("¥1,000 USD", None, None),
        ("1,000 PCS", None, None),
        ("ABC 1,000", None, None),
        ("USD", None, None),
    ],
)
def test_the_currency_in_an_amount_is_read(text, value, currency) -> None:
    money = numbers.read_money(text)
    found = (str(int(money.amount)), next(iter(money.currencies), None)) if money else (None, None)
    assert found == (value, currency)


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("￥1,234,567-", ".", "1234567"),
        ("¥1,234,567.-", ".", "1234567"),
        ("1,234,567.-", ".", "1234567"),
        ("金1,234,567円也", ".", "1234567"),
        ("1.234,-", ",", "1234"),
        ("1,234,567-", ".", "-1234567"),
        ("USD 1,000-", ".", "-1000"),
        ("¥-1,000", ".", "-1000"),
        # Ambiguous: a minus after the amount, or a closing dash.
        ("$1,234-", ".", None),
        ("1'234'567.50", ".", "1234567.5"),
        ("12,34,567", ".", "1234567"),
        ("1,2,3", ".", None),
    ],
)
def test_the_stroke_that_closes_an_amount_is_no_minus(text, decimal, value) -> None:
    assert numbers.read_amount(text, decimal) == (value and Decimal(value))


def test_the_amounts_of_the_field_are_read(landed, shared) -> None:
    landed.add(shared("field_faults/16-amounts.csv"), time_zone="Asia/Tokyo")
    values = dict(landed.rows("SalesOpportunity, opportunity_value"))
    assert values["A5"] == values["A9"] == values["A12"] == values["A16"] == Decimal(1_234_567)
    assert (values["A6"], values["A7"], values["A10"]) == (-1234, -1234, Decimal("1234.5"))
    assert (values["A13"], values["A18"]) == (None, None)
    assert dict(landed.rows("SalesOpportunity, Currency"))["A10"] == "USD"


def test_a_cell_sets_the_currency_of_its_row_and_never_contradicts_it(landed) -> None:
    rows = [
        ("1", "1,000 USD", "", ""),
        ("2", "¥1,000", "500", "￥"),
        ("3", "$1,000", "", "JPY"),
        ("4", "¥1,000", "", "CNY"),
        ("5", "￥1,000", "", "usd"),
        ("6", "1000", "2000", " ＪＰＹ "),
        ("7", "1,000 EUR", "5 USD", ""),
        ("8", "$1,000", "", "CAD"),
        ("9", "1000", "", "円"),
    ]
    lines = [f'{case},x,2026-04-01,"{a}","{b}",{code}' for case, a, b, code in rows]
    header = f"{HEADER},OpportunityValue,Amount,Currency"
    landed.add(csv(landed, "\n".join([header, *lines])))
    found = landed.rows("SalesOpportunity, opportunity_value, document_amount, Currency, bad_cells")
    assert found == [
        ("1", 1000, None, "USD", None),
        ("2", 1000, 500, "JPY", None),
        ("3", None, None, "JPY", '{"OpportunityValue":"$1,000"}'),
        ("4", 1000, None, "CNY", None),
        ("5", None, None, "USD", '{"OpportunityValue":"￥1,000"}'),
        ("6", 1000, 2000, "JPY", None),
        ("7", 1000, None, "EUR", '{"Amount":"5 USD"}'),
        ("8", 1000, None, "CAD", None),
        ("9", 1000, None, "JPY", None),
    ]


def test_a_backslash_in_cp932_is_a_yen_sign(landed) -> None:
    content = f'{HEADER},Amount,Region\n1,x,2026-04-01,"\\1,000",東日本\n'.encode("cp932")
    landed.add(csv(landed, content))
    assert landed.rows("document_amount, Currency, Region") == [(1000, "JPY", "東日本")]


def test_a_currency_in_a_cell_of_a_workbook_is_read(landed, shared) -> None:
    landed.add(shared("field_faults/far_cell.xlsx"), time_zone="Asia/Tokyo")
    assert landed.rows("opportunity_value, Currency", "OpportunityValue = '1,000 USD'") == [
        (1000, "USD")
    ]


# Epoch times.


def test_epoch_times_are_read_when_declared(landed, shared) -> None:
    file = shared("field_faults/epoch.csv")
    landed.add(file, date_formats=("epoch", "epoch_ms"), time_zone="Asia/Tokyo")
    found = landed.rows("event_at, is_date_only, time_zone", "EventTime like '17%'")
    assert found == [(moment("2024-03-01"), False, None)] * 2


@pytest.mark.parametrize(
    ("text", "form", "at"),
    [
        ("1709251200", "epoch", "2024-03-01"),
        ("1709251200.25", "epoch", "2024-03-01 00:00:00.250"),
        ("1709251200123", "epoch_ms", "2024-03-01 00:00:00.123"),
        ("1709251200000001", "epoch_us", "2024-03-01 00:00:00.000001"),
        ("1709251200000000000", "epoch_ns", "2024-03-01"),
        # Another unit than the declared one is not read, and not 1970 or 56133.
        ("1709251200", "epoch_ms", "time_unreadable"),
        ("1709251200000", "epoch", "time_unreadable"),
        ("0", "epoch", "time_missing"),
        ("2026-04-01", "epoch", "2026-04-01"),
        ("01/02/2026", "epoch", "time_ambiguous"),
    ],
)
def test_an_epoch_counts_in_its_declared_unit(text, form, at) -> None:
    read = times.read_time(text, [form])
    assert (read if isinstance(read, str) else read.local) == (at if "_" in at else moment(at))


def test_an_undeclared_epoch_names_the_declaration(landed) -> None:
    rows = "A,x,1709251200\nB,x,1709251200000\nC,x,20240301\nD,x,45352\nE,x,99999999999\n"
    landed.add(csv(landed, f"{HEADER}\n{rows}"))
    assert landed.rows("SalesOpportunity, faults") == [
        ("A", "time_epoch"),
        ("B", "time_epoch"),
        ("C", None),
        ("D", None),
        ("E", "time_unreadable"),
    ]


def test_an_epoch_in_a_date_column_is_a_day_of_the_zone(landed) -> None:
    # Midnight in Tokyo, and midnight in UTC.
    rows = "A,x,2024-03-01,1709218800000\nB,x,2024-03-01,1709251200000\n"
    rules = mapping.read(landed.write("m.yml", "date_format: epoch_ms\ntime_zone: Asia/Tokyo"))
    landed.add(csv(landed, f"{HEADER},DueDate\n{rows}"), mapping=rules)
    assert landed.rows("due_date, faults") == [(date(2024, 3, 1), None)] * 2


# Days that are none.


def test_a_sentinel_date_in_an_optional_column_is_empty_and_reported(landed, shared) -> None:
    [summary] = landed.add(
        shared("field_faults/sentinel_dates.csv"),
        date_formats=("%d.%m.%Y",),
        decimal=",",
        time_zone="Asia/Tokyo",
    )
    assert landed.rows("DueDate, due_date, bad_cells, faults") == [(None, None, None, None)] * 3
    assert summary.empty == {"DueDate": {"00.00.0000": 1, "31.12.9999": 1}}
    assert landed.rows("document_amount") == [
        (Decimal("1234.56"),),
        (Decimal("-1234.56"),),
        (Decimal(0),),
    ]


NO_DATES = (
    *("0000-00-00", "00/00/0000", "00000000", "0000-00-00 00:00:00", "9999/12/31", "99991231"),
    *("9999-12-31T23:59:59Z", "31/12/9999", "12/31/9999", "1900-01-00", "1/0/1900", "1900/1/1"),
    # What a workbook has for the number 0 in a date cell.
    "00:00:00",
    *("1899-12-30", "1753-01-01", "0001-01-01", "99999999", "0", "未定", "TBD", "2999-12-31"),
)
DATES = ("2026-12-31", "1999-12-31", "2000-01-01", "1999/1/1", "2026-12-31 00:00:00", "20261231")


@pytest.mark.parametrize("text", NO_DATES)
def test_texts_that_mean_no_date(text) -> None:
    assert times.read_date(text) == times.MISSING


@pytest.mark.parametrize(
    "text", [*DATES, "10:30:00", "01/01/2026", "soon", "2026-02-30", "31/12/2099x"]
)
def test_texts_that_do_not_mean_no_date(text) -> None:
    assert times.read_date(text) != times.MISSING


def test_a_sentinel_date_in_a_deals_sheet_is_no_event(landed) -> None:
    content = (
        "商談番号,商談作成,成約,失注,営業担当者\n"
        "1,2026-04-01,9999-12-31,0000-00-00,佐藤\n"
        "2,2026-04-02,2026-04-09,-,佐藤\n"
        "3,2026-04-03,未定,#N/A,佐藤\n"
        "4,1900-01-01,NULL,,佐藤\n"
        "5,2026-04-05,#REF!,,佐藤\n"
    )
    [summary] = landed.add(csv(landed, content))
    assert landed.rows("SalesOpportunity, activity, faults") == [
        ("1", "Opportunity Created", None),
        ("2", "Opportunity Created", None),
        ("2", "Opportunity Won", None),
        ("3", "Opportunity Created", None),
        ("4", None, "no_event"),
        ("5", "Opportunity Created", None),
        ("5", "Opportunity Won", "lookup_failed"),
    ]
    assert summary.empty == {
        "Opportunity Created": {"1900-01-01": 1},
        "Opportunity Won": {"9999-12-31": 1, "NULL": 1, "未定": 1},
        "Opportunity Lost": {"#N/A": 1, "-": 1, "0000-00-00": 1},
    }


def test_a_needed_time_that_is_none_is_missing(landed) -> None:
    rows = "A,x,0000-00-00,\nB,x,NULL,\nC,x,00.00.0000 00:00,\nD,x,2026-04-01,9999-12-31\n"
    landed.add(csv(landed, f"{HEADER},LastDataUpdate\n{rows}"))
    assert landed.rows("SalesOpportunity, faults, last_data_update, bad_cells") == [
        ("A", "time_missing", None, None),
        ("B", "time_missing", None, None),
        ("C", "time_missing", None, None),
        ("D", None, None, None),
    ]


# Null words.


def test_null_words_are_empty_and_reported(landed, shared) -> None:
    [summary] = landed.add(shared("field_faults/14-null-words.csv"), time_zone="Asia/Tokyo")
    columns = "OpportunityValue, Amount, DueDate, LossReason, Region, SalesRepresentative"
    assert landed.rows(f"{columns}, bad_cells, faults") == [(None,) * 8] * 4
    assert summary.empty["Region"] == {"#N/A": 1, "(blank)": 1, "NULL": 1, "None": 1}
    assert summary.empty["OpportunityValue"] == {"#NULL": 1, "N/A": 1, "\\N": 1, "—": 1}
    assert sum(sum(words.values()) for words in summary.empty.values()) == 23


def test_null_words_in_needed_columns_are_missing_and_na_stays(landed) -> None:
    content = (
        f"{HEADER},LeadNumber,Region\n"
        "NULL,x,2026-04-01,,NA\n"
        "NA,x,2026-04-01,,Nil Island\n"
        "ＮＵＬＬ,x,2026-04-01,L1,ｎ／ａ\n"
        "D,(null),2026-04-01,,None of these\n"
        "N,x,2026-04-01,NULL,0\n"
    )
    [summary] = landed.add(csv(landed, content))
    assert landed.rows("SalesOpportunity, LeadNumber, Region, faults") == [
        (None, None, "NA", "case_missing"),
        ("NA", None, "Nil Island", None),
        (None, "L1", None, None),
        ("D", None, "None of these", "activity_missing"),
        ("N", None, "0", None),
    ]
    assert landed.rows("raw ->> 'SalesOpportunity'", "faults = 'case_missing'") == [("NULL",)]
    assert summary.empty == {"LeadNumber": {"NULL": 1}, "Region": {"ｎ／ａ": 1}}


def test_words_with_a_meaning_and_unknown_words_are_not_null(landed) -> None:
    content = f"{HEADER},Automated,Note\nA,x,2026-04-01,なし,NULL\nB,x,2026-04-01,-,-\n"
    landed.add(csv(landed, content))
    assert landed.rows("is_automated, bad_cells, other_columns") == [
        (False, None, '{"Note":"NULL"}'),
        (None, None, '{"Note":"-"}'),
    ]


def test_the_import_reports_what_it_took_as_empty(landed) -> None:
    file = csv(landed, f"{HEADER},Region\nA,x,2026-04-01,NULL\nB,x,2026-04-01,NULL\n")
    assert "taken as empty: Region NULL 2" in landed.invoke("import", file, "--lang", "en").output
    output = landed.invoke("import", file, "--replace", "--lang", "ja").output
    assert "空とみなした値: 地域 NULL 2" in output


# Errors of spreadsheets.


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_error_of_a_spreadsheet_is_no_case_and_no_activity(landed, shared, ending) -> None:
    landed.add(shared(f"field_faults/51-vlookup-errors.{ending}"), time_zone="Asia/Tokyo")
    found = landed.rows("raw ->> 'SalesOpportunity', faults, fault_columns", "faults is not null")
    refused = {
        "csv": [
            *[("#N/A", "lookup_failed", "SalesOpportunity")] * 2,
            ("#REF!", "lookup_failed", "SalesOpportunity"),
            ("#N/A", "lookup_failed", "SalesOpportunity"),
        ],
        "xlsx": [
            *[("#N/A", "lookup_failed", "SalesOpportunity")] * 2,
            ("E2", "lookup_failed", "ActivityName"),
            ("#N/A", "lookup_failed", "SalesOpportunity"),
            ("E4", "lookup_failed", "EventTime"),
        ],
    }
    assert found == refused[ending]
    cases = {"csv": [("E9",), ("E9",)], "xlsx": [("E5",)]}
    assert landed.rows("SalesOpportunity", "faults is null") == cases[ending]


def test_an_error_in_an_optional_cell_is_a_rejected_cell(landed) -> None:
    content = (
        f"{HEADER},LeadNumber,Region,Amount\n"
        "A,x,2026-04-01,#REF!,#NAME?,#DIV/0!\n"
        "#N/A,x,2026-04-01,L1,#N/A,#N/A\n"
        "#######,x,2026-04-01,L2,West,1\n"
        ",x,2026-04-01,#VALUE!,#West,1\n"
    )
    landed.add(csv(landed, content))
    assert landed.rows("SalesOpportunity, LeadNumber, Region, Amount, faults, bad_cells") == [
        (
            *("A", None, None, "#DIV/0!", None),
            '{"Amount":"#DIV/0!","Region":"#NAME?","LeadNumber":"#REF!"}',
        ),
        (None, "L1", None, None, None, None),
        (None, "L2", "West", "1", "lookup_failed", None),
        (None, None, "#West", "1", "lookup_failed", '{"LeadNumber":"#VALUE!"}'),
    ]


# Oracle's default timestamp.


def test_the_default_timestamps_of_oracle_are_read(landed, shared) -> None:
    landed.add(shared("field_faults/17-oracle-nls.csv"), time_zone="Asia/Tokyo")
    assert landed.rows("event_at, expected_close_date, faults, bad_cells") == [
        (moment("2024-03-01 01:30"), date(2024, 3, 31), None, None),
        (moment("2024-03-05 05:05:44.213763"), date(2024, 3, 31), None, None),
        (moment("2024-03-19 15:00"), date(2024, 3, 31), None, None),
        (moment("2024-03-21 03:15"), date(2024, 3, 31), None, None),
    ]


@pytest.mark.parametrize(
    ("text", "local", "offset"),
    [
        ("01-MAR-24", "2024-03-01", None),
        ("31-DEC-49", "2049-12-31", None),
        ("01-JAN-50", "1950-01-01", None),
        ("15-OCT-99 01.02.03 AM UTC", "1999-10-15 01:02:03", 0),
        ("15-Oct-99 11.02.03,5 PM America/New_York", "1999-10-15 23:02:03.5", -14400),
        ("01-3月 -24 10.30.00.000000 午前", "2024-03-01 10:30", None),
        ("01-10月-24 02.30.00 午後 +09:00", "2024-10-01 14:30", 32400),
        ("2024-03-01-10.30.00.000000", "2024-03-01 10:30", None),
        ("2024-03-01T10:30:00+09:00[Asia/Tokyo]", "2024-03-01 10:30", 32400),
        ("30-FEB-24", "time_nonexistent", None),
        ("10-MAR-24 02.30.00 AM America/New_York", "time_skipped", None),
        ("01-MAR-24 10.30.00 AM ASIA/TOKIO", "time_unreadable", None),
        ("24-03-01 10:30:00.000000", "time_ambiguous", None),
        ("01-XYZ-24", "time_unreadable", None),
    ],
)
def test_forms_of_oracle_and_their_neighbours(text, local, offset) -> None:
    read = times.read_time(text)
    if isinstance(read, str):
        assert read == local
    else:
        assert (read.local, read.offset) == (moment(local.replace(":03.5", ":03.500")), offset)


# A date and a time in two columns.

PAIRS = (
    "商談,区分,日付,時刻,登録\n"
    "1,Opportunity Created,2026-04-01,10:30,2026/4/2\n"
    "2,Opportunity Created,2026/4/1 0:00:00,0.4375,2026/4/2\n"
    "3,Opportunity Created,20260401,103000,2026/4/2\n"
    "4,Opportunity Created,2026年4月1日,午前10時30分,2026/4/2\n"
    "5,Opportunity Created,46113,1899-12-30 10:30:00,2026/4/2\n"
    "6,Opportunity Created,2026-04-01,,2026/4/2\n"
    "7,Opportunity Created,2026-04-01,NULL,2026/4/2\n"
    "8,Opportunity Created,,10:30,2026/4/2\n"
    "9,Opportunity Created,2026-04-01,25:30,2026/4/2\n"
    "10,Opportunity Created,2026-04-01,930,2026/4/2\n"
)


def test_a_date_and_a_time_in_two_columns_are_one_time(landed) -> None:
    rules = "columns: {商談番号: 商談, ActivityName: 区分, EventTime: {date: 日付, time: 時刻}}"
    [summary] = landed.add(
        csv(landed, PAIRS),
        mapping=mapping.read(landed.write("m.yml", rules)),
        time_zone="Asia/Tokyo",
    )
    at = moment("2026-04-01 01:30")
    assert landed.rows("SalesOpportunity, event_at, is_date_only, faults, fault_columns") == [
        *[(str(number), at, False, None, None) for number in range(1, 6)],
        *[(number, moment("2026-03-31 15:00"), True, None, None) for number in ("6", "7")],
        ("8", None, None, "time_missing", "日付, 時刻"),
        ("9", None, None, "time_nonexistent", "日付, 時刻"),
        ("10", moment("2026-04-01 00:30"), False, None, None),
    ]
    assert summary.carried == ("登録",)
    assert ("日付, 時刻", "EventTime") in summary.matched


def test_the_events_of_a_wide_row_may_have_a_date_and_a_time_each(landed) -> None:
    content = "id,日付,時刻,請求日,請求額\n1,2026-04-01,9:05,2026-05-01,500\n2,,9:05,,\n"
    rules = (
        "columns: {SalesOpportunity: id}\n"
        "events:\n"
        "  - {activity: Opportunity Won, time: {date: 日付, time: 時刻}}\n"
        "  - {activity: Invoice Generated, time: 請求日, amount: 請求額}\n"
    )
    landed.add(
        csv(landed, content),
        mapping=mapping.read(landed.write("m.yml", rules)),
        time_zone="Asia/Tokyo",
    )
    assert landed.rows("SalesOpportunity, EventTime, is_date_only, document_amount, faults") == [
        ("1", "2026-04-01 9:05", False, None, None),
        ("1", "2026-05-01", True, 500, None),
        ("2", None, None, None, "no_event"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("columns: {Region: {date: a, time: b}}", "Region is one column; only EventTime"),
        ("columns: {EventTime: {date: a}}", "columns.EventTime"),
        ("columns: {EventTime: {date: a, clock: b}}", "columns.EventTime"),
    ],
)
def test_a_wrong_pair_is_wrong_usage(landed, content, message) -> None:
    with pytest.raises(WrongUsage, match=message):
        mapping.read(landed.write("m.yml", content))


# Invisible characters.


def test_hidden_characters_are_no_part_of_activities_times_and_numbers(landed, shared) -> None:
    [summary] = landed.add(shared("field_faults/20-spaces.csv"), time_zone="Asia/Tokyo")
    assert (summary.events, summary.unknown_activities) == (4, {})
    assert numbers.read_amount("1,\u200b000\u00ad") == 1000
    assert no_values.plain("\ufeff O1\u200e") == "O1"


def test_texts_of_times_are_read_in_the_zone_beside_them() -> None:
    read = times.read_time("01-MAR-24 10.30.00 AM ASIA/TOKYO")
    assert isinstance(read, times.Written)
    assert times.instant(read, ZoneInfo("Europe/Berlin")) == times.instant(
        times.Written(moment("2024-03-01 10:30"), False, None), ZoneInfo("Asia/Tokyo")
    )
