"""Remembers the questions that pages ask of the records, so that a distant server can be asked for
all of them at once.
"""
