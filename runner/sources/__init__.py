"""A file → tables of text."""
