"""The desk's one box: what it finds, and how."""
