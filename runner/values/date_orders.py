"""The orders of day, month and year in which the dates of a column can be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from runner.engines.warehouse import Warehouse
from runner.messages import _, counted
from runner.values import no_values, times

# A day in three numbers, the year last; a clock may follow.
DAY = r"^\s*\d{1,2}\s*[-/. ]\s*\d{1,2}\s*[-/. ]\s*(?:\d{4}|\d{2})\b"


@dataclass
class Order:
    """One order of day, month and year: the number of dates that fit it, and that fit only it.

    `forms` are its date formats; `example` is a date as written and as read.
    """

    fits: int = 0
    only: int = 0
    forms: dict[str, None] = field(default_factory=dict)
    example: tuple[str, str] = ("", "")

    @property
    def options(self) -> str:
        """The options that declare its formats."""
        return " ".join(f"--date-format {form}" for form in self.forms)


@dataclass(frozen=True)
class Orders:
    """The possible orders of the dates of a column, and the number of these dates."""

    dates: int
    orders: tuple[Order, ...]

    @property
    def fitting(self) -> list[Order]:
        """The orders that fit all dates."""
        return [order for order in self.orders if order.fits == self.dates]

    def evidence(self) -> list[str]:
        """Describe the orders that fit all dates or, when there is none, every order."""
        if len(self.fitting) == 1:
            (order,) = self.fitting
            value, day = order.example
            return [
                counted(
                    "the only date fits {form}: {value} is {day}",
                    "all {count} dates fit {form}, {only} of them only that one: {value} is {day}",
                    self.dates,
                    form=", ".join(order.forms),
                    only=f"{order.only:,}",
                    value=value,
                    day=day,
                )
            ]
        if self.fitting:
            return [
                _("{value} is {day} with {options}", value=value, day=day, options=order.options)
                for order in self.fitting
                for value, day in [order.example]
            ]
        return [
            _(
                "{fits} of {count} dates fit {form}, {only} only that one",
                fits=f"{order.fits:,}",
                count=f"{self.dates:,}",
                form=", ".join(order.forms),
                only=f"{order.only:,}",
            )
            for order in self.orders
        ]

    def remedy(self) -> str:
        """Return the options to pass, or the format to export when no order fits all dates."""
        choices = _(" or ").join(order.options for order in self.fitting)
        if not self.fitting:
            return _("Export all dates in one format, the year first: 2026-04-01.")
        if len(self.fitting) == 1:
            return _("Pass {options}.", options=choices)
        return _("Pass {options}, as the source writes them.", options=choices)


def day_of(text: str) -> str | None:
    """Return the day of a time written in numbers with the year last, else None."""
    match = re.match(DAY, no_values.plain(text), re.ASCII)
    return match[0].strip() if match and times.read_time(text) == times.AMBIGUOUS else None


def find(warehouse: Warehouse, rows: str) -> Orders:
    """Return the possible orders of the dates in EventTime of a query's rows."""
    day = f"coalesce(nullif(regexp_extract(EventTime, '{DAY}'), ''), EventTime)"
    return of_days(
        warehouse.rows(
            f"select {day} as day, count(*) from ({rows}) as found group by 1 order by 1"
        )
    )


def of_days(days: Iterable[tuple[str, int]]) -> Orders:
    """Return the possible orders of dates, from pairs of a date and its number of occurrences."""
    orders: dict[str, Order] = {}
    dates = 0
    for value, count in days:
        dates += count
        readings = list(times.both_readings(value))
        for form, written in readings:
            # The first letter of a format shows what comes first: %d, %m or %y.
            order = orders.setdefault(form[1], Order())
            order.fits += count
            order.only += count * (len(readings) == 1)
            order.forms[form] = None
            if not order.example[0] or (len(readings) == 1 and order.only == count):
                order.example = (value, str(written.local.date()))
    return Orders(dates, tuple(orders[sign] for sign in "dmy" if sign in orders))
