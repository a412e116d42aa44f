"""Reading of times: a text gives a day and a clock, or the code of what is wrong with it.

A time is a day and perhaps a clock after it. `landing_sql.py` cuts the plainest clocks off in SQL
and has the distinct days read here, with equal results.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

UNREADABLE, AMBIGUOUS, NONEXISTENT = "time_unreadable", "time_ambiguous", "time_nonexistent"
SKIPPED, EXAMPLE = "time_skipped", "time_example"
# How a time of the template's example rows begins, by language.
EXAMPLE_MARKS = {"en": "e.g.", "ja": "例"}

EPOCH = datetime.fromisoformat("1970-01-01")
LONGEST = 80
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))

# Year before the era's first, and the day it began. A day after an era's end is read (平成32年 is
# printed on forms), one before its beginning does not exist.
_ERAS = {
    "明治": (1867, date(1868, 1, 25)),
    "大正": (1911, date(1912, 7, 30)),
    "昭和": (1925, date(1926, 12, 25)),
    "平成": (1988, date(1989, 1, 8)),
    "令和": (2018, date(2019, 5, 1)),
}
_ERA_NAMES = {
    **{name: name for name in _ERAS},
    **{name[0]: name for name in _ERAS},
    **dict(zip("MTSHR", _ERAS, strict=True)),
}
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTHS = {
    name[:length]: number
    for number, name in enumerate(_MONTH_NAMES, start=1)
    for length in (3, len(name))
} | {"sept": 9}

_YEAR = r"(?P<year>\d{4})"
_ERA_YEAR = rf"(?P<era>{'|'.join(_ERA_NAMES)})\s*(?P<era_year>元|\d{{1,2}})"
_SEPARATED = r"\s*(?P<sign>[-/.])\s*(?P<month>\d{1,2})\s*(?P=sign)\s*(?P<day>\d{1,2})"
_KANJI = r"\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"
_NAMED = r"(?P<name>[A-Za-z]{3,9})\.?"
_DAYS = [
    re.compile(form, re.ASCII)
    for form in (
        _YEAR + _SEPARATED,
        _YEAR + _KANJI,
        _YEAR + r"(?P<month>\d{2})(?P<day>\d{2})",
        _YEAR + rf"-{_NAMED}-(?P<day>\d{{1,2}})",
        _ERA_YEAR + _SEPARATED,
        _ERA_YEAR + _KANJI,
        r"(?P<era>[MTSHR])(?P<era_year>\d{2})(?P<month>\d{2})(?P<day>\d{2})",
        rf"(?P<day>\d{{1,2}})[- ]{_NAMED}[- ,]\s*{_YEAR}",
        rf"{_NAMED} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}",
    )
]
_WEEKDAY = re.compile(r"\s*(?:\([月火水木金土日]\)|[月火水木金土日]曜日?)$")
_HALF = r"(?:午前|午後|[AP]\.?M\.?)"
_CLOCK = (
    rf"(?P<before>{_HALF})?\s*(?P<hour>\d{{1,2}})"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
    r"|\s*時(?:\s*(?P<kanji_minute>\d{1,2})\s*分(?:\s*(?P<kanji_second>\d{1,2})\s*秒)?)?)"
    rf"\s*(?P<after>{_HALF})?\s*(?P<zone>Z|UTC|GMT|JST|[+-]\d{{2}}(?::?\d{{2}})?)?"
)
_TIME = re.compile(
    rf"(?P<day>.+?)(?:(?:T|\s+|(?<=[日)]))\s*(?P<clock>{_CLOCK}))?", re.IGNORECASE | re.ASCII
)
_DIGITS = re.compile(
    r"(\d{8})T?(\d{2})(\d{2})(?:(\d{2})(\.\d+)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE | re.ASCII,
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_YEAR_LAST = re.compile(
    r"(\d{1,2})\s*([-/. ])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})\b(.*)", re.ASCII | re.DOTALL
)
_FORMAT_CLOCK = re.compile(r"[T\s]*%(?:[HIMSfpXTR].*|c)$")


@dataclass(frozen=True, slots=True)
class Written:
    """A time as its text has it: local clock, whether only a day, seconds east of UTC if given."""

    local: datetime
    is_date_only: bool
    offset: int | None

    def day_only(self) -> Written:
        """Give its day alone, as it is written."""
        return Written(datetime.combine(self.local.date(), time()), True, None)


def plain(text: str) -> str:
    """Give the text with full-width forms and dashes folded and without space around it."""
    return unicodedata.normalize("NFKC", text).translate(_DASHES).strip()


def is_format(form: str) -> bool:
    """Say whether strptime understands a format."""
    try:
        datetime.strptime("", form)  # noqa: DTZ007 - nothing is read
    except ValueError as error:
        return "%" in form and "does not match" in str(error)
    return False


def read_time(text: str, formats: Sequence[str] = (), is_1904: bool = False) -> Written | str:
    """Read a time in one of the declared strptime `formats`, else in a year-first spelling.

    A clock in any usual spelling may follow a declared day. `is_1904` says which date system a
    number of days counts in. Gives the fault's code when the text cannot be read; day-first and
    month-first are never guessed.
    """
    text = plain(text)
    is_example = text.startswith(tuple(EXAMPLE_MARKS.values()))
    if is_example or len(text) > LONGEST:
        return EXAMPLE if is_example else UNREADABLE
    for form in formats:
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is applied later
        except ValueError:
            continue
        offset = moment.utcoffset()
        return Written(
            moment.replace(tzinfo=None),
            not _FORMAT_CLOCK.search(form),
            None if offset is None else int(offset.total_seconds()),
        )
    if _SERIAL.fullmatch(text):
        return _serial(Decimal(text), is_1904)
    if match := _DIGITS.fullmatch(text):
        day, hour, minute, second, part, zone = match.groups()
        text = f"{day} {hour}:{minute}:{second or '00'}{part or ''}{zone or ''}"
    match = _TIME.fullmatch(text)
    if not match:
        return UNREADABLE
    day_read = read_day(match["day"], formats)
    if isinstance(day_read, str):
        if day_read == UNREADABLE and not formats and _YEAR_LAST.fullmatch(text):
            return AMBIGUOUS
        return day_read
    if match["clock"] is None:
        return Written(datetime.combine(day_read, time()), True, None)
    return _at(day_read, match)


def read_day(text: str, formats: Sequence[str] = ()) -> date | str:
    """Read a day without a clock; give the fault's code when it cannot be read."""
    text = plain(text)
    fault = UNREADABLE
    for form in formats:
        try:
            return datetime.strptime(text, _FORMAT_CLOCK.sub("", form)).date()  # noqa: DTZ007
        except ValueError as error:
            if "out of range" in str(error):
                fault = NONEXISTENT
    text = _WEEKDAY.sub("", text)
    for spelling in _DAYS:
        if match := spelling.fullmatch(text):
            return _day(match.groupdict())
    if not formats and _YEAR_LAST.fullmatch(text):
        return AMBIGUOUS
    return fault


