"""Holds the pages about people: presence, skills, notices, projects."""
