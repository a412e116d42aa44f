"""`l2c import` uses few rooms of the runner."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from runner.project import PROJECT

LOG = "SalesOpportunity,ActivityName,EventTime,Amount\nA,Order Booked,2026-04-01,1200千円\n"
MAPPING = "columns:\n  SalesOpportunity: id\nevents:\n  - {activity: Opportunity Won, time: won}\n"


# The modules of the commands; other modules outside rooms are the ground.
COMMANDS = ("cli", "cli_options", "terminal", "usage")


def room(module: Path) -> str:
    if len(module.parts) > 1:
        return module.parts[0]
    return "commands" if module.stem in COMMANDS else "ground"


@pytest.mark.parametrize("kind", ["headers", "mapping", "deals"])
def test_an_import_enters_at_most_seven_rooms(landed: Any, kind: str) -> None:
    content = {
        "headers": LOG,
        "mapping": "id,won\nA,2026-04-01\n",
        "deals": "商談番号,成約日,請求日,請求金額\nA,2026-04-01,2026-04-02,100\n",
    }[kind]
    file = landed.write("log.csv", content)
    options = ["--map", landed.write("map.yml", MAPPING)] if kind == "mapping" else []
    folder = str(PROJECT / "runner")
    files = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(folder):
            files.add(frame.f_code.co_filename)

    sys.setprofile(note)
    try:
        result = landed.invoke("import", file, *options)
    finally:
        sys.setprofile(None)
    assert result.exit_code == 0, result.output
    rooms = {room(Path(name).relative_to(PROJECT / "runner")) for name in files}
    assert rooms <= {"commands", "landing", "columns", "values", "sources", "engines", "ground"}
