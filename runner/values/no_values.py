"""Texts that mean "no value": NULL words, spreadsheet errors, placeholder dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache

from runner import vocabulary

# Kinds of the seed. `NOT_FOUND` is empty in an optional cell and an error in a required one.
EMPTY, NOT_FOUND, ERROR, NO_DATE = "empty", "not_found", "error", "no_date"
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
# Characters without width: zero-width spaces, direction marks, soft hyphens.
HIDDEN = "[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
_HIDDEN = re.compile(HIDDEN)
_DIGITS = re.compile(r"\d{1,8}(?:([-/.])\d{1,4}\1\d{1,4})?", re.ASCII)
_CLOCK = re.compile(r"(?:T|\s+)[\d:.]+\s*(?:Z|[+-][\d:]+)?$", re.ASCII | re.IGNORECASE)


def plain(text: str) -> str:
    """Return the stripped text without hidden characters, full-width forms and dashes folded."""
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return _HIDDEN.sub("", folded).strip()


def kind(text: str) -> str | None:
    """Return the kind of a text that means "no value" in the seed, else None."""
    word = plain(text).casefold()
    return _words().get("###" if len(word) > 2 and not word.strip("#") else word)


def is_no_date(text: str) -> bool:
    """Return whether a text means "no date", with or without a clock: 00.00.0000, 未定."""
    word = _CLOCK.sub("", plain(text))
    if not _DIGITS.fullmatch(word):
        return kind(word) == NO_DATE
    numbers = _numbers(word)
    orders = {numbers}
    if len(numbers) == 3:
        # 31.12.9999 means "no date" in both orders of day and month.
        first, second, last = numbers
        orders |= {(last, second, first), (last, first, second)}
    return not orders.isdisjoint(_no_dates())


def is_no_day(day: date) -> bool:
    """Return whether a day is a placeholder for "no date", such as 9999-12-31."""
    return day in no_days()


@cache
def variants() -> tuple[str, ...]:
    """Return the words of empty and failed cells in the spellings found in exports."""
    words = [word for word, known in vocabulary.no_values() if known != NO_DATE]
    return tuple(
        dict.fromkeys(
            spelling
            for word in [*words, *("#" * length for length in range(3, 41))]
            for cased in (word, word.upper(), word.lower(), word.capitalize())
            for spelling in _widths(cased)
        )
    )


def _widths(word: str) -> Iterator[str]:
    """Yield a word in half-width and full-width characters, and a dash in its other forms."""
    yield word
    yield "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in word)
    if set(word) == {"-"}:
        yield from (dash * len(word) for dash in "‐‑‒–—―−")


@cache
def _words() -> dict[str, str]:
    return {plain(word).casefold(): known for word, known in vocabulary.no_values()}


@cache
def _no_dates() -> set[tuple[int, ...]]:
    return {
        _numbers(plain(word))
        for word, known in vocabulary.no_values()
        if known == NO_DATE and _DIGITS.fullmatch(plain(word))
    }


def _numbers(word: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.split(r"[-/.]", word))


@cache
def no_days() -> set[date]:
    """Return the days that are placeholders for "no date"."""
    days = set()
    for numbers in _no_dates():
        if len(numbers) == 3:
            try:
                days.add(date(*numbers))
            except ValueError:
                continue
    return days
