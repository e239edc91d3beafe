"""Serves the office's pages, for volunteers with a laptop or a telephone on the association's network."""
