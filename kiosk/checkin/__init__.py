"""The way of a tap: the tap itself, what is touched after it, cards, the idle screen, the desk's requests."""
