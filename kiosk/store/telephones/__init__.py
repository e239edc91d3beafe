"""Reads and writes members' telephones and their pairings."""
