"""The API's side in the pages' program: addresses, limits and the document. Imported with the first request for it."""
