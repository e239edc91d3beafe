"""Updates: a newer release found, checked, put in place, and the way back."""
