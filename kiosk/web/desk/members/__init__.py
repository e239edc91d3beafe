"""Members' pages: list, file, rights, import, organisations, joinings at the screen."""