def _day(parts: dict[str, str]) -> date | str:
    year, began = int(parts.get("year") or 0), date.min
    if era := parts.get("era"):
        before, began = _ERAS[_ERA_NAMES[era]]
        counted = parts["era_year"]
        year = before + (1 if counted == "元" else int(counted))
        if counted in ("0", "00"):
            return NONEXISTENT
    month = parts.get("month") or _MONTHS.get(parts.get("name", "").casefold())
    if month is None:
        return UNREADABLE
    try:
        day = date(year, int(month), int(parts["day"]))
    except ValueError:
        return NONEXISTENT
    return day if day >= began else NONEXISTENT


def _at(day: date, match: re.Match[str]) -> Written | str:
    """Put the clock of a time on its day; 24:00 is the next day's midnight."""
    offset = _offset(match["zone"])
    if (match["zone"] and offset is None) or (match["before"] and match["after"]):
        return UNREADABLE
    hour = int(match["hour"])
    if half := (match["before"] or match["after"]):
        if hour > 12:
            return NONEXISTENT
        hour = hour % 12 + (12 if half == "午後" or half[0] in "Pp" else 0)
    minute = int(match["minute"] or match["kanji_minute"] or 0)
    second = int(match["second"] or match["kanji_second"] or 0)
    microsecond = int((match["part"] or "0")[:6].ljust(6, "0"))
    try:
        if (hour, minute, second, microsecond) == (24, 0, 0, 0):
            return Written(datetime.combine(day, time()) + timedelta(days=1), False, offset)
        return Written(
            datetime.combine(day, time(hour, minute, second, microsecond)), False, offset
        )
    except (ValueError, OverflowError):
        return NONEXISTENT


def _offset(zone: str | None) -> int | None:
    """Give the seconds east of UTC of `Z`, `JST`, `+09`, `+0900` or `+09:00`; None for none."""
    if zone is None:
        return None
    if zone[0] not in "+-":
        return 9 * 3600 if zone.upper() == "JST" else 0
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        return None
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


def _serial(days: Decimal, is_1904: bool) -> Written:
    """Read a number of days as Excel counts them, the part of a day to the millisecond."""
    start = datetime.fromisoformat("1904-01-01" if is_1904 else "1899-12-30")
    milliseconds = int((days % 1 * 86_400_000).to_integral_value())
    moment = start + timedelta(days=int(days), milliseconds=milliseconds)
    return Written(moment, milliseconds == 0, None)


def both_readings(text: str) -> Iterator[tuple[str, Written]]:
    """Give the declared formats under which an ambiguous time could be read, and how each reads."""
    match = _YEAR_LAST.fullmatch(plain(text))
    if match is None:
        return
    sign, year = match[2], "%y" if len(match[4]) == 2 else "%Y"
    orders = [("%d", "%m", year), ("%m", "%d", year), *([(year, "%m", "%d")] * (year == "%y"))]
    for order in orders:
        written = read_time(text, [form := sign.join(order)])
        if isinstance(written, Written):
            yield form, written


def instant(written: Written, zone: tzinfo) -> int | str:
    """Give microseconds since 1970 in UTC, or the fault's code when the clock skips this time.

    `zone` applies when the text has no offset. The hour that occurs twice in autumn is its first
    occurrence; a date whose midnight is skipped begins at the first moment it has.
    """
    offset = written.offset
    if offset is None:
        offset = _utc_offset(written.local, zone)
        if not written.is_date_only and offset < _utc_offset(written.local.replace(fold=1), zone):
            return SKIPPED
    return (written.local - EPOCH) // timedelta(microseconds=1) - offset * 1_000_000


def day_offset(day: date, zone: tzinfo) -> int | None:
    """Give the seconds east of UTC that hold during all of a local day; None when they change."""
    midnight = datetime.combine(day, time())
    if day == date.max:
        return None
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


def read_date(text: str, formats: Sequence[str] = (), is_1904: bool = False) -> date | None:
    """Read the date part of a time; None when it cannot be read."""
    written = read_time(text, formats, is_1904)
    return None if isinstance(written, str) else written.local.date()
