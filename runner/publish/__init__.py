"""The published file: how it is replaced, compared and summarised."""
