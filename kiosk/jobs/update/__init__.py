"""Updates the program: finds a newer release, verifies it, installs it, and goes back to the old one if it fails."""
