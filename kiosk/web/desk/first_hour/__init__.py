"""Holds the first hour of a space at the desk: its first officer's account, the eight questions, a trial mail."""
