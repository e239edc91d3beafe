"""Today's page, and the desk's requests."""
