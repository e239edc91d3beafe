"""What a check can find, and what looks after the kiosk."""
