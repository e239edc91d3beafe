"""Keeps the books: closings, receipts, invoices, bank statements, accountants' files, archives, and what falls due with
time.
"""
