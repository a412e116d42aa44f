"""Every message of the runner exists in Japanese, with the same blanks to fill in."""

from __future__ import annotations

import string

from babel.messages.extract import extract_from_dir

from runner import messages
from runner.vocabulary import PROJECT


def blanks(message: str) -> set[str]:
    return {name for _text, name, _form, _conversion in string.Formatter().parse(message) if name}


def test_no_message_is_missing_in_japanese() -> None:
    found = extract_from_dir(
        PROJECT / "runner", method_map=[("**.py", "python")], keywords={"_": None}
    )
    used = {message for _file, _line, message, _comments, _context in found}
    translated = messages.catalogue("ja")
    assert len(used) > 50
    assert used - set(translated) == set()
    assert set(translated) - used == set()
    for message in used:
        assert blanks(message) == blanks(translated[message]), message
        assert any(ord(sign) > 0x3000 for sign in translated[message]), message
