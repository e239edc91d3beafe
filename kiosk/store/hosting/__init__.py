"""The hosting rota: its template, its shifts, swaps, links and rewards."""
