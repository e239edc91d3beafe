"""The rules of trainings and events: terms, thresholds, seats, the rent's share, attendance."""
