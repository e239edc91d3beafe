"""Closings, documents, invoices, bank lines, and the rows that files are made of."""
