"""Rules of entry as pure functions: admission at the door, what pays for the day, badges and codes, the acts offered
after a tap.
"""
