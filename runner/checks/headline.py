"""The headline: the counts of a published file or a candidate, as lines."""

from __future__ import annotations

from pathlib import Path

from runner import messages, vocabulary
from runner.engines.builds import PUBLISHED
from runner.engines.warehouse import Warehouse
from runner.messages import _, counted
from runner.values import zones


def headline(path: Path) -> list[str]:
    """Return lines with the counts of a published file and of its rejected rows and cells."""
    with Warehouse() as warehouse:
        warehouse.attach(path, PUBLISHED)
        warehouse.run(f"use {PUBLISHED}.marts")
        (events, duplicates, rejected, cells) = warehouse.rows(
            "select sum(events), sum(duplicates), sum(rejected), sum(cells_rejected)"
            " from intake_summary"
        )[0]
        cases, variants = warehouse.rows(
            "select (select count(*) from cases), (select count(*) from variants)"
        )[0]
        reasons = warehouse.rows(
            "with named as (select unnest(string_split(reasons, ' ')) as reason from rejected_rows)"
            " select reason, count(*) from named group by reason order by count(*) desc, reason"
        )
        as_of, zone = warehouse.rows("select as_of, reporting_time_zone from runs")[0]
    return [
        _(", ").join(
            [
                counted("{count} event", "{count} events", events),
                counted("{count} case", "{count} cases", cases),
                counted("{count} variant", "{count} variants", variants),
                _("as of {as_of}", as_of=zones.on_the_clock(as_of, zone) if as_of else "–"),
            ]
        ),
        _(", ").join(
            [
                counted("{count} row rejected", "{count} rows rejected", rejected),
                counted("{count} duplicate", "{count} duplicates", duplicates),
                counted("{count} cell rejected", "{count} cells rejected", cells),
            ]
        ),
        *(
            f"  {vocabulary.reasons()[reason].text[messages.language()]} ({reason}): {count:,}"
            for reason, count in reasons
        ),
    ]
