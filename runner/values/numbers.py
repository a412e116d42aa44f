"""Reading of numbers, amounts and flags from text; unreadable text becomes None."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache

from runner import vocabulary
from runner.values.no_values import plain

_POWER = r"(?:[eE][+-]?\d{1,3})?"
_NUMBERS = {
    # Indian grouping: three digits at the end, two in each group before.
    ".": re.compile(
        r"(?:\d+|\d{1,3}(?:([,'’])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3})?(?:\.\d+)?" + _POWER,
        re.ASCII,
    ),
    ",": re.compile(r"(?:\d+|\d{1,3}(?:([. '’])\d{3})(?:\1\d{3})*)?(?:,\d+)?" + _POWER, re.ASCII),
}
_NEGATIVE = ("-", "▲", "△")
# Dashes after an amount that prevent added digits: 1,234.- and, with a yen sign, 1,234-.
_CLOSED = {".": re.compile(r"(?<=\d)\.-{1,2}$"), ",": re.compile(r"(?<=\d),-{1,2}$")}
_YEN = ("¥", "\\", "円")
# Units of amounts, declared in the mapping or written in the cell.
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
_UNIT = re.compile(r"\s*(十億|億|百万|万|千)$")


@dataclass(frozen=True)
class Money:
    """An amount, and the currencies its cell may mean, the likeliest first; empty if unwritten."""

    amount: Decimal
    currencies: tuple[str, ...] = ()


def read_number(text: str, decimal: str = ".") -> Decimal | None:
    """Return a number with its sign and thousands separators; None when unreadable."""
    text = plain(text)
    is_negative = text.startswith("(") and text.endswith(")")
    if is_negative:
        text = text[1:-1].strip()
    signs = [text.startswith((*_NEGATIVE, "+")), text.endswith("-")]
    if any(signs):
        if is_negative or all(signs):
            return None
        is_negative = not text.startswith("+")
        text = text[1:].strip() if signs[0] else text[:-1].strip()
    if not text or not _NUMBERS[decimal].fullmatch(text):
        return None
    mantissa, _e, power = text.lower().partition("e")
    whole, _sign, part = mantissa.partition(decimal)
    digits = re.sub(r"\D", "", whole)
    if power and not digits + part:
        return None
    number = Decimal(f"{digits}.{part}0").scaleb(int(power or 0))
    return -number if is_negative else number


def _rounded(number: Decimal, decimals: int, limit: int) -> Decimal | None:
    """Return the number rounded half to even; None from `limit` on."""
    if abs(number) >= limit:
        return None
    rounded = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    return rounded if abs(rounded) < limit else None


def read_amount(text: str, decimal: str = ".", unit: Decimal = UNITS["円"]) -> Decimal | None:
    """Return the amount of `read_money`, without its currency."""
    money = read_money(text, decimal, unit)
    return money.amount if money else None


def read_money(text: str, decimal: str = ".", unit: Decimal = UNITS["円"]) -> Money | None:
    """Return an amount of at most 14 digits, rounded to 4 decimals; None when unreadable.

    The amount is in `unit`, unless the cell has its own unit (1,200千円, 1,200 USD).
    """
    text = plain(text)
    is_negative = text.startswith("(") and text.endswith(")")
    if is_negative:
        text = text[1:-1].strip()
    # 金…円也 is the formal way to write an amount.
    text = text.removeprefix("金").removesuffix("也").strip()
    sign = ""
    if text.startswith((*_NEGATIVE, "+")) and text[1:].strip()[:1] not in (*_NEGATIVE, "+"):
        sign, text = text[0], text[1:].strip()
    if is_negative and sign:
        return None
    before, text = _currency(text, _before())
    after, text = _currency(text, _after())
    if match := _UNIT.search(text):
        unit, text = UNITS[match[1] + "円"], _UNIT.sub("", text)
    elif after:
        unit = UNITS["円"]
    closed = _CLOSED[decimal].sub("", text)
    has_sign = bool(before) and before[0] not in vocabulary.currencies()
    if closed == text and text.endswith("-") and has_sign:
        if before[0] not in _YEN:
            # Ambiguous: a minus sign after the amount, or a closing dash.
            return None
        closed = text[:-1].strip()
    number = read_number(f"({closed})" if is_negative else sign + closed, decimal)
    meant = [_meant(word[0]) for word in (before, after) if word]
    currencies = tuple(code for code in meant[0] if code in meant[-1]) if meant else ()
    if number is None or (meant and not currencies):
        return None
    amount = _rounded(number * unit, 4, 10**14)
    return None if amount is None else Money(amount, currencies)


def currency_of(text: str) -> str:
    """Return the code of a currency by code, symbol or name; an unknown text in capitals."""
    word = plain(text)
    meant = _meant(word) or _meant(word.upper())
    return meant[0] if meant else word.upper()


def _currency(text: str, form: re.Pattern[str]) -> tuple[tuple[str, ...], str]:
    """Split a currency's code, symbol or name off a text; return it, if any, and the rest."""
    match = form.search(text)
    if match is None:
        return (), text
    word = match["code"].upper() if match["code"] else match["name"].casefold()
    return (word,), (text[: match.start()] + text[match.end() :]).strip()


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Return the codes that each code, symbol and name of a currency may mean."""
    meant: dict[str, list[str]] = {}
    for code, names in vocabulary.currencies().items():
        for name in dict.fromkeys([code, *(plain(name).casefold() for name in names)]):
            meant.setdefault(name, []).append(code)
    return {name: tuple(codes) for name, codes in meant.items()}


def _meant(word: str) -> tuple[str, ...]:
    return _names().get(word) or _names().get(word.casefold(), ())


@cache
def _forms() -> tuple[str, str]:
    codes = "|".join(vocabulary.currencies())
    names = sorted(set(_names()) - set(vocabulary.currencies()), key=len, reverse=True)
    return rf"(?P<code>{codes})", rf"(?P<name>{'|'.join(map(re.escape, names))})"


@cache
def _before() -> re.Pattern[str]:
    code, name = _forms()
    return re.compile(rf"^(?:{name}|{code})\s*(?=[\d.,+▲△-])", re.IGNORECASE)


@cache
def _after() -> re.Pattern[str]:
    code, name = _forms()
    return re.compile(rf"(?<=[\d.,千万億-])\s*(?:{name}|{code})$", re.IGNORECASE)


def read_rate(text: str, decimal: str = ".") -> Decimal | None:
    """Return `0.125` or `12.5%` as a number from 0 to below 1, rounded to 6 decimals, else None."""
    text = plain(text)
    number = read_number(text.removesuffix("%"), decimal)
    if number is None or number < 0:
        return None
    return _rounded(number.scaleb(-2) if text.endswith("%") else number, 6, 1)


_FLAGS = {
    **dict.fromkeys(("yes", "true", "1", "y", "はい", "○", "◯", "〇", "有", "有り", "あり"), True),
    **dict.fromkeys(("no", "false", "0", "n", "いいえ", "×", "無", "無し", "なし"), False),
}


def read_flag(text: str) -> bool | None:
    """Return True for yes, False for no, None for other texts."""
    return _FLAGS.get(plain(text).casefold())
