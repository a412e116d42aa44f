"""The data folder: its paths, and its lock, under which one command at a time works in it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataFolder:
    """The folder of all data of a command, `--data-dir`."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    @property
    def landing(self) -> Path:
        """The folder of what is imported."""
        return self.path / "landing"

    @property
    def build(self) -> Path:
        """The folder of the last build of DuckDB."""
        return self.path / "build"

    @property
    def spill(self) -> Path:
        """The folder to which DuckDB writes what does not fit into memory."""
        return self.build / "spill"

    @property
    def spark(self) -> Path:
        """The folder of the last build of Spark."""
        return self.path / "spark"

    @property
    def published(self) -> Path:
        """The folder of what is published."""
        return self.path / "publish"

    @property
    def demo(self) -> DataFolder:
        """The data folder of the demo log."""
        return DataFolder(self.path / "demo")

    @property
    def exists(self) -> bool:
        """Whether a command has made the folder."""
        return self.path.exists()

    @property
    def is_writable(self) -> bool:
        """Whether a command may write into the folder."""
        return os.access(self.path, os.W_OK)

    @property
    def is_locked(self) -> bool:
        """Whether another command holds the lock now; a killed one holds none."""
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
        """Hold the lock, waiting for it; it ends with the process, so none is ever stale."""
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @property
    def _lock(self) -> Path:
        return self.path / ".lock"
