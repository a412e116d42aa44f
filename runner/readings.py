"""Reading of times, numbers and flags: a text gives a value, or the code of what is wrong with it.

`landing_sql.py` reads the plainest spellings in SQL, with equal results.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal

UNREADABLE, AMBIGUOUS, NONEXISTENT = "time_unreadable", "time_ambiguous", "time_nonexistent"
EXAMPLE = "time_example"
# How a time of the template's example rows begins, by language.
EXAMPLE_MARKS = {"en": "e.g.", "ja": "例"}

EPOCH = datetime.fromisoformat("1970-01-01")
CLOCK_DIRECTIVES = ("%H", "%I", "%M", "%S", "%f", "%p", "%c", "%X", "%T", "%R")

_CLOCK = (
    r"(?:(?:T|\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?)?"
)
_YEAR_FIRST = [
    re.compile(rf"(?P<year>\d{{4}}){form}{_CLOCK}", re.IGNORECASE | re.ASCII)
    for form in (
        r"-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
        r"\.(?P<month>\d{1,2})\.(?P<day>\d{1,2})",
        r"年\s*(?P<month>\d{1,2})月\s*(?P<day>\d{1,2})日",
        r"(?P<month>\d{2})(?P<day>\d{2})",
    )
]
_YEAR_LAST = re.compile(r"\d{1,2}([-/. ])\d{1,2}\1(\d{4}|\d{2})\b.*", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Written:
    """A time as its text has it: local clock, whether only a day, seconds east of UTC if given."""

    local: datetime
    is_date_only: bool
    offset: int | None


def plain(text: str) -> str:
    """Give the text with full-width forms folded and without space around it."""
    return unicodedata.normalize("NFKC", text).strip()


def is_format(form: str) -> bool:
    """Say whether strptime understands a format."""
    try:
        datetime.strptime("", form)  # noqa: DTZ007 - nothing is read
    except ValueError as error:
        return "%" in form and "does not match" in str(error)
    return False


def read_time(text: str, formats: Sequence[str] = ()) -> Written | str:
    """Read a time in one of the declared strptime `formats`, else in a year-first spelling.

    Gives the fault's code when that fails. Day-first and month-first are never guessed.
    """
    text = plain(text)
    if text.startswith(tuple(EXAMPLE_MARKS.values())):
        return EXAMPLE
    fault = ""
    for form in formats:
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is applied later
        except ValueError as error:
            if "out of range" in str(error):
                fault = NONEXISTENT
            continue
        offset = moment.utcoffset()
        return Written(
            moment.replace(tzinfo=None),
            not any(directive in form for directive in CLOCK_DIRECTIVES),
            None if offset is None else int(offset.total_seconds()),
        )
    for spelling in _YEAR_FIRST:
        if match := spelling.fullmatch(text):
            return _written(match)
    if fault:
        return fault
    return AMBIGUOUS if not formats and _YEAR_LAST.fullmatch(text) else UNREADABLE


def _written(match: re.Match[str]) -> Written | str:
    """Build the time from the parts of a year-first spelling."""
    offset = _offset(match["zone"])
    if match["zone"] and offset is None:
        return UNREADABLE
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        if match["hour"] is None:
            return Written(datetime.combine(day, time()), True, None)
        microsecond = int((match["part"] or "0")[:6].ljust(6, "0"))
        clock = time(
            int(match["hour"]), int(match["minute"]), int(match["second"] or 0), microsecond
        )
    except ValueError:
        return NONEXISTENT
    return Written(datetime.combine(day, clock), False, offset)


def _offset(zone: str | None) -> int | None:
    """Give the seconds east of UTC of `Z`, `+09`, `+0900` or `+09:00`; None when there is none."""
    if zone is None:
        return None
    if zone in "Zz":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        return None
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


def instant(written: Written, zone: tzinfo) -> int | str:
    """Give microseconds since 1970 in UTC, or the fault's code when the clock skips this time.

    `zone` applies when the text has no offset. The hour that occurs twice in autumn is its first
    occurrence; a date whose midnight is skipped begins at the first moment it has.
    """
    offset = written.offset
    if offset is None:
        offset = _utc_offset(written.local, zone)
        if not written.is_date_only and offset < _utc_offset(written.local.replace(fold=1), zone):
            return NONEXISTENT
    return (written.local - EPOCH) // timedelta(microseconds=1) - offset * 1_000_000


def day_offset(day: date, zone: tzinfo) -> int | None:
    """Give the seconds east of UTC that hold during all of a local day; None when they change."""
    midnight = datetime.combine(day, time())
    offsets = {
        _utc_offset(midnight, zone),
        _utc_offset(midnight.replace(fold=1), zone),
        _utc_offset(midnight + timedelta(days=1), zone),
    }
    return offsets.pop() if len(offsets) == 1 else None


def _utc_offset(local: datetime, zone: tzinfo) -> int:
    offset = zone.utcoffset(local)
    if offset is None:
        raise ValueError(f"{zone} gives no offset")
    return int(offset.total_seconds())


def read_date(text: str, formats: Sequence[str] = ()) -> date | None:
    """Read the date part of a time; None when it cannot be read."""
    written = read_time(text, formats)
    return None if isinstance(written, str) else written.local.date()


_NUMBER = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d+)?", re.ASCII)
_NEGATIVE = ("-", "−", "▲", "△")
_CURRENCY = re.compile(r"^[¥$]\s*|\s*円$")


def read_number(text: str) -> Decimal | None:
    """Read a number with its sign, thousands commas and currency sign; None when it is none."""
    text = plain(text)
    is_negative = text.startswith("(") and text.endswith(")")
    if is_negative:
        text = text[1:-1].strip()
    text = _CURRENCY.sub("", text)
    if text.startswith((*_NEGATIVE, "+")):
        if is_negative:
            return None
        is_negative = text[0] != "+"
        text = text[1:].strip()
    text = _CURRENCY.sub("", text)
    if not text or not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text.replace(",", ""))
    return -number if is_negative else number


def _rounded(number: Decimal, decimals: int, limit: int) -> Decimal | None:
    """Round half to even; None from `limit` on."""
    if abs(number) >= limit:
        return None
    rounded = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    return rounded if abs(rounded) < limit else None


def read_amount(text: str) -> Decimal | None:
    """Read an amount of at most 14 digits, rounded to 4 decimals; None when it cannot be read."""
    number = read_number(text)
    return None if number is None else _rounded(number, 4, 10**14)


def read_rate(text: str) -> Decimal | None:
    """Read `0.125` or `12.5%`, from 0 up to but not including 1, rounded to 6 decimals."""
    text = plain(text)
    number = read_number(text.removesuffix("%"))
    if number is None or number < 0:
        return None
    return _rounded(number.scaleb(-2) if text.endswith("%") else number, 6, 1)


_FLAGS = {
    **dict.fromkeys(("yes", "true", "1", "y", "はい", "○", "◯", "〇"), True),
    **dict.fromkeys(("no", "false", "0", "n", "いいえ", "×"), False),
}


def read_flag(text: str) -> bool | None:
    """Read yes or no; None when it is neither."""
    return _FLAGS.get(plain(text).casefold())
