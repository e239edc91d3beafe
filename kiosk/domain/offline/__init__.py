"""The rules while the database is down: whom the roster lets in, and whether the clock can be trusted."""
