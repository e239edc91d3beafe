"""Drives the devices: reader, door, lights and clock, each behind a small protocol and with a simulator
in the package.
"""
