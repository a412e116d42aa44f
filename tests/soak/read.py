"""Count the rows of each published table with the installed DuckDB: `read.py FILE`."""

import json
import sys

import duckdb

with duckdb.connect(sys.argv[1], read_only=True) as connection:
    tables = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
    ).fetchall()
    rows = {
        name: connection.execute(f'select count(*) from marts."{name}"').fetchall()[0][0]
        for (name,) in tables
    }
print(json.dumps(rows, separators=(",", ":")))
