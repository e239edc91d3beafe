"""Measurements of the kiosk, run by `scripts/bench`: nothing of the product imports them."""
