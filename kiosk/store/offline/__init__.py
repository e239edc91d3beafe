"""What the database knows of time, and of taps that were entered after an outage."""
