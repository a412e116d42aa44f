"""Kind of fault: a seed as Excel saves it is read, or refused by file, row and column."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from runner import messages, seeds
from runner.engines.builds import SparkBuild
from runner.faults import DataFault
from runner.project import PROJECT

LIMITS = "policy/limits.csv"
RATES = "policy/fx_rates.csv"
STAGES = "policy/stages.csv"
ACTIVITIES = "template/activities.csv"
TARGETS = "policy/targets.csv"
HOLIDAYS = "policy/holidays.csv"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the project's seeds."""
    shutil.copytree(PROJECT / "seeds", tmp_path / "seeds")
    return tmp_path


def saved(project: Path, seed: str, content: str | bytes) -> Path:
    path = project / "seeds" / seed
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def header(seed: str) -> str:
    return (PROJECT / "seeds" / seed).read_text("utf-8").splitlines()[0]


def refusal(project: Path, reads_slashed_dates: bool = True) -> DataFault:
    with pytest.raises(DataFault) as caught:
        seeds.check(project, reads_slashed_dates=reads_slashed_dates)
    return caught.value


def test_the_seeds_of_the_project_are_read(project: Path) -> None:
    seeds.check(project)
    assert len(seeds.listed(project)) == len(list((project / "seeds").rglob("*.csv")))


def test_a_byte_order_mark_and_line_ends_of_windows_are_read(project: Path) -> None:
    for path in (project / "seeds").rglob("*.csv"):
        content = path.read_text("utf-8").replace("\n", "\r\n")
        path.write_bytes(b"\xef\xbb\xbf" + content.encode())
    seeds.check(project)
    found = {seed.path.name: list(seeds.records(seed)) for seed in seeds.listed(project)}
    first = found["limits.csv"][0]
    assert first[0] == 2
    assert first[1]["measure"] == "rejected_share"


@pytest.mark.parametrize(
    ("seed", "row", "column", "value"),
    [
        # a month that Excel made from 2024-06
        (RATES, "USD,JPY,Jun-24,150", "month", "Jun-24"),
        (RATES, "USD,JPY,2024/6,150", "month", "2024/6"),
        (RATES, "USD,JPY,2024-13,150", "month", "2024-13"),
        (RATES, "usd,JPY,2024-06,150", "currency", "usd"),
        (RATES, 'USD,JPY,2024-06,"1,150.5"', "rate", "1,150.5"),
        (TARGETS, "win_rate_count,80%", "target", "80%"),
        (TARGETS, "win_rate_count,８０", "target", "８０"),
        (TARGETS, "win_rate_count,nan", "target", "nan"),
        (HOLIDAYS, "japan,2026/13/1,x,y", "holiday_on", "2026/13/1"),
        (HOLIDAYS, "japan,2026/2/30,x,y", "holiday_on", "2026/2/30"),
        (HOLIDAYS, "japan,1/4/2026,x,y", "holiday_on", "1/4/2026"),
        (HOLIDAYS, "japan,46113,x,y", "holiday_on", "46113"),
        (ACTIVITIES, "Visit,Visit,訪問,lead,1,,,,,,false,,,,side,false,,", "track", "side"),
        (STAGES, "Pilot,standard,1.0,Pilot,試行,false,,", "rank", "1.0"),
        (STAGES, "Pilot,standard,1,Pilot,試行,いいえ,,", "is_closed", "いいえ"),
        (STAGES, "Pilot,standard,1,Pilot,試行,false,,30日", "stalled_after_days", "30日"),
    ],
)
def test_a_cell_that_excel_changed_is_refused_with_its_place(
    project: Path, seed: str, row: str, column: str, value: str
) -> None:
    saved(project, seed, f"{header(seed)}\n{row}\n")
    for language in messages.LANGUAGES:
        with messages.in_language(language):
            fault = refusal(project)
        assert (fault.file, fault.row) == (f"seeds/{seed}", 2)
        assert (fault.column, fault.value) == (column, value)
        assert fault.expected
        assert fault.remedy


