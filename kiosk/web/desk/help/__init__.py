"""The manual inside the desk."""
