"""Rooms and what they are held for: bookings, series, quotes, lets, calendars."""
