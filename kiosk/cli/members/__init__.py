"""Commands of the secretary."""
