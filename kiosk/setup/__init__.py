"""Makes homes and brings their schema up to date: creation, migration, the demo space."""
