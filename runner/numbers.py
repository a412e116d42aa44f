"""Reading of numbers and flags: a text gives a value, or None when it is none."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

from runner.times import plain

_NUMBERS = {
    ".": re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d+)?", re.ASCII),
    ",": re.compile(r"(?:\d+|\d{1,3}(?:([. ])\d{3})(?:\1\d{3})*)?(?:,\d+)?", re.ASCII),
}
_NEGATIVE = ("-", "▲", "△")
_CURRENCY = re.compile(r"^[¥$€£]\s*|\s*[円€£]$")
# What an amount counts in, in the mapping or in the cell itself.
UNITS = {
    "円": Decimal(1),
    "千円": Decimal(1_000),
    "万円": Decimal(10_000),
    "百万円": Decimal(1_000_000),
    "億円": Decimal(100_000_000),
    "十億円": Decimal(1_000_000_000),
    "thousand": Decimal(1_000),
    "million": Decimal(1_000_000),
    "billion": Decimal(1_000_000_000),
}
_UNIT = re.compile(r"\s*(十億円?|億円?|百万円?|万円?|千円?|円)$")


def read_number(text: str, decimal: str = ".") -> Decimal | None:
    """Read a number with its sign, thousands separators and currency sign; None when it is none."""
    text = plain(text)
    is_negative = text.startswith("(") and text.endswith(")")
    if is_negative:
        text = text[1:-1].strip()
    text = _CURRENCY.sub("", text)
    signs = [text.startswith((*_NEGATIVE, "+")), text.endswith("-")]
    if any(signs):
        if is_negative or all(signs):
            return None
        is_negative = not text.startswith("+")
        text = text[1:].strip() if signs[0] else text[:-1].strip()
    text = _CURRENCY.sub("", text)
    if not text or not _NUMBERS[decimal].fullmatch(text):
        return None
    whole, _sign, part = text.partition(decimal)
    number = Decimal(re.sub(r"\D", "", whole) + "." + part + "0")
    return -number if is_negative else number


def _rounded(number: Decimal, decimals: int, limit: int) -> Decimal | None:
    """Round half to even; None from `limit` on."""
    if abs(number) >= limit:
        return None
    rounded = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    return rounded if abs(rounded) < limit else None


def read_amount(text: str, decimal: str = ".", unit: Decimal = UNITS["円"]) -> Decimal | None:
    """Read an amount of at most 14 digits, rounded to 4 decimals; None when it cannot be read.

    It counts in `unit`, unless the cell says itself in what it counts (1,200千円).
    """
    text = plain(text)
    is_negative = text.startswith("(") and text.endswith(")")
    inside = text[1:-1] if is_negative else text
    if match := _UNIT.search(inside):
        unit = UNITS[match[1].removesuffix("円") + "円"]
        text = _UNIT.sub("", inside)
        text = f"({text})" if is_negative else text
    number = read_number(text, decimal)
    return None if number is None else _rounded(number * unit, 4, 10**14)


def read_rate(text: str, decimal: str = ".") -> Decimal | None:
    """Read `0.125` or `12.5%`, from 0 up to but not including 1, rounded to 6 decimals."""
    text = plain(text)
    number = read_number(text.removesuffix("%"), decimal)
    if number is None or number < 0:
        return None
    return _rounded(number.scaleb(-2) if text.endswith("%") else number, 6, 1)


_FLAGS = {
    **dict.fromkeys(("yes", "true", "1", "y", "はい", "○", "◯", "〇", "有"), True),
    **dict.fromkeys(("no", "false", "0", "n", "いいえ", "×", "無"), False),
}


def read_flag(text: str) -> bool | None:
    """Read yes or no; None when it is neither."""
    return _FLAGS.get(plain(text).casefold())
