"""Makes homes and changes them as a whole: creation, migration of the schema, moving to a server, and the demo."""
