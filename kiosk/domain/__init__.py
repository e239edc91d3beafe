"""The rules of the space as pure functions and values: only the standard library and msgspec's Structs; no I/O, no
clock, no SQL.
"""
