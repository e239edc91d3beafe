"""How the kiosk is, in lines."""
