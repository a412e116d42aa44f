"""Every spelling of times, in Python and through the SQL of the import."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from runner.values import times, zones

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
    ("2026-03-29 02:30", (), BERLIN, "time_skipped", None),
    ("2026-03-29 03:00", (), BERLIN, "2026-03-29 01:00:00", False),
    ("2026-03-29 02:30+01:00", (), BERLIN, "2026-03-29 01:30:00", False),
    ("2026-10-25 02:30", (), BERLIN, "2026-10-25 00:30:00", False),
    ("2026-10-25 03:00", (), BERLIN, "2026-10-25 02:00:00", False),
    ("2026-10-25", (), BERLIN, "2026-10-24 22:00:00", True),
    ("2026-03-08 02:00", (), NEW_YORK, "time_skipped", None),
    ("2026-03-08 03:00", (), NEW_YORK, "2026-03-08 07:00:00", False),
    ("2026-11-01 01:30", (), NEW_YORK, "2026-11-01 05:30:00", False),
    # A day without midnight begins at its first moment.
    ("2018-11-04", (), ZoneInfo("America/Sao_Paulo"), "2018-11-04 03:00:00", True),
    ("2018-11-04 00:30", (), ZoneInfo("America/Sao_Paulo"), "time_skipped", None),
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
    ("#N/A", (), TOKYO, "lookup_failed", None),
    ("2026", (), TOKYO, "time_unreadable", None),
    ("202604011", (), TOKYO, "time_unreadable", None),
    ("T10:20", (), TOKYO, "time_unreadable", None),
    # Excel's serial dates, with a fraction of a day.
    ("46113", (), TOKYO, "2026-03-31 15:00:00", True),
    ("46113.378472222", (), TOKYO, "2026-04-01 00:05:00", False),
    ("46113.5", (), TOKYO, "2026-04-01 03:00:00", False),
    ("4611", (), TOKYO, "time_unreadable", None),
    ("461130", (), TOKYO, "time_unreadable", None),
    # Japanese eras, from their first day on.
    ("令和8年4月1日", (), TOKYO, "2026-03-31 15:00:00", True),
    ("令和８年４月１日", (), TOKYO, "2026-03-31 15:00:00", True),
    ("令和 8 年 4 月 1 日", (), TOKYO, "2026-03-31 15:00:00", True),
    ("令和元年5月1日", (), TOKYO, "2019-04-30 15:00:00", True),
    ("令和元年4月30日", (), TOKYO, "time_nonexistent", None),
    ("㋿8年4月1日", (), TOKYO, "2026-03-31 15:00:00", True),
    ("R8.4.1", (), TOKYO, "2026-03-31 15:00:00", True),
    ("R08/04/01 9:05", (), TOKYO, "2026-04-01 00:05:00", False),
    ("R8-4-1", (), TOKYO, "2026-03-31 15:00:00", True),
    ("R080401", (), TOKYO, "2026-03-31 15:00:00", True),
    ("令8.4.1", (), TOKYO, "2026-03-31 15:00:00", True),
    ("平成31年4月30日", (), TOKYO, "2019-04-29 15:00:00", True),
    ("平成32年1月1日", (), TOKYO, "2019-12-31 15:00:00", True),
    ("H1.1.8", (), TOKYO, "1989-01-07 15:00:00", True),
    ("H1.1.7", (), TOKYO, "time_nonexistent", None),
    ("昭和64年1月7日", (), TOKYO, "1989-01-06 15:00:00", True),
    ("R0.4.1", (), TOKYO, "time_nonexistent", None),
    ("X8.4.1", (), TOKYO, "time_unreadable", None),
    # Clocks.
    ("2026年4月1日 午前9:05", (), TOKYO, "2026-04-01 00:05:00", False),
    ("2026年4月1日午後3時5分", (), TOKYO, "2026-04-01 06:05:00", False),
    ("2026年4月1日(水) 15時05分30秒", (), TOKYO, "2026-04-01 06:05:30", False),
    ("2026/4/1 午後０：３０", (), TOKYO, "2026-04-01 03:30:00", False),
    ("2026/4/1 12:30 AM", (), TOKYO, "2026-03-31 15:30:00", False),
    ("2026/4/1 12:30:00 pm", (), TOKYO, "2026-04-01 03:30:00", False),
    ("2026/4/1 午後13:00", (), TOKYO, "time_nonexistent", None),
    ("2026-04-01 24:00", (), TOKYO, "2026-04-01 15:00:00", False),
    ("2026-12-31 24:00:00", (), TOKYO, "2026-12-31 15:00:00", False),
    ("2026-04-01 24:01", (), TOKYO, "time_nonexistent", None),
    ("2026-04-01T24:00Z", (), TOKYO, "2026-04-02 00:00:00", False),
    ("20260401T090500Z", (), TOKYO, "2026-04-01 09:05:00", False),
    ("20260401090500", (), TOKYO, "2026-04-01 00:05:00", False),
    ("202604010905", (), TOKYO, "2026-04-01 00:05:00", False),
    ("2026-04-01 09:05 JST", (), BERLIN, "2026-04-01 00:05:00", False),
    ("2026-04-01 09:05 UTC", (), BERLIN, "2026-04-01 09:05:00", False),
    ("2026−04−01", (), TOKYO, "2026-03-31 15:00:00", True),
    ("2026. 4. 1", (), TOKYO, "2026-03-31 15:00:00", True),
    ("2026-4/1", (), TOKYO, "time_unreadable", None),
    ("2026年4月", (), TOKYO, "time_unreadable", None),
    # A month that is named cannot be mistaken.
    ("01-Apr-2026", (), TOKYO, "2026-03-31 15:00:00", True),
    ("1 April 2026 09:05", (), TOKYO, "2026-04-01 00:05:00", False),
    ("Apr 1, 2026", (), TOKYO, "2026-03-31 15:00:00", True),
    ("2026-Apr-01", (), TOKYO, "2026-03-31 15:00:00", True),
    ("01-Foo-2026", (), TOKYO, "time_unreadable", None),
    ("01-APR-26", (), TOKYO, "2026-03-31 15:00:00", True),
    # A declared day takes any usual clock after it.
    ("01/04/2026 9:05", ("%d/%m/%Y",), TOKYO, "2026-04-01 00:05:00", False),
    ("01/04/2026 午後3時", ("%d/%m/%Y",), TOKYO, "2026-04-01 06:00:00", False),
    ("01/04/2026", ("%d/%m/%Y %H:%M",), TOKYO, "2026-03-31 15:00:00", True),
    ("13/13/2026 9:05", ("%d/%m/%Y",), TOKYO, "time_unreadable", None),
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
    written = times.read_time(text, formats)
    if is_date_only is None:
        fault = written if isinstance(written, str) else times.instant(written, zone)
        assert fault == expected
        return
    assert not isinstance(written, str)
    moment = times.instant(written, zone)
    assert isinstance(moment, int)
    assert moment == (
        datetime.fromisoformat(expected) - datetime.fromisoformat("1970-01-01")
    ) // timedelta(microseconds=1)
    assert written.is_date_only is is_date_only


def test_sql_and_python_read_times_alike(landed, monkeypatch) -> None:
    monkeypatch.setattr(zones, "project_vars", lambda: {"earliest_year": 1, "latest_year": 9999})
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
            written = times.read_time(text, formats)
            assert not isinstance(written, str)
            applied = zone.key if written.offset is None else None
            moment = datetime.fromisoformat(expected)
            day = written.local.date()
            assert row == (text, moment, is_date_only, None, applied, day), text


def test_the_offset_of_a_day_is_one_unless_the_clock_changes() -> None:
    assert times.day_offset(date(2026, 3, 28), BERLIN) == 3600
    assert times.day_offset(date(2026, 3, 29), BERLIN) is None
    assert times.day_offset(date(2026, 3, 30), BERLIN) == 7200
    assert times.day_offset(date(2026, 10, 25), BERLIN) is None
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    assert times.day_offset(date(2018, 11, 3), sao_paulo) == -10800
    assert times.day_offset(date(2018, 11, 4), sao_paulo) is None
    assert times.day_offset(date(2018, 2, 17), sao_paulo) is None


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


def test_a_declared_format_must_be_one() -> None:
    assert times.is_format("%d/%m/%Y")
    assert not times.is_format("DD/MM/YYYY")
    assert not times.is_format("%d/%m/%Q")


def test_a_number_of_days_counts_from_1904_in_a_1904_workbook() -> None:
    written = times.read_time("44651", is_1904=True)
    assert written == times.Written(datetime(2026, 4, 1), True, None)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("01/02/2026", [("%d/%m/%Y", date(2026, 2, 1)), ("%m/%d/%Y", date(2026, 1, 2))]),
        ("25/12/2026 10:00", [("%d/%m/%Y", date(2026, 12, 25))]),
        (
            "20-10-16",
            [("%d-%m-%y", date(2016, 10, 20)), ("%y-%m-%d", date(2020, 10, 16))],
        ),
        ("soon", []),
    ],
)
def test_an_ambiguous_date_shows_how_it_could_be_read(text: str, readings: list) -> None:
    found = [(form, written.local.date()) for form, written in times.both_readings(text)]
    assert found == readings


def test_there_are_enough_spellings() -> None:
    assert len({text for text, *_rest in TIMES}) >= 120
