"""Drivers of badge readers, each implementing `protocols.BadgeReader`; `named` builds the one that a path names."""
