"""Where copies go, which of them stay, and versions of releases."""
