"""Shows the manual inside the desk."""
