"""Holds the pages about the space itself: rules, tariffs, opening, zones, doors, wording, figures, scenarios, the
assembly.
"""
