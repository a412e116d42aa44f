"""The result of an inspection as JSON, as described in `inspection.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from runner.inspection.diagnostics import Diagnostic, Place, ordered
from runner.inspection.dry_run import Inspected
from runner.landing.store import Landed
from runner.severity import CRITICAL, INFO, WARNING

# Incremented when a key changes its meaning or is removed, not for a new key.
VERSION = 1
# The names of severities in the JSON.
WEIGHTS = {CRITICAL: "refused", WARNING: "doubt", INFO: "note"}


def render(found: Sequence[Inspected]) -> str:
    """Return the inspections of files as JSON."""
    files = [_file(inspected) for inspected in found]
    return json.dumps({"version": VERSION, "files": files}, indent=2, ensure_ascii=False)


def _file(inspected: Inspected) -> dict[str, Any]:
    refused, doubtful = inspected.count(CRITICAL), inspected.count(WARNING)
    return {
        "file": inspected.file.name,
        "verdict": "refused" if refused else "doubtful" if doubtful else "accepted",
        "refused": refused,
        "doubtful": doubtful,
        "sheets": [_sheet(inspected, entry) for entry in inspected.landed],
        "remarks": [_diagnostic(diagnostic) for diagnostic in ordered(inspected.diagnostics)],
    }


def _sheet(inspected: Inspected, entry: Landed) -> dict[str, Any]:
    return {
        "sheet": entry.sheet,
        "rows": entry.rows,
        "events": entry.events,
        "rejected": entry.rejected,
        "bad_cells": sum(entry.bad_cells.values()),
        "unknown_activities": len(entry.unknown_activities),
        "read_as": entry.understood,
        "matched": [{"header": header, "became": became} for header, became in entry.matched],
        "carried": list(entry.carried),
        "times": [
            {"example": example, "count": count} for example, count in inspected.times[entry.sheet]
        ],
        "time_zone": inspected.zones[entry.sheet] or None,
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "weight": WEIGHTS[diagnostic.severity],
        "reason": diagnostic.reason,
        "problem": diagnostic.problem,
        "sheet": diagnostic.sheet,
        "columns": list(diagnostic.columns),
        "count": diagnostic.count,
        "places": [_place(place) for place in diagnostic.examples],
        "expected": diagnostic.expected,
        "remedy": diagnostic.remedy,
    }


def _place(place: Place) -> dict[str, Any]:
    return {"row": place.row, "value": place.value, "nearest": place.nearest}
