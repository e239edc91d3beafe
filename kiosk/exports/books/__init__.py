"""Files of bookkeeping: reports, receipts, invoices, FEC, archives."""
