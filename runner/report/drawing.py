"""The drawing engine: runs the code of the page at build time, so that the page needs no scripting.

The only module that imports QuickJS.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parent / "page"
# Places of the classic map; not part of the page.
DAGRE = Path(__file__).parent / "vendor" / "dagre" / "dagre.min.js"
# In this order: each file uses those before it.
PURE = ("format.js", "count.js", "process.js", "charts.js", "classic.js", "sections.js")


def source(*names: str) -> str:
    """Return the code or style of files of the page, without indents and lines of comment."""
    lines = (line.strip() for name in names for line in (PAGE / name).read_text("utf-8").split("\n"))
    return "\n".join(line for line in lines if line and not line.startswith("//"))


class Drawing:
    """An engine with the code of the page, and more code; values go in and out as JSON."""

    def __init__(self, more: str = "") -> None:
        import quickjs

        self._context = quickjs.Context()
        # dagre copies plain data with a function that browsers have and QuickJS lacks.
        self._context.eval("var structuredClone = (data) => JSON.parse(JSON.stringify(data))")
        self._context.eval(DAGRE.read_text("utf-8"))
        self._context.eval(source(*PURE))
        self._context.eval(more)

    def call(self, function: str, *values: Any) -> Any:
        """Return the result of a function of the page."""
        self._context.eval(
            f"var called = (values) => JSON.stringify({function}(...JSON.parse(values)))"
        )
        result = self._context.get("called")(json.dumps(values, ensure_ascii=False))
        return None if result is None else json.loads(result)
