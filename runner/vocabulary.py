"""The template as the seeds define it: columns, activities, reasons for rejection."""

from __future__ import annotations

import difflib
import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from runner import messages, seeds
from runner.project import PROJECT, TEMPLATE


@dataclass(frozen=True)
class Column:
    """One column of the template."""

    name: str
    key: str
    need: str
    value_type: str
    names: tuple[str, ...]
    label: dict[str, str]
    expected: dict[str, str]
    description: dict[str, str]
    example: dict[str, str]

    @property
    def shown(self) -> str:
        """The column's name in the user's language: its key, or its Japanese label."""
        return shown(self.name)

    @property
    def is_read(self) -> bool:
        """Whether the landing has a typed column beside the text."""
        return self.value_type != "text" and self.name != "EventTime"


@dataclass(frozen=True)
class Activity:
    """One catalogued activity: labels, aliases, and attributes of its seed row."""

    name: str
    label: dict[str, str]
    aliases: dict[str, tuple[str, ...]]
    phase: str
    repeats: str
    is_of_document: bool


@dataclass(frozen=True)
class OracleSource:
    """Where Oracle may store a template column or the time of an activity, with its certainty."""

    place: str
    certainty: str
    note: dict[str, str]


@dataclass(frozen=True)
class Reason:
    """A reason for rejecting a row: its meaning and the remedy, by language."""

    text: dict[str, str]
    remedy: dict[str, str]
    severity: str


def _rows(seed: str, folder: Path = TEMPLATE) -> list[dict[str, str]]:
    return seeds.rows(folder / seed)


@cache
def columns() -> tuple[Column, ...]:
    """Return the template columns in the order of the seed."""
    return tuple(
        Column(
            name=row["column_name"],
            key=row["key"],
            need=row["need"],
            value_type=row["value_type"],
            names=tuple(
                filter(
                    None,
                    [
                        row["column_name"],
                        row["label_en"],
                        row["label_ja"],
                        *row["aliases"].split("|"),
                    ],
                )
            ),
            label=_by_language(row, "label"),
            expected=_by_language(row, "expected"),
            description=_by_language(row, "description"),
            example=_by_language(row, "example"),
        )
        for row in _rows("template_columns.csv")
    )


@cache
def column_by_name() -> dict[str, Column]:
    """Return the template columns by name."""
    return {column.name: column for column in columns()}


def _by_language(row: dict[str, str], name: str) -> dict[str, str]:
    return {language: row[f"{name}_{language}"] for language in ("en", "ja")}


@cache
def activities() -> tuple[Activity, ...]:
    """Return the catalogued activities in the order of the process."""
    aliases = _rows("activity_aliases.csv")
    return tuple(
        Activity(
            name=row["activity"],
            label=_by_language(row, "label"),
            aliases={
                language: tuple(
                    alias["alias"]
                    for alias in aliases
                    if (alias["activity"], alias["language"]) == (row["activity"], language)
                )
                for language in ("en", "ja")
            },
            phase=row["phase"],
            repeats=row["repeats"],
            is_of_document=any(row[name] for name in ("effect", "invoice_sign", "payment_sign")),
        )
        for row in _rows("activities.csv")
    )


@cache
def stages() -> tuple[dict[str, str], ...]:
    """Return the labels of the stages of the first sales method, by language."""
    rows = _rows("stages.csv", PROJECT / "seeds" / "policy")
    return tuple(
        _by_language(row, "label") for row in rows if row["sales_method"] == rows[0]["sales_method"]
    )


@cache
def stage_by_name() -> dict[str, str]:
    """Return the stage for the key of each name and label of the known sales methods."""
    return {
        activity_key(name): row["stage"]
        for row in _rows("stages.csv", PROJECT / "seeds" / "policy")
        for name in (row["stage"], row["label_en"], row["label_ja"])
    }


@cache
def oracle_sources() -> dict[str, list[OracleSource]]:
    """Return the places in Oracle by template column and activity, the best one first."""
    found: dict[str, list[OracleSource]] = {}
    for row in _rows("oracle_sources.csv"):
        source = OracleSource(row["place"], row["certainty"], _by_language(row, "note"))
        found.setdefault(row["about"], []).append(source)
    return found


@cache
def no_values() -> tuple[tuple[str, str], ...]:
    """Return the texts that mean "no value", each with its kind."""
    return tuple((row["word"], row["kind"]) for row in _rows("no_values.csv"))


@cache
def currencies() -> dict[str, tuple[str, ...]]:
    """Return the symbols and names of each currency by code; the first one owns a shared symbol."""
    return {
        row["currency"]: tuple(filter(None, row["names"].split("|")))
        for row in _rows("currencies.csv")
    }


