"""Takes what people ask on the public's pages, and lets the office answer."""
