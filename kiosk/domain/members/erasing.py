"""The deadline for answering a request to be erased: a month (GDPR, article 12.3)."""

from datetime import date

from kiosk.domain import periods
from kiosk.domain.periods import Unit

LONGEST_REASON = 500


def answer_by(asked_on: date) -> date:
    """Return the last day for answering a request made on this day."""
    return periods.end(Unit.MONTH, asked_on)
