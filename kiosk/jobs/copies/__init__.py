"""Backups: makes copies of a home, seals them, carries them out of the house, restores them, and rehearses that."""
