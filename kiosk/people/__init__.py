"""What members do to find each other: skills, asking, notices, projects."""
