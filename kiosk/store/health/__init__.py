"""What the last check found, and when each upkeep was last done."""
