"""What the health check can find, and the upkeep that the kiosk does by itself."""
