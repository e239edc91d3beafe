"""The commands of backups, keys and updates."""
