"""Serves the person at the door: the tap, the touches after it, cards, the idle screen, the desk's requests."""
