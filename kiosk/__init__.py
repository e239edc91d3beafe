"""A check-in kiosk for a self-managed coworking association."""

__version__ = "0.1.0"
