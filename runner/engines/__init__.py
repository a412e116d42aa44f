"""The only modules that import dbt and DuckDB."""
