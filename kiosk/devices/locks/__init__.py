"""Locks that are no relay on a pin: each is told over a line to release for a while, and ends that by itself."""
