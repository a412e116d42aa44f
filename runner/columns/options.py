"""Options for reading files, from the command or its caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runner.columns.mapping import Mapping
from runner.faults import WrongUsage
from runner.messages import _
from runner.sources import delimited, encodings
from runner.sources.tables import SourceOptions
from runner.values import times


@dataclass(frozen=True)
class Options(SourceOptions):
    """Options for reading files; empty ones are detected, or an error when they cannot be.

    `decimal` is the decimal separator; with `dates_only`, times of day are ignored. `ask_zone` is
    called when a zone is needed and none is declared.
    """

    mapping: Mapping | None = None
    time_zone: str | None = None
    date_formats: tuple[str, ...] = ()
    dates_only: bool = False
    source_system: str | None = None
    decimal: str = "."
    ask_zone: Callable[[str], str] | None = None

    @property
    def formats(self) -> tuple[str, ...]:
        """The declared date formats, else those of the mapping."""
        return self.date_formats or (self.mapping.date_formats if self.mapping else ())

    @property
    def zone_name(self) -> str | None:
        """The declared zone, else that of the mapping."""
        return self.time_zone or (self.mapping.time_zone if self.mapping else None)

    def check(self) -> None:
        """Raise `WrongUsage` for an invalid option."""
        for form in self.formats:
            if not times.is_format(form):
                raise WrongUsage(
                    _("{form} is not a date format; write it like %d/%m/%Y %H:%M.", form=form)
                )
        if self.encoding:
            encodings.named(self.encoding)
        if self.delimiter:
            delimited.delimiter_named(self.delimiter)
