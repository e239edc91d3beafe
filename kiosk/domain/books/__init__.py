"""Bookkeeping's rules: accounts, postings, closings, documents, fiscal years, bank files."""
