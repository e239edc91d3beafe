"""Writes files of bookkeeping: reports, receipts, invoices, FEC, archives."""