@pytest.mark.parametrize(
    ("seed", "row"),
    [
        (STAGES, "Pilot,standard,1,Pilot,試行,TRUE,,"),
        (STAGES, "Pilot,standard,1,Pilot,試行,False,,12.5"),
        (TARGETS, "win_rate_count,8E-01"),
        (TARGETS, "win_rate_count,-.5"),
        (HOLIDAYS, "japan,2026/4/1,x,y"),
        # for every calendar
        ("policy/company_holidays.csv", ",2026-12-29,Year-end closure,年末休業"),
        (RATES, "USD,JPY,2024-06,150"),
    ],
)
def test_a_cell_that_can_be_read_is_no_alarm(project: Path, seed: str, row: str) -> None:
    saved(project, seed, f"{header(seed)}\n{row}\n")
    seeds.check(project)


def test_an_empty_cell_that_must_be_filled_is_refused_with_an_example(project: Path) -> None:
    saved(project, ACTIVITIES, f"{header(ACTIVITIES)}\nVisit,Visit,訪問,lead,1,,,,,,false,,,,,,,\n")
    fault = refusal(project)
    assert (fault.row, fault.column, fault.expected) == (2, "track", "as in main")


def test_spark_reads_only_dates_with_hyphens(project: Path) -> None:
    saved(project, HOLIDAYS, f"{header(HOLIDAYS)}\njapan,2026/4/1,x,y\n")
    assert refusal(project, SparkBuild.reads_slashed_dates).column == "holiday_on"


def test_cp932_is_refused_with_the_first_row_and_column_of_it(project: Path) -> None:
    content = f"{header(STAGES)}\nA,standard,1,A,A,false,,\nB,standard,2,B,発掘,false,,\n"
    saved(project, STAGES, content.encode("cp932"))
    fault = refusal(project)
    assert (fault.file, fault.row, fault.column) == (f"seeds/{STAGES}", 3, "label_ja")
    assert "発掘" in str(fault.value)
    assert "CSV UTF-8" in fault.remedy
    saved(project, STAGES, content.encode("utf-16"))
    assert "UTF-16" in refusal(project).problem


@pytest.mark.parametrize(
    ("content", "row", "column"),
    [
        ("kpi;target\nwin_rate_count;0,8\n", 1, ""),
        ("kpi\ttarget\nwin_rate_count\t0.8\n", 1, ""),
        ("kpi,target,,\nwin_rate_count,0.8,,\n", 1, "3"),
        ("kpi,target,note\nwin_rate_count,0.8,x\n", 1, "note"),
        ("kpi\nwin_rate_count\n", 1, "target"),
        ("KPI,Target\nwin_rate_count,0.8\n", 1, "KPI"),
        ("kpi,target\nwin_rate_count,0.8\n,\n,\n", 3, ""),
        ("kpi,target\nwin_rate_count,0.8\n\n", 3, ""),
        ("kpi,target\nwin_rate_count,0,8\n", 2, "target"),
        ("kpi,target\nwin_rate_count\n", 2, "kpi"),
        ("kpi,target\n,0.8\n", 2, "kpi"),
        ('kpi,target\nwin_rate_count,0.8\nconversion,"0.8\n', 3, ""),
        ("", None, ""),
    ],
)
def test_a_table_that_excel_changed_is_refused_with_its_place(
    project: Path, content: str, row: int | None, column: str
) -> None:
    saved(project, TARGETS, content)
    for language in messages.LANGUAGES:
        with messages.in_language(language):
            fault = refusal(project)
        assert (fault.file, fault.row, fault.column) == (f"seeds/{TARGETS}", row, column)
        assert fault.remedy


@pytest.mark.parametrize("zone", ["Asia/Tokio", "JST", "+09:00", "東京"])
def test_a_calendar_on_a_clock_that_does_not_exist_is_refused(project: Path, zone: str) -> None:
    calendars = "policy/calendars.csv"
    saved(project, calendars, f"{header(calendars)}\ndefault,,{zone},1,0,24,24\n")
    fault = refusal(project)
    assert (fault.file, fault.row, fault.column) == (f"seeds/{calendars}", 2, "time_zone")
    assert fault.expected == "a time zone, as in Asia/Tokyo"
