"""Draw docs/lineage.svg from dbt's manifest: chapters, their models, and which chapter reads which.

    L2C_DATA_DIR=/tmp/l2c .venv/bin/dbt parse --target-path /tmp/l2c
    .venv/bin/python docs/lineage.py /tmp/l2c/manifest.json

A chapter may read from all chapters above it. An arrow is left out where other arrows already lead
from the one to the other (transitive reduction). tests/runner/test_generated.py keeps it current.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

PICTURE = Path(__file__).with_name("lineage.svg")
WIDTH, MARGIN, GAP, PADDING = 980, 16, 14, 10
ROW_GAP, LINE, LANE = 34, 15, 24
# Pixels per character, rather too many: the font of a viewer may differ.
WIDE, NARROW = 6.4, 5.8
SEEDS, LANDING = "seeds", "landing"
ABOUT = {
    LANDING: "Files that l2c import read, every cell as text beside its typed value.",
    SEEDS: "Template, activities, stages, limits, calendars, rates, KPIs, the demo log, as CSV.",
}
FILLS = {LANDING: "#eef2f7", SEEDS: "#eef2f7", "marts": "#dff2e3"}
STYLE = """
text { font-family: Helvetica, Arial, sans-serif; fill: #1f2933; }
.name { font-size: 14px; font-weight: bold; }
.about { font-size: 12px; fill: #52606d; }
.models { font-size: 11px; }
"""


@dataclass(frozen=True)
class Box:
    """A chapter, what feeds the first one, or what reads the last one."""

    name: str
    about: str
    models: tuple[str, ...]
    reads: frozenset[str]

    @property
    def title(self) -> str:
        """Return the name, and how many models there are."""
        return f"{self.name} ({len(self.models)})" if self.models else self.name


class Place(NamedTuple):
    """Where a box is drawn, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Return the horizontal middle."""
        return self.left + self.width / 2


def boxes(manifest: dict[str, Any]) -> dict[str, Box]:
    """Return the boxes of a manifest by name."""
    nodes = {**manifest["nodes"], **manifest["sources"], **manifest["exposures"]}
    place = {key: _place(node) for key, node in nodes.items() if _place(node)}
    about = ABOUT | {group["name"]: group["description"] for group in manifest["groups"].values()}
    about |= {each["label"]: _first_path(each) for each in manifest["exposures"].values()}
    found = {}
    for name in sorted(set(place.values())):
        members = [key for key, box in place.items() if box == name]
        reads = {
            place[parent]
            for key in members
            for parent in nodes[key].get("depends_on", {}).get("nodes", ())
            if parent in place
        }
        listed = [
            nodes[key]["name"] for key in members if nodes[key]["resource_type"] != "exposure"
        ]
        shown = () if name == LANDING else tuple(sorted(listed))
        found[name] = Box(name, about[name], shown, frozenset(reads - {name}))
    return found


def _place(node: dict[str, Any]) -> str:
    kind = node["resource_type"]
    fixed = {"seed": SEEDS, "source": LANDING}
    return {"model": node.get("group"), "exposure": node.get("label")}.get(kind) or fixed.get(
        kind, ""
    )


def _first_path(exposure: dict[str, Any]) -> str:
    """Return the file that an exposure names first: the text in backticks with a slash."""
    return next(
        part for part in exposure["description"].split("`") if "/" in part and " " not in part
    )


def reduced(found: dict[str, Box]) -> list[tuple[str, str]]:
    """Return the arrows from a box to its readers, without those that other arrows replace."""

    @cache
    def above(name: str) -> frozenset[str]:
        return found[name].reads.union(*(above(each) for each in found[name].reads))

    return sorted(
        (source, box.name)
        for box in found.values()
        for source in box.reads
        if not any(source in above(other) for other in box.reads)
    )


def rows(found: dict[str, Box]) -> list[list[Box]]:
    """Return the boxes in rows: each as far down as it may be above all its readers."""

    @cache
    def height(name: str) -> int:
        readers = [box.name for box in found.values() if name in box.reads]
        return 1 + max(map(height, readers), default=-1)

    highest = max(map(height, found))
    return [
        [box for box in found.values() if height(box.name) == row] for row in range(highest, -1, -1)
    ]


def wrapped(words: Iterable[str], width: float, character: float) -> list[str]:
    """Break words into lines of at most that many pixels."""
    lines: list[str] = []
    for word in words:
        if lines and len(f"{lines[-1]} {word}") * character <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def drawn(manifest: dict[str, Any]) -> str:
    """Return the picture."""
    found = boxes(manifest)
    arrows, drawn_rows = reduced(found), rows(found)
    row_of = {box.name: number for number, row in enumerate(drawn_rows) for box in row}
    places: dict[str, Place] = {}
    lanes: dict[tuple[str, str], list[Place]] = {arrow: [] for arrow in arrows}
    shapes: list[str] = []
    top = float(MARGIN)
    for place, row in enumerate(drawn_rows):
        # An arrow that passes a row has a lane beside its boxes, at the right.
        passing = [arrow for arrow in arrows if row_of[arrow[0]] < place < row_of[arrow[1]]]
        room = WIDTH - 2 * MARGIN - GAP * (len(row) - 1) - LANE * len(passing)
        width = room / len(row)
        texts = [_texts(box, width - 2 * PADDING) for box in row]
        height = 2 * PADDING + LINE * max(map(len, texts))
        for number, (box, lines_of_box) in enumerate(zip(row, texts, strict=True)):
            left = MARGIN + number * (width + GAP)
            places[box.name] = Place(left, top, width, height)
            shapes += _box(box, lines_of_box, places[box.name])
        for number, arrow in enumerate(passing):
            left = WIDTH - MARGIN - LANE * (number + 0.5)
            lanes[arrow].append(Place(left, top, 0, height))
        top += height + ROW_GAP
    lines = [
        _arrow([places[source], *lanes[source, reader], places[reader]])
        for source, reader in arrows
    ]
    height = round(top - ROW_GAP + MARGIN)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">\n'
        "<title>Chapters of the project and the models in them, from imported rows to published"
        f" tables</title>\n<style>{STYLE}</style>\n"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"'
        ' markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#7b8794"/>'
        "</marker></defs>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
    )
    return head + "\n".join([*lines, *shapes]) + "\n</svg>\n"


def _texts(box: Box, width: float) -> list[tuple[str, str]]:
    """Return the lines of a box, each with its class."""
    separated = [f"{name}," for name in box.models[:-1]] + list(box.models[-1:])
    return [
        ("name", box.title),
        *(("about", line) for line in wrapped(box.about.split(), width, WIDE)),
        *(("models", line) for line in wrapped(separated, width, NARROW)),
    ]


def _box(box: Box, lines: Sequence[tuple[str, str]], place: Place) -> list[str]:
    fill = FILLS.get(box.name, "#e6f0fa" if box.models else "#fff4d6")
    frame = (
        f'<rect x="{place.left:.1f}" y="{place.top:.1f}" width="{place.width:.1f}"'
        f' height="{place.height:.1f}" rx="6" fill="{fill}" stroke="#9fb3c8"/>'
    )
    texts = [
        f'<text class="{kind}" x="{place.left + PADDING:.1f}"'
        f' y="{place.top + PADDING + LINE * number + 11:.1f}">{escape(text)}</text>'
        for number, (kind, text) in enumerate(lines)
    ]
    return [frame, *texts]


def _arrow(places: Sequence[Place]) -> str:
    """Return a line from a box through the lanes of the rows between to a reader."""
    route = ""
    for upper, lower in pairwise(places):
        start, end = upper.top + upper.height, lower.top - (lower.width > 0)
        middle = (start + end) / 2
        route += (
            f"{'L' if route else 'M'}{upper.middle:.1f} {start:.1f} C{upper.middle:.1f}"
            f" {middle:.1f} {lower.middle:.1f} {middle:.1f} {lower.middle:.1f} {end:.1f} "
        )
    return (
        f'<path d="{route.rstrip()}" fill="none" stroke="#7b8794" stroke-width="1.5"'
        ' marker-end="url(#tip)"/>'
    )


if __name__ == "__main__":
    PICTURE.write_text(drawn(json.loads(Path(sys.argv[1]).read_text("utf-8"))), "utf-8")
