"""Members' pages: list, file, rights, import, organisations, who joined at the screen."""
