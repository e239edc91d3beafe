"""What people ask on the public’s pages, and what becomes of it."""
