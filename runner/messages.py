"""Messages in the user's language; a catalogue is read when it is first needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "ja")
CATALOGUES = Path(__file__).parent / "locale"

_current = ContextVar("language", default="en")


def default_language() -> str:
    """Return the language of the locale, or `en` when it is not in `LANGUAGES`."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            language = os.environ[name][:2].lower()
            return language if language in LANGUAGES else "en"
    return "en"


def use(language: str) -> None:
    """Set the language of messages."""
    _current.set(language)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Set the language of messages within a `with` block."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def language() -> str:
    """Return the current language of messages."""
    return _current.get()


def in_each(text: Callable[[], str]) -> dict[str, str]:
    """Return the result of `text` in each language."""
    texts = {}
    for name in LANGUAGES:
        with in_language(name):
            texts[name] = text()
    return texts


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the translations into one language by English message."""
    from babel.messages.pofile import read_po

    with (CATALOGUES / language / "LC_MESSAGES" / "l2c.po").open("rb") as file:
        entries = read_po(file, locale=language)
    translations: dict[str, str] = {}
    for entry in entries:
        # Japanese, the only translation, has no plural: one form serves every number.
        ids = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        forms = [entry.string] if isinstance(entry.string, str) else list(entry.string or ())
        if ids[0] and any(forms):
            translations |= dict.fromkeys(ids, forms[0])
    return translations


def _(message: str, /, **values: object) -> str:
    """Return the translation of `message` with its `{values}` filled in."""
    current = language()
    text = message if current == "en" else catalogue(current).get(message, message)
    return text.format(**values)


def counted(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the translation of `one` when `count` is 1, else of `many`."""
    return _(one if count == 1 else many, count=f"{count:,}", **values)
