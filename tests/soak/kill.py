"""Kill `l2c run` at thirty moments; each time the old or new file is in place, and a run succeeds.

`kill.py FOLDER`, an empty folder. The moments are spread over the length of a whole run.
"""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb

PROJECT = Path(__file__).parents[2]
KILLS = 30
SEED = 20260630


def start(log: Path, data: Path) -> subprocess.Popen[bytes]:
    """Start a run in its own process group."""
    return subprocess.Popen(
        [Path(sys.executable).with_name("l2c"), "run", log, "--data-dir", data],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finished(log: Path, data: Path) -> str:
    """Run to the end; return the hash of the published file."""
    run = start(log, data)
    _, output = run.communicate()
    if run.returncode:
        raise SystemExit(f"a run after a kill failed:\n{output.decode()}")
    return content(data)


def content(data: Path) -> str:
    """Read every table of a published file; return its content hash."""
    with duckdb.connect(str(data / "publish/lead_to_cash.duckdb"), read_only=True) as connection:
        for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            connection.execute(f'select count(*), sum(hash(t)) from marts."{name}" as t').fetchall()
        return str(connection.execute("select content_hash from marts.runs").fetchall()[0][0])


def main(folder: Path) -> None:
    """Kill, check, run to the end, check again; alternate two logs, so that old and new differ."""
    exported = (PROJECT / "tests/fixtures/demo_events.csv").read_text("utf-8").splitlines(True)
    logs = [folder / "part.csv", folder / "whole.csv"]
    for log, lines in zip(logs, (exported[:2000], exported), strict=True):
        log.write_text("".join(lines), "utf-8")
    data = folder / "data"
    hashes = [finished(logs[0], data)]
    began = time.monotonic()
    hashes.append(finished(logs[1], data))
    length = time.monotonic() - began
    draw = random.Random(SEED)
    seen = [0, 0]
    for number in range(KILLS):
        run = start(logs[number % 2], data)
        wait = draw.uniform(0, length)
        time.sleep(wait)
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
        before, after = hashes[1 - number % 2], hashes[number % 2]
        found = content(data)
        if found not in (before, after):
            raise SystemExit(f"killed after {wait:.2f} s: neither before nor after")
        seen[found == after] += 1
        if finished(logs[number % 2], data) != after:
            raise SystemExit(f"killed after {wait:.2f} s: the next run published something else")
    print(f"{KILLS} kills within {length:.1f} s: {seen[0]} before, {seen[1]} after, none a half")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
