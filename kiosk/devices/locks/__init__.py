"""Drivers of locks other than a relay on a pin: each is told over a line to release for some time, and ends that by
itself.
"""
