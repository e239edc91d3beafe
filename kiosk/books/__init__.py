"""Keeps the books: closings, receipts, invoices, the bank, accountants' files, archives, and all that time brings."""
