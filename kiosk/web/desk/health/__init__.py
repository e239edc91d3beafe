"""Shows how the kiosk is, in lines."""
