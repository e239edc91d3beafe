"""The rules of bookkeeping: accounts, postings, closings, documents, fiscal years, bank files."""
