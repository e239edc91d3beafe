"""Hosting: shifts that keep the place open, and what they are worth."""
