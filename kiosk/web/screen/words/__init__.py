"""Holds the words of the screen's pages, by subject."""
