"""The deals sheet (案件一覧): one row per deal, with the dates of activities as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runner import vocabulary
from runner.values import times


def activity_of(header: str) -> str | None:
    """Return the activity that a header names, also with a suffix for date (成約日)."""
    known = vocabulary.activity_by_header()
    key = vocabulary.header_key(header)
    for ending in ("", "日", "日付", "日時", "date", "time"):
        if key.endswith(ending) and (activity := known.get(key.removesuffix(ending))):
            return activity
    return None


def amount_of(header: str) -> str | None:
    """Return the activity whose document amount a header names (請求金額)."""
    return vocabulary.activity_by_amount().get(vocabulary.header_key(header))


def holds_dates(texts: Iterable[str], formats: Sequence[str]) -> bool | None:
    """Return whether at least half of the filled cells are dates; None when none is filled.

    Ambiguous and nonexistent dates count as dates: their rows are rejected, not the column.
    """
    none = (times.UNREADABLE, times.UNDECLARED)
    read = [times.read_time(text, formats) for text in texts if text.strip()]
    filled = [result for result in read if result not in (times.MISSING, times.FAILED)]
    dates = sum(result not in none for result in filled)
    return 2 * dates >= len(filled) if filled else None
