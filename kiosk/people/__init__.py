"""Use-cases of members that find each other: skills, requests for help, notices and projects."""
