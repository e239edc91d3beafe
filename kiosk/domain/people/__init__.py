"""What members share with each other: skills, notices, projects."""
