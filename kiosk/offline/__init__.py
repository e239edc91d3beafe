"""Keeps taps safe while the ledger cannot be written or the clock is not trusted: spool, roster, replay and clock
trust.
"""
