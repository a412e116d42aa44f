"""Files written whole or not at all."""

from __future__ import annotations

from pathlib import Path


def replace_text(path: Path, content: str) -> None:
    """Write a text file beside `path`, then put it in its place at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(content, encoding="utf-8")
    fresh.replace(path)
