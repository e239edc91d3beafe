"""Pages of payments, sales, tabs, receipts, the cash box, corrections, vouchers."""
