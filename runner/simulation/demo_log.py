"""The demo log: cases written by hand, each with one feature to show, and simulated cases."""

from __future__ import annotations

from pathlib import Path

from runner.engines.warehouse import Warehouse, sql_literal
from runner.project import PROJECT
from runner.simulation import simulate
from runner.simulation.simulate import Simulated

# The first rows of this file; docs/demo-log.md describes each case.
WRITTEN = PROJECT / "tests" / "fixtures" / "demo_events.csv"
WRITTEN_ROWS = 216
# With this seed, a thousand cases show each planted cause, and no other segment has a much higher
# or lower win rate by chance.
CASES, SEED = 1000, 12


def write(folder: Path, lang: str) -> tuple[Path, Simulated]:
    """Write the cases written by hand and the simulated ones, in `lang`, into `folder`."""
    by_hand = folder / "written_by_hand.csv"
    with Warehouse() as warehouse:
        warehouse.run(
            f"copy (from read_csv({sql_literal(str(WRITTEN))}, all_varchar = true)"
            f" limit {WRITTEN_ROWS}) to {sql_literal(str(by_hand))} (header)"
        )
    return by_hand, simulate.simulate(folder / "simulated.csv", CASES, SEED, lang, None)
