"""The data folder: its paths and its lock; one command at a time works in a data folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataFolder:
    """The folder of all data of a command: the option `--data-dir`."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def landing(self) -> Path:
        """The folder of imported files."""
        return self.path / "landing"

    @property
    def build(self) -> Path:
        """The folder of the last DuckDB build."""
        return self.path / "build"

    @property
    def spill(self) -> Path:
        """The folder to which DuckDB spills data that exceeds the memory."""
        return self.build / "spill"

    @property
    def spark(self) -> Path:
        """The folder of the last Spark build."""
        return self.path / "spark"

    @property
    def published(self) -> Path:
        """The folder of the published result."""
        return self.path / "publish"

    @property
    def demo(self) -> DataFolder:
        """The data folder of the demo log."""
        return DataFolder(self.path / "demo")

    @property
    def exists(self) -> bool:
        """Whether the folder exists."""
        return self.path.exists()

    @property
    def is_writable(self) -> bool:
        """Whether a command may write into the folder."""
        return os.access(self.path, os.W_OK)

    @property
    def is_locked(self) -> bool:
        """Whether a running command holds the lock; a killed one does not."""
        if not self._lock.exists():
            return False
        with self._lock.open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Wait for the lock and hold it; it ends with the process, so it is never stale."""
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @property
    def _lock(self) -> Path:
        return self.path / ".lock"
