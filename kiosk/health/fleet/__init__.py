"""The state of all doors together: what each reports to the others, and how all of them are."""
