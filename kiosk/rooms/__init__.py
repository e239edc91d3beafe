"""Rooms: booked, moved, cancelled, claimed by a tap, released, paid; parts of the place that are let for some hours."""
