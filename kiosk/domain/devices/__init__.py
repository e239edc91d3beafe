"""The kinds of devices as named in settings, with all that can be known of a kind without touching a device."""
