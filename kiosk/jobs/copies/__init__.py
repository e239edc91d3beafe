"""Copies of a home: made, sealed, carried out of the house, restored, rehearsed."""
