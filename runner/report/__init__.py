"""The report: one HTML file, drawn from the published tables."""
