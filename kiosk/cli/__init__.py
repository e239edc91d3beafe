"""The command line: one click group, a module per command family; commands are a few lines over a use-case."""
