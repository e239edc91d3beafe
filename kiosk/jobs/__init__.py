"""What the machine does beside the taps: copies of the home, and updates."""
