"""Rules of entry as pure functions: who may come in, what pays for the day, badges and codes, the acts offered after a
tap.
"""
