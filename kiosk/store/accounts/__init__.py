"""What stands on an account: what is open of its charges."""
