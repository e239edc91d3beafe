"""Closings, documents, invoices, bank lines, sums for reports, and the rows that files are made of."""
