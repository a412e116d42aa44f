"""Whose turn it is: one command at a time works in a data folder."""

from __future__ import annotations

import fcntl
from pathlib import Path


def is_taken(data_dir: Path) -> bool:
    """Whether another command holds the folder now; a killed one holds nothing."""
    path = data_dir / ".lock"
    if not path.exists():
        return False
    with path.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
