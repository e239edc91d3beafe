"""Releases: made, signed, installed, brought up to date and taken back, with the programs really started."""
