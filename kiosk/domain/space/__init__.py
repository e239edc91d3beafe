"""Simulations of other rules (what they would have cost and brought), the rent, and the first rules of a new home."""
