"""The one scale of severity, of checks and of what an inspection finds."""

from __future__ import annotations

CRITICAL, WARNING, INFO = "critical", "warning", "info"
# The gravest first.
SEVERITIES = (CRITICAL, WARNING, INFO)
