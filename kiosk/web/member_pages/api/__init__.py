"""The desk's side of the API: reads lists and what everybody may know. Imported with the first question."""
