"""Alembic migrations of the ledger, configured in code: see `kiosk.store.schema`."""
