"""Walks along a long chain in several processes."""
