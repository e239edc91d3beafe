"""Remembers whether the ledger takes taps: a tap that fails begins an outage, a background write that works ends it."""

import logging

log = logging.getLogger(__name__)

BEGINNING = ("database", "records-behind", "server-changed")  # codes of the faults that begin an outage
# codes of faults of the whole ledger, not of one line: each line waits
OF_THE_LEDGER = (*BEGINNING, "database-busy", "schema", "door-revoked", "key", "chain-key")


class Outage:
    """The state of an outage. While it is on, taps are spooled at once instead of waiting for the database again."""

    def __init__(self) -> None:
        self.is_on = False
        self.can_read = True  # whether standing may still be asked of the database

    def begin(self, fault: Exception) -> None:
        """Begin an outage, unless one is on: the ledger could not be written."""
        if not self.is_on:
            self.is_on = True
            log.error("the ledger takes no taps: they are spooled (%s)", fault)

    def unreadable(self, fault: Exception) -> None:
        """Note that the database cannot be read either, until the outage ends; begin one if none is on."""
        self.begin(fault)
        if self.can_read:
            self.can_read = False
            log.error("the database cannot be read: the roster decides (%s)", fault)

    def end(self) -> None:
        """End the outage: the ledger was written again."""
        if self.is_on:
            self.is_on, self.can_read = False, True
            log.info("the ledger takes taps again")
