"""Files for people and programs."""
