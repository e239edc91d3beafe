"""Holds what all areas of the desk share: the office behind a view, permissions, words, formats, forms and pages of
lists.
"""
