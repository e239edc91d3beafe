"""Holds the pages about money: payments, sales, tabs, receipts, the cash box, corrections, vouchers."""
