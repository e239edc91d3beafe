"""Copies a home: makes copies, seals them, carries them out of the house, restores them, rehearses that."""
