"""Files and folders put in place whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path


def replace_text(path: Path, content: str) -> None:
    """Write a text file beside `path`, then put it in its place at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(content, encoding="utf-8")
    fresh.replace(path)


def link(file: Path, folder: Path) -> None:
    """Give a file, which nobody writes into again, one more name as the next part of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"part-{len(list(folder.iterdir()))}{file.suffix}"
    try:
        part.hardlink_to(file)
    except OSError:
        shutil.copyfile(file, part)


def replace_folder(fresh: Path, place: Path) -> None:
    """Let the link `place` name a new folder, at once.

    The folders are `place`.1, .2, …; the one named before stays for those who read it.
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
