"""A text → a value: times, numbers, zones."""
