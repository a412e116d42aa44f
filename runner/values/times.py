"""Reading of times from text: a day and a clock, or the code of the error.

A time is a day, optionally followed by a clock. `landing/time_sql.py` reads the simplest clocks in
SQL and calls this module for the distinct days, with equal results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from runner.values import no_values
from runner.values.no_values import plain

UNREADABLE, AMBIGUOUS, NONEXISTENT = "time_unreadable", "time_ambiguous", "time_nonexistent"
SKIPPED, EXAMPLE, MISSING = "time_skipped", "time_example", "time_missing"
UNDECLARED, FAILED = "time_epoch", "lookup_failed"
# Declared instead of a format: units per second.
EPOCHS = {"epoch": 1, "epoch_ms": 10**3, "epoch_us": 10**6, "epoch_ns": 10**9}
# Plausible epoch seconds, 1980 to 2099. Other numbers have another unit, or are not times.
_EPOCH_FROM, _EPOCH_TO = 315_532_800, 4_102_444_800
# Prefix of the times in the template's example rows, by language.
EXAMPLE_MARKS = {"en": "e.g.", "ja": "例"}

EPOCH = datetime.fromisoformat("1970-01-01")
LONGEST = 80

# Year before the era's first, and its first day. A day after an era's end is accepted (平成32年 is
# printed on forms); a day before its first day does not exist.
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
        # Oracle's default format DD-MON-RR, and its form in Japanese sessions.
        rf"(?P<day>\d{{1,2}})-{_NAMED}-(?P<short>\d{{2}})",
        r"(?P<day>\d{1,2})-(?P<month>\d{1,2})月\s*-(?:(?P<year>\d{4})|(?P<short>\d{2}))",
        rf"{_NAMED} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}",
    )
]
_WEEKDAY = re.compile(r"\s*(?:\([月火水木金土日]\)|[月火水木金土日]曜日?)$")
_HALF = r"(?:午前|午後|[AP]\.?M\.?(?![A-Z]))"
_CLOCK = (
    rf"(?P<before>{_HALF})?\s*(?P<hour>\d{{1,2}})"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?"
    r"|\s*時(?:\s*(?P<kanji_minute>\d{1,2})\s*分(?:\s*(?P<kanji_second>\d{1,2})\s*秒)?)?)"
    rf"\s*(?P<after>{_HALF})?"
    r"\s*(?P<zone>Z|UTC|GMT|JST|[+-]\d{2}(?::?\d{2})?|[A-Z]+(?:/[A-Z_+-]+\d*)+)?"
    # Java repeats the zone in brackets after the offset.
    r"(?:\[[\w/+-]+\])?"
)
_TIME = re.compile(
    rf"(?P<day>.+?)(?:(?:T|\s+|(?<=[日)]))\s*(?P<clock>{_CLOCK}))?", re.IGNORECASE | re.ASCII
)
_DIGITS = re.compile(
    r"(\d{8})T?(\d{2})(\d{2})(?:(\d{2})(\.\d+)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?",
    re.IGNORECASE | re.ASCII,
)
# Oracle and DB2 write points between the parts of a clock.
_DOTTED = re.compile(r"(.*\d\d)[-\s]+(\d{1,2})\.(\d{2})\.(\d{2})(?![.\d]*[-/])", re.ASCII)
_EPOCH = re.compile(r"\d{9,19}(?:\.\d{1,9})?", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_YEAR_LAST = re.compile(
    r"(\d{1,2})\s*([-/. ])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})\b(.*)", re.ASCII | re.DOTALL
)
_FORMAT_CLOCK = re.compile(r"[T\s]*%(?:[HIMSfpXTR].*|c)$")


@dataclass(frozen=True, slots=True)
class Written:
    """A time as written: local clock, whether it is only a day, seconds east of UTC if present."""

    local: datetime
    is_date_only: bool
    offset: int | None

    def day_only(self) -> Written:
        """Return its day without the clock, as written."""
        return Written(datetime.combine(self.local.date(), time()), True, None)


def is_format(form: str) -> bool:
    """Return whether a format is one of `EPOCHS` or valid for strptime."""
    if form in EPOCHS:
        return True
    try:
        datetime.strptime("", form)  # noqa: DTZ007 - only checks the format
    except ValueError as error:
        return "%" in form and "does not match" in str(error)
    return False


def read_time(text: str, formats: Sequence[str] = (), is_1904: bool = False) -> Written | str:
    """Read a time in one of the declared `formats`, else in a format with the year first.

    Formats are those of strptime and `EPOCHS`. A clock in any usual format may follow a declared
    day. `is_1904`: serial dates use the 1904 system. Return the error code when the text cannot be
    read; day first or month first is never guessed.
    """
    text = plain(text)
    if text.startswith(tuple(EXAMPLE_MARKS.values())):
        return EXAMPLE
    if len(text) > LONGEST:
        return UNREADABLE
    read = _declared(text, formats) or _read(text, formats, is_1904)
    if isinstance(read, Written):
        return read
    kind = no_values.kind(text)
    if kind in (no_values.ERROR, no_values.NOT_FOUND):
        return FAILED
    if kind == no_values.EMPTY or no_values.is_no_date(text):
        return MISSING
    if not any(form in EPOCHS for form in formats) and epoch_of(text):
        return UNDECLARED
    return read


def _declared(text: str, formats: Sequence[str]) -> Written | None:
    """Return the text read in one of the declared formats, else None."""
    for form in formats:
        if form in EPOCHS:
            if moment := _since_1970(text, form):
                return Written(moment, False, 0)
            continue
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
    return None


def _read(text: str, formats: Sequence[str], is_1904: bool) -> Written | str:
    formats = [form for form in formats if form not in EPOCHS]
    if _SERIAL.fullmatch(text):
        return _serial(Decimal(text), is_1904)
    if match := _DIGITS.fullmatch(text):
        day, hour, minute, second, part, zone = match.groups()
        text = f"{day} {hour}:{minute}:{second or '00'}{part or ''}{zone or ''}"
    text = _DOTTED.sub(r"\1 \2:\3:\4", text)
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


def _since_1970(text: str, form: str) -> datetime | None:
    """Return the UTC time of a number counted since 1970; None when it is implausible."""
    if not _EPOCH.fullmatch(text):
        return None
    seconds = Decimal(text) / EPOCHS[form]
    if not _EPOCH_FROM <= seconds < _EPOCH_TO:
        return None
    return EPOCH + timedelta(microseconds=int(seconds * 1_000_000))


def epoch_of(text: str) -> str | None:
    """Return the epoch format in which a number is a plausible time, else None."""
    text = plain(text)
    return next((form for form in EPOCHS if _since_1970(text, form)), None)


def read_day(text: str, formats: Sequence[str] = ()) -> date | str:
    """Return a day without a clock, or the error code when it cannot be read."""
    text = plain(text)
    fault = UNREADABLE
    formats = [form for form in formats if form not in EPOCHS]
    for form in formats:
        try:
            return datetime.strptime(text, _FORMAT_CLOCK.sub("", form)).date()  # noqa: DTZ007
        except ValueError as error:
            if "out of range" in str(error):
                fault = NONEXISTENT
    text = _WEEKDAY.sub("", text)
    for spelling in _DAYS:
        if match := spelling.fullmatch(text):
            day = _day(match.groupdict())
            return MISSING if day == NONEXISTENT and no_values.is_no_date(text) else day
    if not formats and _YEAR_LAST.fullmatch(text):
        return MISSING if no_values.is_no_date(text) else AMBIGUOUS
    return fault


def _day(parts: dict[str, str]) -> date | str:
    year, began = int(parts.get("year") or 0), date.min
    if short := parts.get("short"):
        # Oracle's RR: the nearest half century.
        year = int(short) + (2000 if int(short) < 50 else 1900)
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
    """Return the time from its day and clock; 24:00 is midnight of the next day."""
    if match["before"] and match["after"]:
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
            local = datetime.combine(day, time()) + timedelta(days=1)
        else:
            local = datetime.combine(day, time(hour, minute, second, microsecond))
    except (ValueError, OverflowError):
        return NONEXISTENT
    offset = _offset(match["zone"], local)
    return offset if isinstance(offset, str) else Written(local, False, offset)


def _offset(zone: str | None, local: datetime) -> int | str | None:
    """Return the seconds east of UTC of `Z`, `JST`, `+09`, `+0900`, `+09:00` or ASIA/TOKYO.

    None without a zone; the error code when it is not a valid offset.
    """
    if zone is None:
        return None
    if "/" in zone:
        name = _zone_names().get(zone.casefold())
        if name is None:
            return UNREADABLE
        offset = _utc_offset(local, ZoneInfo(name))
        is_skipped = offset < _utc_offset(local.replace(fold=1), ZoneInfo(name))
        return SKIPPED if is_skipped else offset
    if zone[0] not in "+-":
        return 9 * 3600 if zone.upper() == "JST" else 0
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if hours > 14 or minutes > 59:
        return UNREADABLE
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


@cache
def _zone_names() -> dict[str, str]:
    """Return the zone names by lower-case name; Oracle writes ASIA/TOKYO."""
    return {name.casefold(): name for name in available_timezones()}


def _serial(days: Decimal, is_1904: bool) -> Written:
    """Return the time of an Excel serial date, rounded to the millisecond."""
    start = datetime.fromisoformat("1904-01-01" if is_1904 else "1899-12-30")
    milliseconds = int((days % 1 * 86_400_000).to_integral_value())
    moment = start + timedelta(days=int(days), milliseconds=milliseconds)
    return Written(moment, milliseconds == 0, None)


def both_readings(text: str) -> Iterator[tuple[str, Written]]:
    """Return the declared formats that can read an ambiguous time, and how each reads it."""
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
    """Return microseconds since 1970 in UTC, or the error code when the clock skips this time.

    `zone` applies when the text has no offset. The hour that occurs twice in autumn is read as the
    first one; a date whose midnight is skipped begins at its first moment.
    """
    offset = written.offset
    if offset is None:
        offset = _utc_offset(written.local, zone)
        if not written.is_date_only and offset < _utc_offset(written.local.replace(fold=1), zone):
            return SKIPPED
    return (written.local - EPOCH) // timedelta(microseconds=1) - offset * 1_000_000


def day_offset(day: date, zone: tzinfo) -> int | None:
    """Return the seconds east of UTC during a local day; None when they change."""
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
        raise ValueError(f"{zone} has no offset")
    return int(offset.total_seconds())


def read_date(
    text: str, formats: Sequence[str] = (), is_1904: bool = False, zone: tzinfo = UTC
) -> date | str:
    """Return the date part of a time, or the error code when it cannot be read.

    A number of seconds since 1970 is a date in `zone`. A placeholder date is `MISSING`.
    """
    written = read_time(text, formats, is_1904)
    if isinstance(written, str):
        return MISSING if no_values.kind(text) == no_values.NOT_FOUND else written
    local = written.local
    if any(_since_1970(plain(text), form) for form in formats if form in EPOCHS):
        local = local.replace(tzinfo=UTC).astimezone(zone)
    return MISSING if no_values.is_no_day(local.date()) else local.date()
