"""The desk's pages about rooms: the calendar, bookings, quotes, parts of the place that are let, feeds."""
