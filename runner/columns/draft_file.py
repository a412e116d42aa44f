"""A drafted mapping as a file: YAML for --map, each guess with its evidence beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from runner import vocabulary
from runner.columns.draft import SURE, Draft, Guess, Happening
from runner.messages import _, counted

# Texts that need no quotes inside a YAML flow list.
_PLAIN = re.compile(r"[^\W_][\w .%-]*[\w.%-]|[^\W_]")
# Comments begin at this column when the line is shorter.
COMMENT = 58


def render(draft: Draft) -> str:
    """Return the mapping file of a draft."""
    return "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    of = f"{draft.source}, {draft.sheet}" if draft.sheet else draft.source
    yield "# " + counted(
        "Draft of a mapping for {name}, guessed from its header and {count} row.",
        "Draft of a mapping for {name}, guessed from its header and {count} rows.",
        draft.rows,
        name=of,
    )
    yield "# " + _(
        "Check every line marked ?, correct it or delete it, then pass the file with --map."
    )
    yield "columns:" if draft.columns else "columns: {}"
    for name, guess in draft.columns.items():
        others = [other.header for other in draft.alternatives.get(name, [])]
        yield _beside(f"  {name}: {_text(guess.header)}", _evidence(guess, others))
    for name in draft.missing:
        yield _beside(f"#  {name}: ", _("no column looks like it: fill it in"), guessed=True)
    if draft.events:
        yield "events:"
    for event in draft.events:
        yield _beside(f"  - {_event(event)}", event.evidence, guessed=event.score < SURE)
    if draft.formats:
        formats = [_text(form, always=True) for form in draft.formats]
        written = formats[0] if len(formats) == 1 else f"[{', '.join(formats)}]"
        yield _beside(f"date_format: {written}", _("; ").join(draft.format_evidence), guessed=True)
    if draft.needs_zone:
        yield _beside(
            "# time_zone: Asia/Tokyo", _("zone of times without UTC offset"), guessed=True
        )
    if draft.carried:
        carried = _(", ").join(draft.carried)
        yield "# " + _("Carried as they are: {headers}", headers=carried)


def _evidence(guess: Guess, others: Sequence[str]) -> tuple[str, bool] | str:
    evidence = guess.evidence
    if others:
        evidence += _("; ") + _("or {headers}", headers=_(", ").join(others))
    return evidence, guess.score < SURE


def _beside(line: str, comment: tuple[str, bool] | str, *, guessed: bool = False) -> str:
    """Return a line with a comment; a guess is marked with a question mark."""
    text, marked = comment if isinstance(comment, tuple) else (comment, guessed)
    text = " ".join(text.split())
    blanks = " " * max(0, COMMENT - vocabulary.breadth(line))
    return f"{line}{blanks} # {'? ' if marked else ''}{text}"


def _event(event: Happening) -> str:
    members = [f"activity: {_text(event.activity)}", f"time: {_text(event.time)}"]
    for header, values in event.when.items():
        listed = [_text(value) for value in values]
        rule = listed[0] if len(listed) == 1 else f"[{', '.join(listed)}]"
        if event.negated:
            rule = f"{{not: {rule}}}"
        members.append(f"when: {{{_text(header)}: {rule}}}")
    return "{" + ", ".join(members) + "}"


def _text(value: str, *, always: bool = False) -> str:
    """Return a text in YAML, quoted when necessary."""
    if not always and _PLAIN.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)
