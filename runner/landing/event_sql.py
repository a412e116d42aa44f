"""The events of one table: the events of each record, and their order."""

from __future__ import annotations

from runner.landing.cells import Cells
from runner.landing.sql_parts import holds


def numbered_view(cells: Cells, after: int, has_blank_records: bool) -> str:
    """Return the view `numbered` of the events; source_order starts after `after`.

    An empty `over ()` counts rows in the order of the source, without sorting them.
    """
    events = cells.layout.events
    if not events and not has_blank_records:
        return (
            "create view numbered as"
            f" select *, 1 as event_number, {after} + record + 1 as source_order from filled"
        )
    numbers, shared = "[1]", "true"
    if events:
        conditions = [
            " and ".join([f"{cells.event_time(event.time)} is not null", *map(holds, event.checks)])
            for event in events
        ]
        found = ", ".join(
            f"case when {condition} then {number} end"
            for number, condition in enumerate(conditions, start=1)
        )
        numbers = f"list_filter([{found}], lambda number: number is not null)"
        own = _with_own_amount(cells)
        shared = f"number not in ({', '.join(own)})" if own else "true"
    return f"""
        create view numbered as
        with held as (
            select *, {numbers} as numbers
            from filled where {cells.any_filled()} is not null
        ),
        events as (
            select * exclude (numbers),
                coalesce(numbers[1], 0) as first_number,
                list_filter(numbers, lambda number: {shared})[1] as first_shared,
                unnest(case len(numbers) when 0 then [0] else numbers end) as event_number
            from held
        )
        select *, {after} + row_number() over () as source_order from events
    """


def counts_once(cells: Cells, column: str) -> str:
    """Return the condition that counts a cell once: for its own event, else for the first."""
    if not cells.layout.events:
        return ""
    own = _with_own_amount(cells)
    if column == "Amount" and own:
        return f" and (event_number in ({', '.join(own)}) or event_number = first_shared)"
    return " and event_number = first_number"


def _with_own_amount(cells: Cells) -> list[str]:
    """Return the numbers of the events with their own amount."""
    return [str(n) for n, event in enumerate(cells.layout.events, start=1) if event.amount]
