"""Errors in a file or a command, with a message that lets the user correct them."""

from __future__ import annotations

import errno

from runner.messages import _

FULL = (errno.ENOSPC, errno.EDQUOT)
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)
NOT_WRITABLE = ("Permission denied", "Read-only file system")


class Fault(Exception):
    """An error whose message is for the user; the command ends with `exit_code`."""

    exit_code = 1


class WrongUsage(Fault):
    """The command line is wrong: an option, a mapping file, a missing time zone."""

    exit_code = 2


class DataFault(Fault):
    """A file cannot be used as it is; nothing was changed.

    `problem` is the error; the other arguments are its place, the value expected there and the
    remedy, all in the user's language. `row` counts records; the header is row 1.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str = "",
        sheet: str = "",
        row: int | None = None,
        column: str = "",
        value: str | None = None,
        expected: str = "",
        remedy: str = "",
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.file = file
        self.sheet = sheet
        self.row = row
        self.column = column
        self.value = value
        self.expected = expected
        self.remedy = remedy

    def __str__(self) -> str:
        place = [
            self.file,
            _("sheet {sheet}", sheet=self.sheet) if self.sheet else "",
            _("row {row}", row=self.row) if self.row is not None else "",
            _("column {column}", column=self.column) if self.column else "",
        ]
        details = [
            _("value: {value}", value=repr(self.value)) if self.value is not None else "",
            _("expected: {expected}", expected=self.expected) if self.expected else "",
            _("what to do: {remedy}", remedy=self.remedy) if self.remedy else "",
        ]
        head = ": ".join([", ".join(filter(None, place)), self.problem]).removeprefix(": ")
        return "\n  ".join([head, *filter(None, details)])


def is_of_the_machine(error: BaseException) -> bool:
    """Return whether a full disk or a missing permission caused an error, not the file read."""
    return isinstance(error, OSError) and error.errno in (*FULL, *REFUSED)


def explained(problem: Exception) -> str:
    """Return the message of an exception, with the remedy when the operating system is the cause.

    DuckDB and dbt have their own messages for a full disk, a lock or a folder without write
    permission; those are recognised too.
    """
    message = str(problem)
    number = problem.errno if isinstance(problem, OSError) else None
    if number in FULL or "No space left on device" in message:
        remedy = _("The disk is full. Free some space, then run the command again.")
    elif "Could not set lock on file" in message:
        remedy = _(
            "Another program has the file open. Close it there and run the command again; BI tools"
            " belong on data/publish, and only reading."
        )
    elif number in REFUSED or any(text in message for text in NOT_WRITABLE):
        remedy = _("The folder may not be written to. Allow it, or choose another with --data-dir.")
    else:
        return message
    return "\n  ".join([message, _("what to do: {remedy}", remedy=remedy)])
