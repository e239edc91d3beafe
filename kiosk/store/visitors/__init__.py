"""Requests that people send from the public pages."""
