"""The findings of the last check, acts of time that fail, and when each upkeep was last done."""
