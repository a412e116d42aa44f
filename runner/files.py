"""Atomic replacement of files and folders."""

from __future__ import annotations

import shutil
from pathlib import Path


def replace_text(path: Path, content: str) -> None:
    """Write a text file beside `path`, then rename it to `path` atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(content, encoding="utf-8")
    fresh.replace(path)


def link(file: Path, folder: Path) -> None:
    """Link a file that is never written again into a folder, as its next part."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"part-{len(list(folder.iterdir()))}{file.suffix}"
    try:
        part.hardlink_to(file)
    except OSError:
        shutil.copyfile(file, part)


def replace_folder(fresh: Path, place: Path) -> None:
    """Point the symbolic link `place` to a new folder atomically.

    The folders are `place`.1, .2, …; the previous one is kept for processes that still read it.
    """
    earlier = [each for each in place.parent.glob(f"{place.name}.*") if each.suffix[1:].isdecimal()]
    number = 1 + max((int(each.suffix[1:]) for each in earlier), default=0)
    before = place.resolve()
    folder = fresh.rename(place.with_name(f"{place.name}.{number}"))
    following = place.with_name(f".{place.name}.new")
    following.unlink(missing_ok=True)
    following.symlink_to(folder.name, target_is_directory=True)
    following.replace(place)
    for each in earlier:
        if each.resolve() != before:
            shutil.rmtree(each)
