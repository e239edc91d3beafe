"""Members' codes for a forgotten badge."""
