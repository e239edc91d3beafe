"""Lets members do things alone at the screen, page by page: account, payments, purchases, guests, joining, codes."""
