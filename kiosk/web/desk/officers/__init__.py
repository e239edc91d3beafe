"""Officers' accounts: signing in, second factors, users, the log."""
