"""Real processes on free ports."""
