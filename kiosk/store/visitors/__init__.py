"""Reads and writes what people ask on the public's pages."""