@cache
def reasons() -> dict[str, Reason]:
    """Return the reasons for rejecting a row by code."""
    return {
        row["reason"]: Reason(
            text=_by_language(row, "text"),
            remedy=_by_language(row, "remedy"),
            severity=row["severity"],
        )
        for row in _rows("reasons.csv")
    }


@cache
def footer_lines() -> str:
    """Return the regular expression of a report's footer line, from its seed.

    Words of place "alone" match only beside numbers, punctuation and units such as "rows".
    """
    words: dict[str, list[str]] = {"alone": [], "begins": [], "holds": []}
    for row in _rows("report_footers.csv"):
        words[row["place"]].append(re.escape(row["words"]))
    alone, begins, holds = map("|".join, words.values())
    counted = r"(?:[^\p{L}]|\b(?:records?|rows?|deals?|jpy|usd|eur)\b|件|行|円|レコード|商談)*"
    start = r"(?is)^[^\p{L}\p{N}]*"
    return rf"{start}(?:(?:{alone}){counted}$|(?:{begins})(?:$|[^\p{{L}}]))|(?is)(?:{holds})"


def visible(text: str) -> str:
    """Return a text without zero-width characters: byte order marks, joiners, soft hyphens."""
    if text.isascii():
        return text
    return "".join(char for char in text if unicodedata.category(char) != "Cf")


@lru_cache(maxsize=100_000)
def header_key(header: str) -> str:
    """Reduce a header to the key by which headers are compared: its letters and digits."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return "".join(char for char in folded if char.isalnum())


def activity_key(name: str) -> str:
    """Reduce an activity's name to the key by which names are compared."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    shown = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    return " ".join(shown.split())


@cache
def column_by_header() -> dict[str, Column]:
    """Return the template column for each header key."""
    return {header_key(name): column for column in columns() for name in column.names}


@cache
def activity_by_name() -> dict[str, str]:
    """Return the catalogued activity for the key of each name, label and alias."""
    known = {activity_key(row["alias"]): row["activity"] for row in _rows("activity_aliases.csv")}
    for row in _rows("activities.csv"):
        for name in (row["label_en"], row["label_ja"], row["activity"]):
            known[activity_key(name)] = row["activity"]
    return known


@cache
def activity_by_header() -> dict[str, str]:
    """Return the catalogued activity for the header key of each name, label and alias."""
    return {header_key(name): activity for name, activity in activity_by_name().items()}


@cache
def document_amounts() -> dict[str, dict[str, str]]:
    """Return the labels, by language, of the document amount of each activity."""
    return {row["activity"]: _by_language(row, "label") for row in _rows("document_amounts.csv")}


@cache
def activity_by_amount() -> dict[str, str]:
    """Return the activity for the header key of each label and alias of its document amount."""
    return {
        header_key(name): row["activity"]
        for row in _rows("document_amounts.csv")
        for name in (row["label_en"], row["label_ja"], *row["aliases"].split("|"))
        if name
    }


def required_names() -> str:
    """Return the names of the columns required of an event, in the user's language."""
    return ", ".join(column.shown for column in columns() if column.need == "required")


@cache
def labels_ja() -> dict[str, str]:
    """Return the Japanese label of each column and activity."""
    labels = {column.name: column.label["ja"] for column in columns()}
    return labels | {activity.name: activity.label["ja"] for activity in activities()}


def shown(name: str) -> str:
    """Return the name of a column or activity in the user's language."""
    return labels_ja().get(name, name) if messages.language() == "ja" else name


def nearest(
    name: str, known: Iterable[str], reduce: bool = True, cutoff: float = 0.7
) -> str | None:
    """Return the name in `known` that is most similar, or None when none is similar."""
    key = header_key(name) if reduce else name
    by_key = {header_key(other) if reduce else other: other for other in known}
    pairs = _pairs(key)
    # Names that share no pair of letters are not compared: a file may have thousands of names.
    close = [other for other in by_key if not pairs.isdisjoint(_pairs(other))]
    found = difflib.get_close_matches(key, close, 1, cutoff)
    return by_key[found[0]] if found else None


@lru_cache(maxsize=100_000)
def _pairs(key: str) -> frozenset[str]:
    """Return the pairs of consecutive letters of a text."""
    return frozenset(first + second for first, second in itertools.pairwise(key)) or frozenset(
        [key]
    )


def breadth(text: str) -> int:
    """Count the columns that a text takes on a sheet: two for a full-width character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)
