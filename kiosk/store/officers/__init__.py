"""Officers' accounts, their sign-ins and tokens, acts that need a second officer, and the log of what officers did."""
