"""After a killed, locked out or failed command, the old or the new file is in place."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.checks.candidate import read_runs
from runner.engines.builds import wal
from runner.engines.warehouse import Warehouse
from runner.project import PROJECT
from tests.runner.conftest import build_in

# Where a command is killed: at a checkpoint, by a patch made before it starts.
KILL = "os.kill(os.getpid(), signal.SIGKILL)"


def killed_at(moment: str) -> str:
    """Return the patch that kills the process at a checkpoint."""
    return (
        "import runner.checkpoints\n"
        f"runner.checkpoints.reach = lambda moment: moment == {moment!r} and {KILL}"
    )


PHASES = {
    "build": ("build", killed_at("node finished")),
    "filling the candidate": ("check", killed_at("candidate filled")),
    "judging": ("check", killed_at("judging")),
    "history": ("publish", killed_at("history")),
    "manifest": ("publish", killed_at("manifest")),
    "before the swap": ("publish", killed_at("before the swap")),
    "after the swap": ("publish", killed_at("after the swap")),
}


def l2c(
    data_dir: Path, *arguments: str, patch: str = "pass", under: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    program = (
        f"import os, signal, sys\n{patch}\nfrom runner.cli import cli\n"
        "cli(sys.argv[1:], prog_name='l2c')"
    )
    return subprocess.run(
        [*under, sys.executable, "-c", program, *arguments, "--data-dir", str(data_dir)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LANG": "C", "L2C_DATA_DIR": str(data_dir)},
    )


@pytest.fixture
def copy(demo: Path, tmp_path: Path) -> Path:
    """Return a copy of the demo's data folder."""
    return Path(shutil.copytree(demo, tmp_path / "data"))


def content(file: Path) -> str:
    runs = read_runs(file)
    assert runs is not None
    return runs["content_hash"]


def test_killed_in_any_phase_it_is_before_or_after_and_the_next_run_needs_no_cleaning(
    copy: Path,
) -> None:
    target = build_in(copy).published
    expected = content(target)
    checked = copy / "checked"
    assert l2c(copy, "check").returncode == 0
    shutil.copytree(copy / "build", checked)
    for phase, (command, patch) in PHASES.items():
        if command == "publish":
            shutil.rmtree(copy / "build")
            shutil.copytree(checked, copy / "build")
        before = target.read_bytes()
        killed = l2c(copy, command, patch=patch)
        assert killed.returncode == -signal.SIGKILL, (phase, killed.stderr)
        if phase != "after the swap":
            assert target.read_bytes() == before, phase
        assert content(target) == expected
        if phase == "build":
            refused = l2c(copy, "publish")
            assert refused.returncode == 1
            assert "l2c check" in refused.stderr
            shutil.rmtree(copy / "build")
            shutil.copytree(checked, copy / "build")
    shutil.rmtree(checked)
    (copy / "publish" / "manifest.json").write_text("{}")
    again = l2c(copy, "run" if (copy / "landing" / "000001.parquet").exists() else "check")
    assert again.returncode == 0, again.stderr
    assert "wrote manifest.json again" in again.stderr


IMPORT_KILLS = {
    "reading the second file": killed_at("table 2 read"),
    "before it counts": killed_at("all tables read"),
    "when it counts": killed_at("import counts"),
    "between two files": killed_at("file arrived"),
}


@pytest.mark.parametrize("moment", IMPORT_KILLS)
def test_a_killed_import_landed_all_its_files_or_none(tmp_path: Path, moment: str) -> None:
    data, files = tmp_path / "data", [tmp_path / "one.csv", tmp_path / "two.csv"]

    def write(case_id: str) -> None:
        for file in files:
            row = f"{case_id} {file.stem},Lead Created,2026-01-05T09:00:00Z"
            file.write_text(f"SalesOpportunity,ActivityName,EventTime\n{row}\n")

    write("old")
    assert l2c(data, "import", str(files[0])).returncode == 0
    write("new")
    command = ("import", "--replace", *map(str, files))
    killed = l2c(data, *command, patch=IMPORT_KILLS[moment])
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    again = l2c(data, *command) if moment != "between two files" else l2c(data, "forget", "none")
    assert "Traceback" not in again.stderr
    assert again.returncode == (moment == "between two files"), again.stderr
    with Warehouse() as warehouse:
        landed = warehouse.rows(
            f"""select "SalesOpportunity" from '{data}/landing/*.parquet' order by all"""
        )
    assert landed == [("new one",), ("new two",)]
    assert not [path.name for path in data.glob("**/.*") if path.name != ".lock"]


