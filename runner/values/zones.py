"""Time zones: the zone declared for times without offset, and checks of zone names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from runner import vocabulary
from runner.faults import WrongUsage
from runner.messages import _
from runner.project import PROJECT


class Zones:
    """The zone of times without offset: from an option, the project, or a single prompt."""

    def __init__(self, declared: str | None, ask: Callable[[str], str] | None) -> None:
        name = declared or project_var("source_time_zone", "")
        self._declared = zone(name) if name else None
        self._ask = ask
        self._years = (project_year("earliest_year", "1950"), project_year("latest_year", "2050"))

    @property
    def is_declared(self) -> bool:
        """Return whether a zone is declared."""
        return self._declared is not None

    def require(self, file: str, sheet: str, value: str) -> None:
        """Ask for a zone, or raise `WrongUsage`, unless one is declared; `value` has no offset."""
        if self._declared:
            return
        place = f"{file}, {sheet}" if sheet else file
        problem = _(
            "{place}: the time {value} has no UTC offset, and no time zone is declared.",
            place=place,
            value=repr(value),
        )
        if self._ask is None:
            raise WrongUsage(
                problem
                + " "
                + _(
                    "Pass --time-zone, such as --time-zone Asia/Tokyo, or set the var"
                    " source_time_zone in dbt_project.yml."
                )
            )
        self._declared = zone(self._ask(problem))

    def is_plausible(self, day: date) -> bool:
        """Return whether the year of an event is plausible."""
        return self._years[0] <= day.year <= self._years[1]

    @property
    def current(self) -> ZoneInfo:
        """Return the declared zone, else the reporting zone, which is used for dates only."""
        return self._declared or zone(project_var("reporting_time_zone", "Asia/Tokyo"))


def zone(name: str) -> ZoneInfo:
    """Return the zone of this name; raise `WrongUsage` when it does not exist."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        similar = vocabulary.nearest(name, available_timezones())
        raise WrongUsage(
            _("{name} is not a time zone.", name=name)
            + (" " + _("Did you mean {name}?", name=similar) if similar else "")
            + " "
            + _("Use a name such as Asia/Tokyo or Europe/Berlin.")
        ) from error


def local_time(moment: datetime, name: str) -> datetime:
    """Return the time on the clock of a zone at a UTC moment; neither has a zone itself."""
    return moment.replace(tzinfo=UTC).astimezone(zone(name)).replace(tzinfo=None)


def on_the_clock(moment: datetime, name: str) -> str:
    """Return a UTC moment as text in a zone: 2026-07-31 00:00 (Asia/Tokyo)."""
    local = local_time(moment, name)
    seconds = "auto" if local.second or local.microsecond else "minutes"
    return f"{local.isoformat(' ', seconds)} ({name})"


@cache
def project_vars() -> dict[str, Any]:
    """Return the vars of dbt_project.yml; empty when the file is missing."""
    import yaml

    path = PROJECT / "dbt_project.yml"
    if not path.exists():
        return {}
    project = yaml.safe_load(path.read_text("utf-8")) or {}
    found = project.get("vars") or {}
    return {**found, **(found.get(project.get("name", "")) or {})}


def project_year(name: str, default: str) -> int:
    """Return a var of dbt_project.yml that is a year."""
    year = project_var(name, default)
    if not year.isdecimal():
        raise WrongUsage(
            _("{name} in dbt_project.yml is not a year: {value}", name=name, value=year)
        )
    return int(year)


def project_var(name: str, default: str) -> str:
    """Return a var of dbt_project.yml, or `default` when it is missing or empty."""
    return str(project_vars().get(name) or default)
