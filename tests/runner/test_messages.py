"""Every message of the runner exists in Japanese, with the same placeholders."""

from __future__ import annotations

import string

from babel.messages.extract import extract_from_dir

from runner import messages
from runner.project import PROJECT


def blanks(message: str) -> set[str]:
    return {name for _text, name, _form, _conversion in string.Formatter().parse(message) if name}


def test_no_message_is_missing_in_japanese() -> None:
    found = extract_from_dir(
        PROJECT / "runner",
        method_map=[("**.py", "python")],
        keywords={"_": None, "counted": (1, 2)},
    )
    # A message, or the forms for one and for many.
    forms = {
        (form,) if isinstance(form, str) else tuple(form)
        for _file, _line, form, _comments, _context in found
    }
    used = {message for form in forms for message in form}
    translated = messages.catalogue("ja")
    assert len(used) > 50
    assert used - set(translated) == set()
    assert set(translated) - used == set()
    for one, many in ((form[0], form[-1]) for form in forms):
        assert blanks(one) <= blanks(many) == blanks(translated[many]), many
        assert translated[one] == translated[many]
        assert any(ord(sign) > 0x3000 for sign in translated[many]), many


def test_singular_and_plural_differ_in_english_only() -> None:
    forms = ("{count} place", "{count} places")
    assert [messages.counted(*forms, count) for count in (0, 1, 2, 1000)] == [
        "0 places",
        "1 place",
        "2 places",
        "1,000 places",
    ]
    with messages.in_language("ja"):
        assert [messages.counted(*forms, count) for count in (1, 2)] == ["1 か所", "2 か所"]
