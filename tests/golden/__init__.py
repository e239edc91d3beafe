"""A made-up year, kept: its diary, how it is lived, and its figures worked out apart from the program."""
