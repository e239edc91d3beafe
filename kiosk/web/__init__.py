"""The web applications: `screen`, the door's touchscreen, and later `desk`, the office. Neither imports the other."""
