"""Draw results/spine.svg: the cost of each step of the largest log, as multiples of its L.

Run it with .venv-bench, after bench/spine.py.
"""

from __future__ import annotations

import matplotlib as mpl
import spine

mpl.use("svg")
# Equal figures produce an equal file.
mpl.rcParams["svg.hashsalt"] = "lead_to_cash"

import matplotlib.pyplot as plt  # noqa: E402 (the backend is chosen before)


def main() -> None:
    """Draw the last measurement of each size."""
    rows = spine.latest()
    size = max((events for events, step in rows if step == "L"), key=int)
    steps = [row for (events, _step), row in rows.items() if events == size]
    dearest = sorted(
        (row for row in steps if row["kind"] == "model"), key=lambda row: -float(row["times_l"])
    )[:12]
    drawn = [row for row in steps if row["kind"] in ("step", "yardstick")] + dearest
    figure, axes = plt.subplots(figsize=(9, 7), layout="constrained")
    colours = {"step": "#4c72b0", "yardstick": "#999999", "model": "#55a868"}
    bars = axes.barh(
        [row["step"] for row in drawn],
        [float(row["times_l"]) for row in drawn],
        color=[colours[row["kind"]] for row in drawn],
    )
    axes.bar_label(bars, [f"{float(row['cpu_s']):.1f} s" for row in drawn], padding=3)
    axes.invert_yaxis()
    axes.set_xlabel("multiples of L (beside the bar: CPU seconds)")
    axes.set_title(f"{int(size):,} events: steps, yardsticks, dearest models")
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(spine.RESULTS / "spine.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
