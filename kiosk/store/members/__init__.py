"""Members, organisations and what hangs on them."""
