"""The thin runner around the dbt project: files in, files out, no analysis."""

__version__ = "0.1.0"
