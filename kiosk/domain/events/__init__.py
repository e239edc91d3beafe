"""What is right for trainings and events: terms, thresholds, seats, shares of the rent, presence."""
