"""Reads the moment of making in a backup's name."""

from datetime import UTC, datetime

STAMP = "kiosk-%Y%m%dT%H%M%SZ.tar"


def moment(name: str) -> datetime | None:
    """Return when the backup with this name was made; None for another name."""
    try:
        return datetime.strptime(name, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
