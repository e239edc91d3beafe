"""Payments online: what is asked for, called, heard and entered."""
