"""Compare the published tables of several databases row by row: `compare.py FIRST OTHER…`."""

import sys

import duckdb


def differences(first: str, other: str) -> list[str]:
    """Tables whose rows are not the same in both files; `runs` tells of the run and differs."""
    with duckdb.connect() as connection:
        tables = []
        for name, path in (("first", first), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
            found = connection.execute(
                "select table_name from duckdb_tables() where database_name = ? "
                "and schema_name = 'marts' and table_name != 'runs' order by all",
                [name],
            ).fetchall()
            tables.append([table for (table,) in found])
        if tables[0] != tables[1] or not tables[0]:
            return [f"the lists of tables: {tables}"]
        return [
            table
            for table in tables[0]
            for left, right in (("first", "other"), ("other", "first"))
            if connection.execute(
                f'from {left}.marts."{table}" except all from {right}.marts."{table}" limit 1'
            ).fetchall()
        ]


def main(first: str, *others: str) -> int:
    """Print what differs; 1 when anything does."""
    unequal = {other: found for other in others if (found := differences(first, other))}
    for other, found in unequal.items():
        print(f"{other} differs from {first} in: {', '.join(dict.fromkeys(found))}")
    print(f"{1 + len(others)} databases, {len(unequal)} unlike the first")
    return 1 if unequal else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
