"""Holds the only SQL: engine, tables, guards, ledger, and the subjects. Functions take a Connection, never commit."""
