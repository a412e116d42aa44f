"""Profiles of the columns of a file, from its first rows: dates, numbers, names, case ids."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from runner import vocabulary
from runner.values import no_values, times

# Words in the status of a deal, reduced to letters and digits (vocabulary.header_key).
LOST = ("lost", "loss", "不成立", "失注", "敗退")
NO_SALE = ("nosale", "見送", "中止", "取下", "abandon", "cancel")
WON = ("won", "成立", "受注", "成約", "獲得")
NOT_YET = ("予定", "見込", "確度", "待ち")
_NUMBER = re.compile(r"[¥￥$€£\\]?\s*[-+(]?\d[\d,]*(?:\.\d+)?\)?")
_CURRENCY = re.compile(r"[A-Z]{3}")
CURRENCIES = {"JPY", "USD", "EUR", "GBP", "CNY", "KRW", "TWD", "SGD", "AUD", "CAD", "CHF", "INR"}
# A column with more distinct texts than this is not a list of kinds.
MOST_KINDS = 30


@dataclass(frozen=True)
class Profile:
    """One column of the sample: its header and the texts of its filled cells."""

    header: str
    texts: tuple[str, ...]

    @cached_property
    def distinct(self) -> Counter[str]:
        """The distinct texts with their counts, in order of first occurrence."""
        return Counter(self.texts)

    @cached_property
    def is_number(self) -> bool:
        """Return whether nearly all cells are numbers."""
        return self._are(lambda text: bool(_NUMBER.fullmatch(no_values.plain(text))))

    @cached_property
    def is_date(self) -> bool:
        """Return whether nearly all cells are dates or times, not numbers and not only NULL."""
        if self.is_number:
            return False
        read = {text: times.read_time(text) for text in self.texts}
        return set(read.values()) != {times.MISSING} and self._are(
            lambda text: read[text] not in (times.UNREADABLE, times.FAILED)
        )

    @cached_property
    def epoch(self) -> str | None:
        """The epoch format in which the numbers are times, else None."""
        is_epoch = self.is_number and self._are(lambda text: bool(times.epoch_of(text)))
        return times.epoch_of(self.texts[0]) if is_epoch else None

    @cached_property
    def has_clock(self) -> bool:
        """Return whether the dates have a time of day without an offset."""
        return self.is_date and any(
            ":" in text and not re.search(r"(?:Z|[+-]\d\d:?\d\d)$", text) for text in self.texts
        )

    @cached_property
    def is_unique(self) -> bool:
        """Return whether no text repeats."""
        return bool(self.texts) and len(self.distinct) == len(self.texts)

    @cached_property
    def is_currency(self) -> bool:
        """Return whether the cells are codes of currencies."""
        return bool(CURRENCIES & set(self.distinct)) and self._are(
            lambda text: bool(_CURRENCY.fullmatch(text))
        )

    @cached_property
    def outcomes(self) -> dict[str, list[str]]:
        """The values that mean won, lost or closed without sale, by activity."""
        found: dict[str, list[str]] = {}
        for value in self.distinct if len(self.distinct) <= MOST_KINDS else ():
            if activity := outcome_of(value):
                found.setdefault(activity, []).append(value)
        return found

    def known(self, names: dict[str, str]) -> dict[str, str]:
        """Return `names[key]` of each distinct text whose activity key is in `names`."""
        found = {}
        for value in self.distinct if len(self.distinct) <= MOST_KINDS else ():
            if name := names.get(vocabulary.activity_key(value)):
                found[value] = name
        return found

    def _are(self, holds: Callable[[str], bool]) -> bool:
        return bool(self.texts) and 10 * sum(map(holds, self.texts)) >= 8 * len(self.texts)


def outcome_of(value: str) -> str | None:
    """Return the activity that a deal's status means, or None while the deal is open."""
    key = vocabulary.header_key(value)
    if any(word in key for word in NOT_YET):
        return None
    for endings, activity in (
        (LOST, "Opportunity Lost"),
        (NO_SALE, "Opportunity Closed Without Sale"),
        (WON, "Opportunity Won"),
    ):
        if any(word in key for word in endings):
            return activity
    return None
