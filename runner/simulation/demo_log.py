"""The demo log: cases written by hand, each for one thing to see, among simulated ones."""

from __future__ import annotations

from pathlib import Path

from runner.engines.warehouse import Warehouse, sql_literal
from runner.project import PROJECT
from runner.simulation import simulate
from runner.simulation.simulate import Simulated

# docs/demo-log.md tells of each case; they fill the first rows of this file.
WRITTEN = PROJECT / "tests" / "fixtures" / "demo_events.csv"
WRITTEN_ROWS = 216
# With this seed a thousand cases show each planted cause, and no other segment wins far more or
# less often than the rest by chance.
CASES, SEED = 1000, 12


def write(folder: Path, lang: str) -> tuple[Path, Simulated]:
    """Write both files into `folder`: the cases written by hand, the simulated ones in `lang`."""
    by_hand = folder / "written_by_hand.csv"
    with Warehouse() as warehouse:
        warehouse.run(
            f"copy (from read_csv({sql_literal(str(WRITTEN))}, all_varchar = true)"
            f" limit {WRITTEN_ROWS}) to {sql_literal(str(by_hand))} (header)"
        )
    return by_hand, simulate.simulate(folder / "simulated.csv", CASES, SEED, lang, None)
