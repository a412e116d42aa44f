"""Named points of a command at which a test may end its process; they do nothing else."""

from __future__ import annotations


def reach(moment: str) -> None:
    """Do nothing; a test replaces this function to check what a killed command leaves behind."""
