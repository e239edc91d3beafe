"""A home's beginning and its schema: creation, migration, the demo space."""
