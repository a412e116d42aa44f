"""Named moments of a command at which a test may end its process; nothing else happens there."""

from __future__ import annotations


def reach(moment: str) -> None:
    """Do nothing: a test replaces this function to see what a killed command leaves behind."""
