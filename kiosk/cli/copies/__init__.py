"""Commands of copies, keys and updates."""
