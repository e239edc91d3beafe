"""The machine's clock: the only module that asks what time it is."""

import time
from datetime import UTC, datetime


class HostClock:
    """The clock of the machine we run on, believed as it is."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only grow, whatever happens to the date."""
        return time.monotonic()
