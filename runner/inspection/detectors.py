"""The detectors of an inspection: each finds one kind of problem in a landed sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from runner.inspection import odd_columns, odd_ids, odd_values, rejections
from runner.inspection.diagnostics import Diagnostic
from runner.inspection.sheet import Sheet

# Each yields diagnostics about a sheet; a new kind of problem is a new function here.
DETECTORS: tuple[Callable[[Sheet], Iterator[Diagnostic]], ...] = (
    rejections.rejected,
    rejections.bad_cells,
    rejections.without_zone,
    odd_values.unknown_activities,
    odd_columns.columns_exchanged,
    odd_values.far_times,
    odd_columns.misspelt_headers,
    odd_ids.doubtful_ids,
    odd_values.repeated_deals,
    odd_values.taken_as_empty,
    odd_values.examples_in_use,
    odd_columns.skipped,
)
