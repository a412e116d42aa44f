"""Every spelling of times, numbers and flags, in Python and through the SQL of the import."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from runner import readings

TOKYO = ZoneInfo("Asia/Tokyo")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")

DAY_FIRST = ("%d-%m-%y",)
AMERICAN = ("%m/%d/%y %I:%M %p", "%m/%d/%Y")

# text, formats, zone, then the instant in UTC and whether it is only a day; or the fault.
TIMES = [
    ("2026-04-01 09:05", (), TOKYO, "2026-04-01 00:05:00", False),
    ("2026-04-01T09:05", (), TOKYO, "2026-04-01 00:05:00", False),
    ("2026-04-01T09:05:07", (), TOKYO, "2026-04-01 00:05:07", False),
    ("2026-04-01 09:05:07.5", (), TOKYO, "2026-04-01 00:05:07.500000", False),
    ("2026-04-01 09:05:07.123456", (), TOKYO, "2026-04-01 00:05:07.123456", False),
    ("2026-04-01 09:05:07.123456789", (), TOKYO, "2026-04-01 00:05:07.123456", False),
    ("2026-04-01 09:05:07,25", (), TOKYO, "2026-04-01 00:05:07.250000", False),
    ("2026-04-01T09:05:07Z", (), TOKYO, "2026-04-01 09:05:07", False),
    ("2026-04-01t09:05:07z", (), TOKYO, "2026-04-01 09:05:07", False),
    ("2026-04-01T09:05+09:00", (), BERLIN, "2026-04-01 00:05:00", False),
    ("2026-04-01T09:05+0900", (), BERLIN, "2026-04-01 00:05:00", False),
    ("2026-04-01T09:05+09", (), BERLIN, "2026-04-01 00:05:00", False),
    ("2026-04-01T09:05:00.5-03:30", (), BERLIN, "2026-04-01 12:35:00.500000", False),
    ("2026-04-01 09:05:00 +09:00", (), BERLIN, "2026-04-01 00:05:00", False),
    ("2026-04-01T09:05:00+00", (), BERLIN, "2026-04-01 09:05:00", False),
    ("2026-04-01T09:05+15:00", (), TOKYO, "time_unreadable", None),
    ("2026-04-01", (), TOKYO, "2026-03-31 15:00:00", True),
    ("2026-04-01 00:00:00", (), TOKYO, "2026-03-31 15:00:00", False),
    ("2026-4-1", (), TOKYO, "2026-03-31 15:00:00", True),
    ("2026/4/1", (), TOKYO, "2026-03-31 15:00:00", True),
    ("2026/04/01", (), TOKYO, "2026-03-31 15:00:00", True),
    ("2026/4/1 9:05", (), TOKYO, "2026-04-01 00:05:00", False),
    ("2026/4/1 9:05:07", (), TOKYO, "2026-04-01 00:05:07", False),
    ("2026.04.01", (), TOKYO, "2026-03-31 15:00:00", True),
    ("2026.4.1 18:30", (), TOKYO, "2026-04-01 09:30:00", False),
    ("20260401", (), TOKYO, "2026-03-31 15:00:00", True),
    ("20260401 09:05", (), TOKYO, "2026-04-01 00:05:00", False),
    ("2026年4月1日", (), TOKYO, "2026-03-31 15:00:00", True),
    ("2026年04月01日 9:05", (), TOKYO, "2026-04-01 00:05:00", False),
    ("２０２６／０４／０１　９：０５", (), TOKYO, "2026-04-01 00:05:00", False),
    ("  2026-04-01 09:05  ", (), TOKYO, "2026-04-01 00:05:00", False),
    ("1900-01-01", (), BERLIN, "1899-12-31 23:00:00", True),
    ("1900-01-01 08:30", (), NEW_YORK, "1900-01-01 13:30:00", False),
    ("1969-12-31 23:59:59.999999", (), ZoneInfo("UTC"), "1969-12-31 23:59:59.999999", False),
    ("0999-01-01", (), ZoneInfo("UTC"), "0999-01-01 00:00:00", True),
    ("2024-02-29", (), ZoneInfo("UTC"), "2024-02-29 00:00:00", True),
    # The clock goes from 02:00 to 03:00, and from 03:00 back to 02:00.
    ("2026-03-29 01:59:59", (), BERLIN, "2026-03-29 00:59:59", False),
    ("2026-03-29 02:30", (), BERLIN, "time_nonexistent", None),
    ("2026-03-29 03:00", (), BERLIN, "2026-03-29 01:00:00", False),
    ("2026-03-29 02:30+01:00", (), BERLIN, "2026-03-29 01:30:00", False),
    ("2026-10-25 02:30", (), BERLIN, "2026-10-25 00:30:00", False),
    ("2026-10-25 03:00", (), BERLIN, "2026-10-25 02:00:00", False),
    ("2026-10-25", (), BERLIN, "2026-10-24 22:00:00", True),
    ("2026-03-08 02:00", (), NEW_YORK, "time_nonexistent", None),
    ("2026-03-08 03:00", (), NEW_YORK, "2026-03-08 07:00:00", False),
    ("2026-11-01 01:30", (), NEW_YORK, "2026-11-01 05:30:00", False),
    # A day that has no midnight begins at the first moment it has.
    ("2018-11-04", (), ZoneInfo("America/Sao_Paulo"), "2018-11-04 03:00:00", True),
    ("2018-11-04 00:30", (), ZoneInfo("America/Sao_Paulo"), "time_nonexistent", None),
    ("2026-02-30", (), TOKYO, "time_nonexistent", None),
    ("2026-13-01 09:00", (), TOKYO, "time_nonexistent", None),
    ("2026-04-01 25:00", (), TOKYO, "time_nonexistent", None),
    ("2023/2/29", (), TOKYO, "time_nonexistent", None),
    ("0000-01-01", (), TOKYO, "time_nonexistent", None),
    ("01/02/2026", (), TOKYO, "time_ambiguous", None),
    ("25/12/2026", (), TOKYO, "time_ambiguous", None),
    ("20-10-16", (), TOKYO, "time_ambiguous", None),
    ("1.2.2026 10:00", (), TOKYO, "time_ambiguous", None),
    ("02/23/26 08:55 PM", (), TOKYO, "time_ambiguous", None),
    ("yesterday", (), TOKYO, "time_unreadable", None),
    ("#N/A", (), TOKYO, "time_unreadable", None),
    ("2026", (), TOKYO, "time_unreadable", None),
    ("202604011", (), TOKYO, "time_unreadable", None),
    ("T10:20", (), TOKYO, "time_unreadable", None),
    ("46113", (), TOKYO, "time_unreadable", None),
    ("2026-04-01 09:05:60", (), TOKYO, "time_nonexistent", None),
    ("2026-04-01 extra", (), TOKYO, "time_unreadable", None),
    ("20-10-16", DAY_FIRST, TOKYO, "2016-10-19 15:00:00", True),
    ("31-02-16", DAY_FIRST, TOKYO, "time_nonexistent", None),
    ("10/20/2016", DAY_FIRST, TOKYO, "time_unreadable", None),
    ("2016-10-20", DAY_FIRST, TOKYO, "2016-10-19 15:00:00", True),
    ("02/23/26 08:55 PM", AMERICAN, TOKYO, "2026-02-23 11:55:00", False),
    ("3/1/2017", AMERICAN, TOKYO, "2017-02-28 15:00:00", True),
    ("2026-02-01", ("%Y-%d-%m",), TOKYO, "2026-01-01 15:00:00", True),
    ("01.02.2026 10:00 +0100", ("%d.%m.%Y %H:%M %z",), TOKYO, "2026-02-01 09:00:00", False),
]


def _id(case: tuple[object, ...]) -> str:
    return f"{case[0]} {case[1] or ''} {case[2]}"


@pytest.mark.parametrize("case", TIMES, ids=_id)
def test_time(case: tuple[str, tuple[str, ...], ZoneInfo, str, bool | None]) -> None:
    text, formats, zone, expected, is_date_only = case
    written = readings.read_time(text, formats)
    if is_date_only is None:
        fault = written if isinstance(written, str) else readings.instant(written, zone)
        assert fault == expected
        return
    assert not isinstance(written, str)
    moment = readings.instant(written, zone)
    assert isinstance(moment, int)
    assert moment == (
        datetime.fromisoformat(expected) - datetime.fromisoformat("1970-01-01")
    ) // timedelta(microseconds=1)
    assert written.is_date_only is is_date_only


def test_sql_and_python_read_times_alike(landed) -> None:
    by_reading: dict[tuple[tuple[str, ...], ZoneInfo], list] = {}
    for text, formats, zone, *expected in TIMES:
        by_reading.setdefault((formats, zone), []).append((text, expected))
    for (formats, zone), cases in by_reading.items():
        lines = [f'{number},x,"{text}"' for number, (text, _expected) in enumerate(cases)]
        file = landed.write("t.csv", "\n".join(["SalesOpportunity,ActivityName,EventTime", *lines]))
        landed.add(file, time_zone=zone.key, date_formats=formats, fresh=True)
        rows = landed.rows("EventTime, event_at, is_date_only, faults, time_zone, local_date")
        assert len(rows) == len(cases)
        for row, (text, (expected, is_date_only)) in zip(rows, cases, strict=True):
            if is_date_only is None:
                assert row == (text, None, None, expected, None, None)
                continue
            written = readings.read_time(text, formats)
            assert not isinstance(written, str)
            applied = zone.key if written.offset is None else None
            moment = datetime.fromisoformat(expected)
            day = written.local.date()
            assert row == (text, moment, is_date_only, None, applied, day), text


def test_the_offset_of_a_day_is_one_unless_the_clock_changes() -> None:
    assert readings.day_offset(date(2026, 3, 28), BERLIN) == 3600
    assert readings.day_offset(date(2026, 3, 29), BERLIN) is None
    assert readings.day_offset(date(2026, 3, 30), BERLIN) == 7200
    assert readings.day_offset(date(2026, 10, 25), BERLIN) is None
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    assert readings.day_offset(date(2018, 11, 3), sao_paulo) == -10800
    assert readings.day_offset(date(2018, 11, 4), sao_paulo) is None
    assert readings.day_offset(date(2018, 2, 17), sao_paulo) is None


def test_hours_of_a_year_equal_the_conversion_of_the_zone_database(landed) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [start + timedelta(hours=hour) for hour in range(365 * 24)]
    first = {}
    for moment in moments:
        local = moment.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")
        first.setdefault(local, moment.replace(tzinfo=None))
    lines = [f"{number},x,{local}" for number, local in enumerate(first)]
    file = landed.write("t.csv", "\n".join(["SalesOpportunity,ActivityName,EventTime", *lines]))
    landed.add(file, time_zone="Europe/Berlin")
    assert landed.rows("EventTime, event_at") == list(first.items())


AMOUNTS = [
    ("1200", "1200"),
    ("-1200", "-1200"),
    ("+1200", "1200"),
    ("1,200", "1200"),
    ("1,234,567.891", "1234567.891"),
    ("0.5", "0.5"),
    (".5", "0.5"),
    ("▲1,200", "-1200"),
    ("△1,200", "-1200"),
    ("▲ 1,200", "-1200"),
    ("(1,200)", "-1200"),
    ("（1,200）", "-1200"),
    ("−1,200", "-1200"),
    ("－１，２００", "-1200"),
    ("￥1,200", "1200"),
    ("¥1,200", "1200"),
    ("¥-1,200", "-1200"),
    ("-¥1,200", "-1200"),
    ("$12.50", "12.5"),
    ("1,200円", "1200"),
    ("１２００円", "1200"),
    ("▲1,200円", "-1200"),
    ("(¥1,200)", "-1200"),
    (" 1200 ", "1200"),
    ("00012", "12"),
    ("1.00005", "1.0000"),
    ("1.00015", "1.0002"),
    ("1.000050001", "1.0001"),
    ("99999999999999.9999", "99999999999999.9999"),
    ("100000000000000", None),
    ("99999999999999.99999", None),
    ("12,00", None),
    ("1,2", None),
    ("1.234,56", None),
    ("1e5", None),
    ("NaN", None),
    ("--1", None),
    ("(-1)", None),
    ("12 000", None),
    ("12.", None),
    ("USD 12", None),
    ("千円", None),
    ("円", None),
    ("#VALUE!", None),
    ("12.5%", None),
]
RATES = [
    ("0", "0"),
    ("0.125", "0.125"),
    (".125", "0.125"),
    ("12.5%", "0.125"),
    ("１２．５％", "0.125"),
    ("12.5 %", "0.125"),
    ("0%", "0"),
    ("99.9999%", "0.999999"),
    ("0.1234565", "0.123456"),
    ("0.9999999", None),
    ("1", None),
    ("100%", None),
    ("12.5", None),
    ("-0.1", None),
    ("-5%", None),
    ("ten", None),
]
FLAGS = [
    *(
        (text, True)
        for text in ("yes", "Yes", "TRUE", "true", "1", "y", "はい", "○", "ＹＥＳ", " y ")
    ),
    *((text, False) for text in ("no", "NO", "FALSE", "false", "0", "n", "いいえ", "×")),
    *((text, None) for text in ("maybe", "2", "-", "oui")),
]
DATES = [
    ("2026-04-01", date(2026, 4, 1)),
    ("2026/4/1", date(2026, 4, 1)),
    ("2026-04-01 09:00", date(2026, 4, 1)),
    ("2026-04-01T23:00:00Z", date(2026, 4, 1)),
    ("2026年4月1日", date(2026, 4, 1)),
    ("2026-02-30", None),
    ("01/02/2026", None),
    ("soon", None),
]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(("text", "expected"), AMOUNTS)
def test_amount(text: str, expected: str | None) -> None:
    assert readings.read_amount(text) == _decimal(expected)


@pytest.mark.parametrize(("text", "expected"), RATES)
def test_rate(text: str, expected: str | None) -> None:
    assert readings.read_rate(text) == _decimal(expected)


@pytest.mark.parametrize(("text", "expected"), FLAGS)
def test_flag(text: str, expected: bool | None) -> None:
    assert readings.read_flag(text) is expected


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_date(text: str, expected: date | None) -> None:
    assert readings.read_date(text) == expected


@pytest.mark.parametrize(
    ("column", "key", "cases"),
    [
        ("Amount", "document_amount", [(text, _decimal(value)) for text, value in AMOUNTS]),
        ("DiscountRate", "discount_rate", [(text, _decimal(value)) for text, value in RATES]),
        ("Automated", "is_automated", FLAGS),
        ("DueDate", "due_date", DATES),
    ],
)
def test_sql_and_python_read_cells_alike(landed, column: str, key: str, cases: list) -> None:
    lines = [f'1,x,2026-04-01,"{text}"' for text, _value in cases]
    header = f"SalesOpportunity,ActivityName,EventTime,{column}"
    [summary] = landed.add(landed.write("t.csv", "\n".join([header, *lines])))
    refused = [text for text, value in cases if value is None]
    assert landed.rows(f"{column}, {key}") == cases
    assert landed.rows("bad_cells ->> ?".replace("?", f"'{column}'"), "bad_cells is not null") == [
        (text,) for text in refused
    ]
    assert summary.bad_cells == {column: len(refused)}
    assert summary.events == len(cases)


def test_a_declared_format_must_be_one() -> None:
    assert readings.is_format("%d/%m/%Y")
    assert not readings.is_format("DD/MM/YYYY")
    assert not readings.is_format("%d/%m/%Q")
