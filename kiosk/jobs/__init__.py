"""Jobs of the machine beside the taps: backups of the home, what falls due by time, and updates."""
