"""Rooms that are let by the hour: what a booking costs, what cancelling it costs, how much of it anybody may have."""
