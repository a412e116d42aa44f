"""Time `dbt build` of the demo log: cold as a whole process, then twice in one process.

Prints a line of results/demo_build.csv: nodes, wall seconds cold, CPU seconds of the second build
in one process. Run it with the environment of `make demo` on a quiet machine.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parent.parent
ROUNDS = 3


def cold() -> float:
    """Build from nothing, parsing included; give wall seconds."""
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build"]
        started = time.perf_counter()
        subprocess.run([*command, "--target-path", f"{name}/target"], cwd=PROJECT, check=True)
        return time.perf_counter() - started


def second() -> tuple[int, float]:
    """Build twice in one process; give the nodes and the CPU seconds of the second build."""
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        for _round in range(2):
            started = time.process_time()
            outcome = dbtRunner().invoke(["--quiet", "build", "--target-path", f"{name}/target"])
            assert outcome.success
            spent = time.process_time() - started
        return len(outcome.result), spent


def prepare(folder: Path) -> None:
    """Make an empty landing, so that the demo log speaks."""
    os.environ |= {"L2C_DATA_DIR": str(folder), "DBT_SEND_ANONYMOUS_USAGE_STATS": "0"}
    for part in ("landing", "build"):
        (folder / part).mkdir()
    shutil.copy(PROJECT / "data" / "landing" / "empty.parquet", folder / "landing")


if __name__ == "__main__":
    import duckdb
    from dbt.version import __version__

    os.chdir(PROJECT)
    wall = statistics.median(cold() for _round in range(ROUNDS))
    nodes, spent = second()
    print("python,dbt,duckdb,cores,nodes,cold_wall_s,second_cpu_s")
    versions = f"{platform.python_version()},{__version__},{duckdb.__version__}"
    print(f"{versions},{os.cpu_count()},{nodes},{wall:.1f},{spent:.1f}")
