"""Members, organisations and what belongs to them: badges, rights, requests, erasure."""
