"""Updates the program: finds a newer release, checks it, puts it in place, and goes back where it must."""
