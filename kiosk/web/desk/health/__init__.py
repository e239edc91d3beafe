"""Shows the kiosk's health, line by line."""
