"""Simulated logs of any size, and the demo log."""
