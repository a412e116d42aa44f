"""Time `dbt build` of the demo log of the clone, then `l2c demo` as a user runs it.

Print a line of results/demo_build.csv: nodes, wall seconds of a cold build, CPU seconds of the
second build in one process; CPU seconds of `l2c demo` the first time, when dbt parses everything,
and the second time; CPU seconds of a loop of three million steps, as a measure of the machine. Run
it with the environment of `make demo` on a quiet machine; argument `demo` skips the first two.
"""

from __future__ import annotations

import os
import platform
import resource
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
    """Build from scratch, parsing included; return wall seconds."""
    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build"]
        started = time.perf_counter()
        subprocess.run([*command, "--target-path", f"{name}/target"], cwd=PROJECT, check=True)
        return time.perf_counter() - started


def second() -> tuple[int, float]:
    """Build twice in one process; return the nodes and the CPU seconds of the second build."""
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory() as name:
        prepare(Path(name))
        for _round in range(2):
            started = time.process_time()
            outcome = dbtRunner().invoke(["--quiet", "build", "--target-path", f"{name}/target"])
            assert outcome.success
            spent = time.process_time() - started
        return len(outcome.result), spent


def demo() -> list[float]:
    """Run `l2c demo` twice in one data folder; return the CPU seconds of each."""
    spent = []
    with tempfile.TemporaryDirectory() as name:
        for _round in range(2):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            command = [sys.executable, "-m", "runner.cli", "demo", "--data-dir", name]
            subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return spent


def loop() -> float:
    """Return the CPU seconds of a fixed amount of work."""
    started, total = time.process_time(), 0
    for number in range(3_000_000):
        total += number * 3
    return time.process_time() - started


def prepare(folder: Path) -> None:
    """Create an empty landing, so that the build falls back to the demo log."""
    os.environ |= {"L2C_DATA_DIR": str(folder), "DBT_SEND_ANONYMOUS_USAGE_STATS": "0"}
    for part in ("landing", "build"):
        (folder / part).mkdir()
    shutil.copy(PROJECT / "data" / "landing" / "empty.parquet", folder / "landing")


if __name__ == "__main__":
    import duckdb
    from dbt.version import __version__

    os.chdir(PROJECT)
    step = statistics.median(loop() for _round in range(ROUNDS))
    first, again = demo()
    build = ",,"
    if sys.argv[1:] != ["demo"]:
        wall = statistics.median(cold() for _round in range(ROUNDS))
        nodes, spent = second()
        build = f"{nodes},{wall:.1f},{spent:.1f}"
    print(
        "python,dbt,duckdb,cores,nodes,cold_wall_s,second_cpu_s,"
        "demo_first_cpu_s,demo_again_cpu_s,loop_cpu_s"
    )
    versions = f"{platform.python_version()},{__version__},{duckdb.__version__}"
    print(f"{versions},{os.cpu_count()},{build},{first:.1f},{again:.1f},{step:.2f}")
