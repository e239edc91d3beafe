"""Use-cases of the public pages: requests from visitors, and the office's answers."""
