"""Python's search for cyclic garbage, put off where it finds none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_searched() -> Iterator[None]:
    """Put off the search for cyclic garbage while a large library is imported or runs.

    dbt and Great Expectations make a million objects that stay, and each search visits all of them:
    a tenth of the CPU time of a small log.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
