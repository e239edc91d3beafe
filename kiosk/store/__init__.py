"""Holds the only SQL: engine, tables, guards, ledger, a folder a subject. Functions take a Connection and never commit."""
