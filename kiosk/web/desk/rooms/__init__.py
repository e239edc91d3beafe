"""Holds the desk's pages about rooms: the calendar, bookings, quotes, lets of a part of the place, feeds."""
