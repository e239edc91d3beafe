"""Carries every word for people: French and English side by side where it is used, other languages by a file each."""
