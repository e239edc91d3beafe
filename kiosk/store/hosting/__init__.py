"""Rows of hosting: the rota, its shifts, swaps and links."""
