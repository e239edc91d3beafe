"""Keeps taps safe while the ledger cannot be written or the clock is not believed: spool, roster, replay, trust."""
