"""Drivers of badge readers, each keeping `protocols.BadgeReader`; `named` builds the one that a path names."""
