"""Does the machine's work beside the taps: copies of the home, and updates."""
