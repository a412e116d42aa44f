"""Find the published tables by SQLAlchemy's reflection and count their rows: `reflect.py FILE`."""

import json
import sys
import warnings

import sqlalchemy

# duckdb-engine warns that it does not reflect indices; there are none.
warnings.simplefilter("ignore")
engine = sqlalchemy.create_engine(f"duckdb:///{sys.argv[1]}", connect_args={"read_only": True})
found = sqlalchemy.MetaData()
found.reflect(engine, schema="marts")
rows = {}
with engine.connect() as connection:
    for table in sorted(found.tables.values(), key=lambda table: table.name):
        if not table.comment or not all(column.type for column in table.columns):
            raise SystemExit(f"{table.name}: no comment, or a column of no known type")
        rows[table.name] = connection.execute(
            sqlalchemy.select(sqlalchemy.func.count()).select_from(table)
        ).scalar()
print(json.dumps(rows, separators=(",", ":")))
