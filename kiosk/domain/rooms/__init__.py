"""The rules of rooms let by the hour: prices of bookings, fees for cancelling, quotas, followed calendars."""
