"""The tests. Folders follow the code; a test's name is a sentence about the place."""
