"""The report on an imported file or sheet, in lines."""

from __future__ import annotations

from runner import messages, vocabulary
from runner.landing.lookups import MANY
from runner.landing.store import Landed
from runner.messages import _, counted


def report(landed: Landed, with_faults: bool = True) -> list[str]:
    """Return the report lines of one file or sheet, with or without its faults."""
    shown = vocabulary.shown
    unknown = [
        _("{name} (nearest: {nearest})", name=given, nearest=shown(nearest)) if nearest else given
        for given, nearest in landed.unknown_activities.items()
    ]
    reasons = vocabulary.reasons()
    is_english = messages.language() == "en"
    faults = {
        _("rejected"): [
            f"{reason} {count:,} ({text})" if is_english else f"{text} {count:,}"
            for reason, count in landed.reasons.items()
            for text in [reasons[reason].text[messages.language()]]
        ],
        _("date format"): landed.orders.evidence() if landed.orders else [],
        _("bad cells"): [f"{shown(name)} {count:,}" for name, count in landed.bad_cells.items()],
        _("unknown activities"): [*unknown[:MANY], *(["…"] if len(unknown) > MANY else [])],
    }
    details = {
        _("read as"): [_understood(key, value) for key, value in landed.understood.items()],
        **(faults if with_faults else {}),
        _("taken as empty"): empty(landed),
        _("matched"): [
            _became(*pair) for pair in landed.matched if pair not in landed.event_columns
        ],
        _("columns that became events"): [_became(*pair) for pair in landed.event_columns],
        _("carried"): list(landed.carried),
        _("sheets skipped"): [f"{sheet} ({reason})" for sheet, reason in landed.skipped],
    }
    counts = [
        counted("{count} row read", "{count} rows read", landed.rows),
        counted("{count} event", "{count} events", landed.events),
        _("{count} rejected", count=f"{landed.rejected:,}"),
        counted("{count} bad cell", "{count} bad cells", sum(landed.bad_cells.values())),
        counted("{count} unknown activity", "{count} unknown activities", len(unknown)),
    ]
    name = f"{landed.source_file}, {landed.sheet}" if landed.sheet else landed.source_file
    return [
        f"{name}: {_(', ').join(counts)}",
        *(f"  {label}: {', '.join(found)}" for label, found in details.items() if found),
    ]


def empty(landed: Landed) -> list[str]:
    """Return the texts that were taken as no value, with their counts."""
    return [
        f"{vocabulary.shown(name)} {word} {count:,}"
        for name, texts in landed.empty.items()
        for word, count in texts.items()
    ]


def _became(header: str, name: str) -> str:
    shown = vocabulary.shown(name)
    return header if header == shown else f"{header} → {shown}"


def _understood(key: str, value: str) -> str:
    """Return a detected property of a file as text."""
    if key == "delimiter":
        names = {
            "comma": _("cells between commas"),
            "tab": _("cells between tabs"),
            "semicolon": _("cells between semicolons"),
            "pipe": _("cells between pipes"),
        }
        return names.get(value, _("cells between {sign}", sign=value))
    return {
        "encoding": value,
        "header_row": _("header in row {row}", row=value),
        "dates": _("dates of the {year} system", year=value),
        "untold": _(
            "plain numbers: {kind} hides number formats and errors, save as .xlsx if they matter",
            kind=value,
        ),
        "padding": counted(
            "{count} zero at its end left out, the file may be incomplete",
            "{count} zeros at its end left out, the file may be incomplete",
            _number(value),
        ),
        "merged": counted(
            "{count} merged cell repeated in the rows it covers",
            "{count} merged cells repeated in the rows they cover",
            _number(value),
        ),
    }[key]


def _number(value: str) -> int:
    digits = value.replace(",", "")
    return int(digits) if digits.isdecimal() else 0
