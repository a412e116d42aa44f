"""The two doors: the modules that import dbt and DuckDB."""
