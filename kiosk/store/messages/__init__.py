"""Messages that wait to leave."""
