"""Who works at the desk, and what they did."""
