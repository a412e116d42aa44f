"""How files are to be read, as the command or its caller says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runner.columns.mapping import Mapping


@dataclass(frozen=True)
class Options:
    """How files are to be read; what is empty is found out, or refused when it cannot be.

    `sheets` names the sheets of workbooks and the members of archives to read, `delimiter` one
    sign, `decimal` the sign of decimals, `dates_only` says that times of day mean nothing.
    `ask_zone` is called when a zone is needed and none declared. `is_draft`: only the header and
    the first rows are wanted, whatever the headers are called.
    """

    mapping: Mapping | None = None
    time_zone: str | None = None
    date_formats: tuple[str, ...] = ()
    dates_only: bool = False
    source_system: str | None = None
    sheets: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str = "."
    ask_zone: Callable[[str], str] | None = None
    is_draft: bool = False

    @property
    def formats(self) -> tuple[str, ...]:
        """Give the declared date formats, the mapping's when none is given here."""
        return self.date_formats or (self.mapping.date_formats if self.mapping else ())

    @property
    def zone_name(self) -> str | None:
        """Give the declared zone, the mapping's when none is given here."""
        return self.time_zone or (self.mapping.time_zone if self.mapping else None)
