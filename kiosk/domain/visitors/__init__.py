"""Rules of what people ask on the public's pages: what is a request, and what becomes of it."""
