"""Holds the pages about members: the list, a file, its rights, merging, importing, joining, erasing, organisations."""
