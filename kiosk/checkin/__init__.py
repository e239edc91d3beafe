"""Serves the person at the door: taps, touches, cards, the idle screen, and the desk's requests to the door."""
