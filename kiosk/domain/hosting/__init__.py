"""Hosting: who keeps the place open, and what that is worth."""
