"""The public's pages as a browser has them."""
