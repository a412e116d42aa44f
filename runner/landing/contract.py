"""The contract of a landing file: its columns and their SQL types."""

from __future__ import annotations

from runner import vocabulary

# Kinds of optional cells: their SQL types.
KINDS = {
    "amount": "decimal(18, 4)",
    "rate": "decimal(9, 6)",
    "date": "date",
    "flag": "boolean",
}


def landing_columns() -> list[tuple[str, str]]:
    """Return name and SQL type of every landing column, in order."""
    return [
        ("import_id", "integer"),
        ("source_file", "varchar"),
        ("sheet", "varchar"),
        ("source_row", "bigint"),
        ("source_order", "bigint"),
        *((column.name, "varchar") for column in vocabulary.columns()),
        ("other_columns", "varchar"),
        ("activity", "varchar"),
        ("event_at", "timestamp"),
        ("local_date", "date"),
        ("is_date_only", "boolean"),
        ("time_zone", "varchar"),
        *(
            (column.key, kind or "timestamp")
            for column in vocabulary.columns()
            if column.is_read
            for kind in [KINDS.get(column.value_type)]
        ),
        ("faults", "varchar"),
        ("fault_columns", "varchar"),
        ("raw", "varchar"),
        ("bad_cells", "varchar"),
    ]
