"""Lists what can be found of a home, in words: a module for each that says it."""
