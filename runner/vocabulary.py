"""The template as the seeds define it: its columns, the activities and the reasons."""

from __future__ import annotations

import csv
import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from runner import messages

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATE = PROJECT / "seeds" / "template"


@dataclass(frozen=True)
class Column:
    """One column of the template."""

    name: str
    key: str
    label_ja: str
    need: str
    value_type: str
    names: tuple[str, ...]
    expected: dict[str, str]

    @property
    def shown(self) -> str:
        """The column's name in the user's language: its key, or its Japanese label."""
        return shown(self.name)

    @property
    def is_read(self) -> bool:
        """Whether a typed column stands beside the text in the landing."""
        return self.value_type != "text" and self.name != "EventTime"


@dataclass(frozen=True)
class Reason:
    """Why a row is refused: what it means and what to do, by language."""

    text: dict[str, str]
    remedy: dict[str, str]


def _rows(seed: str) -> list[dict[str, str]]:
    with (TEMPLATE / seed).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def columns() -> tuple[Column, ...]:
    """Give the template's columns in the seed's order."""
    return tuple(
        Column(
            name=row["column_name"],
            key=row["key"],
            label_ja=row["label_ja"],
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
            expected={"en": row["expected_en"], "ja": row["expected_ja"]},
        )
        for row in _rows("template_columns.csv")
    )


@cache
def reasons() -> dict[str, Reason]:
    """Give the reasons for refusing a row by code."""
    return {
        row["reason"]: Reason(
            text={"en": row["text_en"], "ja": row["text_ja"]},
            remedy={"en": row["remedy_en"], "ja": row["remedy_ja"]},
        )
        for row in _rows("reasons.csv")
    }


def header_key(header: str) -> str:
    """Reduce a header to what counts when headers are compared: its letters and digits."""
    folded = unicodedata.normalize("NFKC", header).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def activity_key(name: str) -> str:
    """Reduce an activity's name to what counts when names are compared."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@cache
def column_by_header() -> dict[str, Column]:
    """Give the template's column for each reduced header."""
    return {header_key(name): column for column in columns() for name in column.names}


@cache
def activity_by_name() -> dict[str, str]:
    """Give the catalogued activity for each reduced name, label and alias."""
    known = {activity_key(row["alias"]): row["activity"] for row in _rows("activity_aliases.csv")}
    for row in _rows("activities.csv"):
        for name in (row["label_en"], row["label_ja"], row["activity"]):
            known[activity_key(name)] = row["activity"]
    return known


@cache
def activity_by_header() -> dict[str, str]:
    """Give the catalogued activity for each name, label and alias reduced as a header."""
    return {header_key(name): activity for name, activity in activity_by_name().items()}


@cache
def labels_ja() -> dict[str, str]:
    """Give the Japanese label of each column and activity."""
    columns_ja = {column.name: column.label_ja for column in columns()}
    return columns_ja | {row["activity"]: row["label_ja"] for row in _rows("activities.csv")}


def shown(name: str) -> str:
    """Give the name of a column or activity in the user's language."""
    return labels_ja().get(name, name) if messages.language() == "ja" else name


def nearest(name: str, known: Iterable[str], reduce: bool = True) -> str | None:
    """Give the most similar of `known`, or None when none is similar."""
    by_key = {header_key(other) if reduce else other: other for other in known}
    found = difflib.get_close_matches(header_key(name) if reduce else name, by_key, 1, 0.7)
    return by_key[found[0]] if found else None