def test_a_reader_keeps_the_old_file_and_the_next_sees_the_new(copy: Path) -> None:
    target = build_in(copy).published
    read = (
        "import duckdb, sys\n"
        "c = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print(c.execute('select count(*) from marts.cases').fetchall(), flush=True)\n"
        "sys.stdin.readline()\n"
        "print(c.execute('select count(*) from marts.events').fetchall(), flush=True)\n"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", read, str(target)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert reader.stdin is not None
    assert reader.stdout is not None
    assert reader.stdout.readline().strip() == "[(300,)]"
    inode = target.stat().st_ino
    assert l2c(copy, "check").returncode == 0
    assert l2c(copy, "publish").returncode == 0
    assert target.stat().st_ino != inode
    output, _ = reader.communicate("\n", timeout=60)
    assert output.strip() == "[(2954,)]"


def test_a_stale_wal_is_removed_and_reported(copy: Path) -> None:
    stale = wal(build_in(copy).published)
    stale.write_bytes(b"not a log of this file")
    result = l2c(copy, "check")
    assert result.returncode == 0, result.stderr
    assert "removed lead_to_cash.duckdb.wal" in result.stderr
    assert not stale.exists()


@pytest.fixture
def locked_build(copy: Path) -> Iterator[Path]:
    """Let another program hold the build file open for writing."""
    hold = (
        "import duckdb, sys\nc = duckdb.connect(sys.argv[1])\n"
        "print(1)\nsys.stdout.flush()\nsys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(build_in(copy).tables)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    yield copy
    holder.communicate()


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_locked_build_file_is_named_with_its_remedy(locked_build: Path, command: str) -> None:
    before = build_in(locked_build).published.read_bytes()
    result = l2c(locked_build, command)
    assert result.returncode == 1
    assert "Another program has the file open" in result.stderr
    assert "Traceback" not in result.stderr
    assert build_in(locked_build).published.read_bytes() == before


def test_a_read_only_folder_is_named_with_its_remedy(demo: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        copy = Path(shutil.copytree(demo, folder / "data"))
        copy.chmod(0o555)
        for path in [copy, *copy.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        # Root may write anywhere, unless it drops that capability.
        under = ("setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search")
        if os.geteuid() == 0 and not shutil.which("setpriv"):
            pytest.skip("as root, and there is no setpriv here")
        result = l2c(copy, "check", under=under if os.geteuid() == 0 else ())
        assert result.returncode == 1
        assert "may not be written to" in result.stderr
        assert "Traceback" not in result.stderr
        for path in [copy, *copy.rglob("*")]:
            path.chmod(0o755)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 64 MB; skip where that is not allowed."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder)],
            capture_output=True,
            check=False,
        )
        if shutil.which("mount")
        else None
    )
    if mounted is None or mounted.returncode:
        pytest.skip("mounting a tmpfs is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_named_and_what_is_published_stays(demo: Path, small_disk: Path) -> None:
    copy = Path(
        shutil.copytree(demo, small_disk / "data", ignore=shutil.ignore_patterns("target", "logs"))
    )
    target = build_in(copy).published
    before = target.read_bytes()
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass
    result = l2c(copy, "check")
    assert result.returncode == 1
    assert "The disk is full" in result.stderr
    assert "Traceback" not in result.stderr
    assert target.read_bytes() == before
    filler.unlink()
    assert l2c(copy, "check").returncode == 0
    assert l2c(copy, "publish").returncode == 0


def test_two_commands_at_once_take_turns(copy: Path) -> None:
    program = "import sys\nfrom runner.cli import cli\ncli(sys.argv[1:], prog_name='l2c')"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, "check", "--data-dir", str(copy)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LANG": "C"},
        )
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    assert l2c(copy, "publish").returncode == 0


def test_help_starts_fast() -> None:
    """Return the CPU seconds of a child process, best of three; wall time depends on the load."""
    used = []
    for _ in range(3):
        before = os.times()
        subprocess.run(
            [sys.executable, "-c", "from runner.cli import cli; cli(['--help'])"],
            cwd=PROJECT,
            check=True,
            capture_output=True,
        )
        after = os.times()
        used.append(
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system
        )
    assert min(used) < 0.5


@pytest.mark.parametrize("module", ["dbt", "great_expectations", "duckdb", "pandas"])
def test_help_imports_nothing_heavy(module: str) -> None:
    program = (
        "import sys\nfrom click.testing import CliRunner\nfrom runner.cli import cli\n"
        f"CliRunner().invoke(cli, ['--help'])\nsys.exit('{module}' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=PROJECT, check=False).returncode == 0
