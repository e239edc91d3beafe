"""The rules of requests made on the public pages: what a request may contain, and how it proceeds."""
