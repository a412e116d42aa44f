"""Write holidays.csv and country_zones.csv from the packages holidays and tzdata (`make holidays`).

They cover ten years before and after MADE_IN; set it to the current year first.
"""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import holidays

FOLDER = Path(__file__).parent
MADE_IN, SPAN = 2026, 10
YEARS = range(MADE_IN - SPAN, MADE_IN + SPAN + 1)

# Country (ISO 3166): the region whose holidays are used (None: the whole country), and the
# language of label_en. India is left out, because its moving holidays are known only until 2035.
COUNTRIES = {
    "AU": ("NSW", "en_AU"),
    "CA": (None, "en_CA"),
    "CN": (None, "en_US"),
    "DE": (None, "en_US"),
    "FR": (None, "en_US"),
    "GB": ("ENG", "en_GB"),
    "HK": (None, "en_HK"),
    "JP": (None, "en_US"),
    "KR": (None, "en_US"),
    "NL": (None, "en_US"),
    "SG": (None, "en_SG"),
    "TH": (None, "en_US"),
    "TW": (None, "en_US"),
    "US": (None, "en_US"),
    "VN": (None, "en_US"),
}


def days_off() -> list[tuple[str, str, str, str]]:
    """Return country, date and labels; label_ja is Japanese for Japan only, elsewhere English."""
    rows = []
    for country, (part, language) in COUNTRIES.items():
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # The package warns about years without data.
            english, japanese = (
                holidays.country_holidays(country, subdiv=part, years=YEARS, language=name)
                for name in (language, "ja" if country == "JP" else language)
            )
        rows += [(country, str(day), english[day], japanese[day]) for day in sorted(english)]
    return rows


def zones() -> list[tuple[str, str]]:
    """Return each time zone of the countries, older names included, with its country."""
    folder = resources.files("tzdata") / "zoneinfo"
    listed = (line.split("\t") for line in (folder / "zone.tab").read_text("utf-8").splitlines())
    country_of = {cells[2]: cells[0] for cells in listed if not cells[0].startswith("#")}
    for line in (folder / "tzdata.zi").read_text("utf-8").splitlines():
        kind, target, name, *_rest = [*line.split(), "", "", ""]
        if kind == "L" and target in country_of:
            country_of.setdefault(name, country_of[target])
    return sorted((zone, country) for zone, country in country_of.items() if country in COUNTRIES)


def write(name: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Write one seed."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    write("holidays.csv", ("country", "holiday_on", "label_en", "label_ja"), days_off())
    write("country_zones.csv", ("time_zone", "country"), zones())
