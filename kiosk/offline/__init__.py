"""What keeps taps safe when the ledger cannot be written or the clock is not believed: spool, roster, trust."""
