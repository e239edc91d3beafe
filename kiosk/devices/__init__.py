"""The machine's edges: reader, door and clock, each behind a small protocol, each with a simulator that ships."""
