"""Keeps the place's rules: policies and prices by day, first rules, the association, figures, sheet and notice."""
