"""Rows of trainings and events: what is planned, who comes, who came, topics and votes."""
