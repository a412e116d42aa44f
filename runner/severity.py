"""The severity scale of checks and of inspection diagnostics."""

from __future__ import annotations

CRITICAL, WARNING, INFO = "critical", "warning", "info"
# Most severe first.
SEVERITIES = (CRITICAL, WARNING, INFO)
