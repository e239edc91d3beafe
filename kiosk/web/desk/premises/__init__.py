"""The premises at the desk."""
