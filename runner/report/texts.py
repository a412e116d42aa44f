"""The texts of the report, in both languages."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).parent / "texts.csv"


@cache
def texts(language: str) -> dict[str, str]:
    """Return the texts of the page in one language by key."""
    with TEXTS.open(encoding="utf-8", newline="") as file:
        return {row["key"]: row[language] for row in csv.DictReader(file)}
