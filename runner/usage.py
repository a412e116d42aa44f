"""Help and usage errors in the user's language; global options before or after a command.

Help texts are translated by the catalogue `usage.po` when click writes them. Click's own messages
pass through the function `_` of each click module; apart from compiled catalogues and the
environment, click has no setting for the language.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import click
import click.parser

from runner import messages, vocabulary
from runner.faults import Fault, WrongUsage, explained
from runner.messages import _

CLICK = (
    *(click.core, click.exceptions, click.formatting),
    *(click.parser, click.termui, click.types),
)
MEMORY, THREADS = "L2C_MEMORY_LIMIT", "L2C_THREADS"
WHOLE = re.compile(r"[1-9][0-9]*")
SIZE = re.compile(r"[0-9]+(\.[0-9]+)?\s*([KMGT]i?B|B|%)", re.IGNORECASE)


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return the translations of help texts and of click's messages by English text."""
    from babel.messages.pofile import read_po

    path = messages.CATALOGUES / language / "LC_MESSAGES" / "usage.po"
    with path.open("rb") as file:
        entries = read_po(file, locale=language)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id and entry.string}


def translated(text: str) -> str:
    """Return a help text in the current language, translated paragraph by paragraph."""
    if messages.language() == "en":
        return text
    known = catalogue(messages.language())
    paragraphs = [" ".join(each.split()) for each in text.split("\n\n")]
    return "\n\n".join(known.get(each, each) for each in paragraphs)


def _word(text: str) -> str:
    """Return a message of click in the current language, with its line ends."""
    language = messages.language()
    return text if language == "en" else catalogue(language).get(text, text)


def _words(one: str, many: str, count: int) -> str:
    return _word(one if count == 1 else many)


for _module in CLICK:
    for _name, _function in (("_", _word), ("ngettext", _words)):
        if hasattr(_module, _name):
            setattr(_module, _name, _function)


class Formatter(click.HelpFormatter):
    """Writes help in the current language; a Japanese character takes two columns.

    Japanese lines break between characters, without blanks.
    """

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        if messages.language() == "en":
            super().write_text(text)
            return
        indent = " " * self.current_indent
        for paragraph in translated(text).split("\n\n"):
            for line in _wrapped(paragraph, self.width - self.current_indent):
                self.write(f"{indent}{line}\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write a list of options or commands with their help."""
        if messages.language() == "en":
            super().write_dl(list(rows), col_max, col_spacing)
            return
        listed = list(rows)
        indent = " " * self.current_indent
        first = min(max(len(name) for name, _about in listed), col_max) + col_spacing
        width = self.width - self.current_indent - first
        for name, about in listed:
            lines = _wrapped(_record(about), width)
            if len(name) > first - col_spacing or not lines:
                self.write(f"{indent}{name}\n")
            else:
                self.write(f"{indent}{name.ljust(first)}{lines.pop(0)}\n")
            for line in lines:
                self.write(f"{indent}{' ' * first}{line}\n")


def _record(about: str) -> str:
    """Translate the help of an option; click itself adds the brackets after it."""
    text, bracket, extra = about.partition("  [")
    extra = re.sub(r"\(([^)]+)\)", lambda found: f"({translated(found[1])})", extra)
    return translated(text) + bracket + extra


def _wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` columns, between any two wide characters.

    Closing punctuation stays on its line: two such characters take four columns.
    """
    lines, line = [], ""
    for piece in re.findall(r"[!-~]+|\s+|[^!-~\s]", text):
        if line and vocabulary.breadth(line + piece) > width - 4 and piece not in "、。)」":
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


class Context(click.Context):
    """A context whose help is written in the current language."""

    formatter_class = Formatter


class Command(click.Command):
    """A command whose help is written in the current language."""

    context_class = Context

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the one-line help for the list of commands."""
        if messages.language() == "en":
            return super().get_short_help_str(limit)
        return translated(self.help or "").partition("\n\n")[0]


class Commands(click.Group):
    """All commands; an error in data ends a command with a message, never with a traceback.

    Global options go before or after the command. The language is set before the arguments are
    parsed, so that help and usage errors are in it too.
    """

    command_class = Command
    context_class = Context

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Set the language, then parse the arguments."""
        messages.use(asked_language(args))
        return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn a fault into its message and exit code."""
        try:
            check_environment()
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (Fault, OSError) as fault:
            click.echo(_("Error: {message}", message=explained(fault)), err=True)
            return ctx.exit(fault.exit_code if isinstance(fault, Fault) else 1)


def asked_language(args: Sequence[str]) -> str:
    """Return the language of the last --lang option, else that of the locale."""
    found = messages.default_language()
    for place, word in enumerate(args):
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if name == "--lang":
            value = value if equals else "".join(args[place + 1 : place + 2])
            found = value if value in messages.LANGUAGES else found
    return found


def check_environment() -> None:
    """Raise `WrongUsage` naming an environment variable that DuckDB or dbt would reject."""
    for name, pattern, expected in (
        (MEMORY, SIZE, _("a size, as in 8GB, 800MB or 80%")),
        (THREADS, WHOLE, _("a whole number from 1")),
    ):
        value = os.environ.get(name)
        if value == "":
            del os.environ[name]
        elif value is not None and not pattern.fullmatch(value.strip()):
            raise WrongUsage(
                _(
                    "the environment variable {name} is {value}; expected: {expected}",
                    name=name,
                    value=repr(value),
                    expected=expected,
                )
            )
