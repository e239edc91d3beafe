"""A check-in kiosk for a self-managed coworking association."""

from datetime import UTC, datetime

__version__ = "0.1.0"
MADE_AFTER = datetime(2026, 1, 1, tzinfo=UTC)  # no clock with an earlier day can be right; set at each release
