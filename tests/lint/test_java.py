"""Without a Java version that Spark supports, `make spark` prints what is missing."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "requirements" / "java.sh"


@pytest.mark.parametrize(
    ("printed", "code", "asked"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 0, ""),
        ('openjdk version "21" 2023-09-19', 0, ""),
        ('openjdk version "11.0.2" 2019-01-15', 1, "bin/java is Java 11.0.2.\n"),
        ('java version "1.8.0_452"', 1, "bin/java is Java 1.8.0_452.\n"),
        (None, 1, "bin/java is not there.\n"),
    ],
)
def test_java_is_found_or_asked_for(
    printed: str | None, code: int, asked: str, tmp_path: Path
) -> None:
    if printed is not None:
        java = tmp_path / "bin" / "java"
        java.parent.mkdir()
        java.write_text(f"#!/bin/sh\necho '{printed}' >&2\n")
        java.chmod(0o755)
    done = subprocess.run(
        ["sh", str(SCRIPT)],
        env=os.environ | {"JAVA_HOME": str(tmp_path)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == code
    assert asked in done.stderr
    assert ("openjdk-17-jre-headless" in done.stderr) == bool(code)
