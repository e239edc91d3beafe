"""Serves the API in the pages' program: addresses, limits and its document. Imported with the first request for it."""
