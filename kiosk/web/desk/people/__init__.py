"""Pages about people: presence, skills, notices, projects."""
