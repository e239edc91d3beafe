"""Holds the treasurer's pages: books, closings, bank, invoices, files for accountants, archives, exports."""
