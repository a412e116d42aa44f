"""A region's calendar, from its seed row to the published business days."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from runner.project import PROJECT

ROWS = """SalesOpportunity,ActivityName,EventTime,Region
US-TIMED,Opportunity Created,2026-07-02 16:00-04:00,New York
US-TIMED,Opportunity Won,2026-07-06 10:00-04:00,New York
JP-TIMED,Opportunity Created,2026-07-02 16:00-04:00,Kyushu
JP-TIMED,Opportunity Won,2026-07-06 10:00-04:00,Kyushu
US-DATES,Opportunity Created,2026-07-02,New York
US-DATES,Opportunity Won,2026-07-06,New York
JP-DATES,Opportunity Created,2026-07-02,Kyushu
JP-DATES,Opportunity Won,2026-07-06,Kyushu
SILVER-WEEK,Opportunity Created,2026-09-18,Nobody's
SILVER-WEEK,Opportunity Won,2026-09-24,Nobody's
SUMMER,Opportunity Created,2026-08-07,Kyushu
SUMMER,Opportunity Won,2026-08-17,Kyushu
NO-REGION,Opportunity Created,2026-05-01,
NO-REGION,Opportunity Won,2026-05-08,
"""
# In New York, where 3 July is off: 8 hours of Thursday and 10 of Monday. In Tokyo the same moments
# are Friday 05:00 and Monday 23:00: 19 hours and 23.
BUSINESS_DAYS = {
    "US-TIMED": 18 / 24,
    "JP-TIMED": 42 / 24,
    "US-DATES": 1,
    "JP-DATES": 2,
    # Friday to Thursday; 21 to 23 September are off, the 22nd because it is between two holidays.
    "SILVER-WEEK": 1,
    # Friday to the Monday after next; 11 August is off, and the company closes on 13 and 14 August.
    "SUMMER": 3,
    # Friday to Friday; 4, 5 and 6 May are off.
    "NO-REGION": 2,
}


@pytest.fixture(scope="module")
def business_days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """Build ROWS in a copy of the project whose seeds have a region's calendar and closing days."""
    folder = tmp_path_factory.mktemp("calendars")
    project = folder / "project"
    for name in ("macros", "models", "runner", "seeds", "tests/generic"):
        shutil.copytree(PROJECT / name, project / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT / name, project)
    (project / "data" / "landing").mkdir(parents=True)
    shutil.copy(PROJECT / "data" / "landing" / "empty.parquet", project / "data" / "landing")
    policy = project / "seeds" / "policy"
    with (policy / "region_calendars.csv").open("a", encoding="utf-8") as seed:
        seed.write("New York,US\n")
    with (policy / "company_holidays.csv").open("a", encoding="utf-8") as seed:
        seed.write("JP,2026-08-13,Summer closure,夏季休業\n,2026-08-14,Summer closure,夏季休業\n")
    (folder / "log.csv").write_text(ROWS, encoding="utf-8")
    environment = os.environ | {"L2C_DATA_DIR": str(folder / "data")}
    (folder / "data" / "build").mkdir(parents=True)
    dbt = str(Path(sys.executable).with_name("dbt"))
    for command in (
        [sys.executable, "-m", "runner.cli", "import", "../log.csv"],
        [dbt, "build", "--select", "+cases", "--exclude-resource-type", "test", "unit_test"],
    ):
        subprocess.run(command, cwd=project, env=environment, check=True)
    with duckdb.connect(str(folder / "data" / "build" / "lead_to_cash.duckdb")) as build:
        return dict(build.execute("select case_id, business_days from marts.cases").fetchall())


@pytest.mark.parametrize("case", BUSINESS_DAYS)
def test_business_days_are_those_of_the_regions_calendar(
    business_days: dict[str, float], case: str
) -> None:
    assert business_days[case] == pytest.approx(BUSINESS_DAYS[case])
