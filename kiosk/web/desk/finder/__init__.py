"""Finds acts, people, documents, rules, pages and sections of the manual by what is typed into the desk's one box."""
