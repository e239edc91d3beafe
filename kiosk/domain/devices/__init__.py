"""Kinds of devices, as they are named in settings: what is to be known of each without touching one."""
