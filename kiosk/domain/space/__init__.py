"""What other rules would have cost."""
