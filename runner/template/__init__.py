"""The Excel template."""
