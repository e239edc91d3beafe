"""Holds the desk's side of the API: reads lists and what everyone may see. Imported with the first question."""
