"""Pages about people: who is here, who knows what, notices, projects."""
