"""The public holidays of the seeds: from a maintained package, complete, and right in odd years."""

from __future__ import annotations

import csv
import runpy
from datetime import date
from typing import Any

import pytest

from runner.project import PROJECT

POLICY = PROJECT / "seeds" / "policy"


def seed(name: str) -> list[dict[str, str]]:
    with (POLICY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def labels(country: str, key: str) -> dict[str, str]:
    return {row["holiday_on"]: row[key] for row in seed("holidays") if row["country"] == country}


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    """Return the functions of the script that writes the seeds."""
    pytest.importorskip("holidays", reason="the package holidays is not installed")
    return runpy.run_path(str(POLICY / "make_holidays.py"))


def test_the_seeds_are_what_the_package_computes(script: dict[str, Any]) -> None:
    assert [tuple(row.values()) for row in seed("holidays")] == script["days_off"]()
    assert [tuple(row.values()) for row in seed("country_zones")] == script["zones"]()


def test_each_country_is_covered_ten_years_back_and_ahead_of_the_year_it_was_made() -> None:
    made_in = int((POLICY / "make_holidays.py").read_text("utf-8").split("MADE_IN, SPAN = ")[1][:4])
    years: dict[str, set[int]] = {}
    for row in seed("holidays"):
        day = date.fromisoformat(row["holiday_on"])
        years.setdefault(row["country"], set()).add(day.year)
    assert years.keys() >= {"JP", "US", "GB", "DE", "FR", "SG", "CN", "KR", "AU"}
    for country, found in years.items():
        assert found == set(range(made_in - 10, made_in + 11)), country


# From the Cabinet Office's list (「国民の祝日」について), not from the package.
JAPAN = {
    "a holiday on a Sunday moves to the Monday": {
        "2018-02-12": "振替休日",
        "2023-01-02": "振替休日",
    },
    "past the holidays that follow it": {"2020-05-06": "振替休日", "2026-05-06": "振替休日"},
    "a day between two holidays": {"2026-09-22": "国民の休日", "2032-09-21": "国民の休日"},
    "the enthronement": {
        "2019-04-30": "国民の休日",
        "2019-05-01": "天皇の即位の日",
        "2019-05-02": "国民の休日",
        "2019-10-22": "即位礼正殿の儀が行われる日",
    },
    "the Olympic Games": {
        "2020-07-23": "海の日",
        "2020-07-24": "スポーツの日",
        "2020-08-10": "山の日",
        "2021-07-22": "海の日",
        "2021-07-23": "スポーツの日",
        "2021-08-08": "山の日",
        "2021-08-09": "振替休日",
    },
    "the Emperor's birthday": {"2018-12-23": "天皇誕生日", "2020-02-23": "天皇誕生日"},
    "the equinoxes": {
        "2024-03-20": "春分の日",
        "2024-09-22": "秋分の日",
        "2025-09-23": "秋分の日",
        "2027-03-21": "春分の日",
    },
}
# Where the rule of an ordinary year would put them.
NO_HOLIDAY_IN_JAPAN = {
    "2019-02-23", "2019-12-23", "2020-07-20", "2020-08-11", "2020-10-12", "2021-07-19",
    "2021-08-11", "2021-10-11", "2026-12-29", "2026-12-31",
}  # fmt: skip


@pytest.mark.parametrize("what", JAPAN)
def test_japan_has_it_right(what: str) -> None:
    found = labels("JP", "label_ja")
    assert {day: found.get(day) for day in JAPAN[what]} == JAPAN[what]


def test_days_that_moved_are_no_longer_where_they_were() -> None:
    assert not NO_HOLIDAY_IN_JAPAN & labels("JP", "label_ja").keys()


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("US", "2026-07-03"),  # the Friday before a Saturday
        ("US", "2026-11-26"),
        ("US", "2021-06-18"),  # Juneteenth in its first year
        ("GB", "2022-09-19"),  # the Queen's funeral
        ("GB", "2026-04-06"),  # Easter Monday, in England
        ("DE", "2017-10-31"),  # once, for the Reformation
        ("AU", "2026-01-26"),
        ("KR", "2026-02-17"),
        ("CN", "2026-02-17"),
        ("SG", "2026-02-17"),
        ("FR", "2026-07-14"),
    ],
)
def test_other_countries_have_theirs(country: str, day: str) -> None:
    assert day in labels(country, "label_en")


def test_a_country_that_calendars_name_has_holidays_and_a_zone() -> None:
    holidays = {row["country"] for row in seed("holidays")}
    zones = {row["time_zone"]: row["country"] for row in seed("country_zones")}
    for row in seed("calendars"):
        if row["calendar"] != "default":
            assert row["country"] in holidays
            assert zones[row["time_zone"]] == row["country"]
    assert zones["Asia/Tokyo"] == "JP"
    assert zones["America/Los_Angeles"] == zones["US/Pacific"] == "US"
    assert "UTC" not in zones
